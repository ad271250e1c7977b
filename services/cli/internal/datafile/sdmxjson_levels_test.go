package datafile_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// leveled is a file of SDMX-JSON of two ports, with some attributes and a data set that says
// something.
func leveled(attributes, says string) string {
	return `{"data":{"structures":[{"dimensions":{"dataSet":[{"id":"FREQ","values":[{"id":"A"}]}],
"series":[{"id":"PORT","keyPosition":0,"values":[{"id":"BODO"},{"id":"VARDO"}]},{"id":"SPECIES","keyPosition":1,"values":[{"id":"COD"}]}],
"observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2020"},{"id":"2021"}]}]},"attributes":{` + attributes + `}}],
"dataSets":[{"structure":0,` + says + `}]}}`
}

// bodo are the series of Bodø and its observations.
const bodo = `"series":{"0:0":{"observations":{"0":[2],"1":[3]}}}`

// TestALevelOfSDMXJSONIsNoMeaning: what all observations say may stand at any level, bounds too, and
// once more where it is the same. The value is of one.
func TestALevelOfSDMXJSONIsNoMeaning(t *testing.T) {
	const bounds, title = `[{"id":"LOWER"},{"id":"UPPER"}]`, `[{"id":"TITLE"},{"id":"TITLE"}]`
	for name, content := range map[string]string{
		"bounds of a data set":       leveled(`"dataSet":`+bounds, `"attributes":["1","4"],`+bodo),
		"of a group":                 leveled(`"dimensionGroup":`+bounds, `"dimensionGroupAttributes":{"0::":["1","4"]},`+bodo),
		"of a series":                leveled(`"series":`+bounds, `"series":{"0:0":{"attributes":["1","4"],"observations":{"0":[2],"1":[3]}}}`),
		"an attribute twice":         leveled(`"dataSet":`+bounds+`,"series":`+title, `"attributes":["1","4"],"series":{"0:0":{"attributes":["x","x"],"observations":{"0":[2],"1":[3]}}}`),
		"a dimension once more":      leveled(`"dataSet":`+bounds+`,"series":[{"id":"FREQ"}]`, `"attributes":["1","4"],"series":{"0:0":{"attributes":["A"],"observations":{"0":[2],"1":[3]}}}`),
		"a group by another name":    leveled(`"dataSet":`+bounds+`,"dimensionGroup":[{"id":"TITLE"}]`, `"attributes":["1","4"],"dimensionGroupAttributes":{"00::":["x"],"0:":["x"]},`+bodo),
		"a group of a dimension too": leveled(`"dataSet":`+bounds+`,"dimensionGroup":[{"id":"TITLE"}],"series":[{"id":"PORT"}]`, `"attributes":["1","4"],"dimensionGroupAttributes":{"0::":["x"]},"series":{"0:0":{"attributes":["BODO"],"observations":{"0":[2],"1":[3]}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, content, mlMetric, "")
			must.Equal(t, reasonsOf(refused), "")
			must.Equal(t, len(rows), 2)
			last := rows[1].Observation
			must.Equal(t, []string{last.GetLower().GetValue().GetValue(), last.GetValue().GetValue(), last.GetUpper().GetValue().GetValue()}, []string{"1", "3", "4"})
			must.Equal(t, last.GetAttributes()["TITLE"] == "x", strings.Contains(content, `"x"`))
		})
	}
	_, refused := readAll(t, leveled(`"dataSet":[{"id":"OBS_VALUE"}]`, `"attributes":["5"],`+bodo), mlMetric, "")
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "4 MALFORMED_ROW, 4 MALFORMED_ROW OBS_VALUE")
}

// TestWhatAMappingIgnoresContradictsNothing: in SDMX-ML too.
func TestWhatAMappingIgnoresContradictsNothing(t *testing.T) {
	const obs = `<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="2"/><Obs TIME_PERIOD="2021" OBS_VALUE="3"/></Series></m:DataSet>`
	for name, content := range map[string]string{
		"groups":               leveled(`"dimensionGroup":[{"id":"NOTHING"}]`, `"dimensionGroupAttributes":{"0::":["x"],":0:":["y"]},`+bodo),
		"a group twice":        leveled(`"dimensionGroup":[{"id":"NOTHING"}]`, `"dimensionGroupAttributes":{"0::":["x"],"0:":["y"]},`+bodo),
		"an attribute twice":   leveled(`"observation":[{"id":"NOTHING"},{"id":"NOTHING"}]`, `"series":{"0:0":{"observations":{"0":[2,"a","b"],"1":[3]}}}`),
		"groups of SDMX-ML":    specific(`<m:DataSet><Group PORT="BODO" NOTHING="x"/><Group SPECIES="COD" NOTHING="y"/>` + obs),
		"a group of it twice":  specific(`<m:DataSet><Group PORT="BODO" NOTHING="x"/><Group PORT="BODO" NOTHING="y"/>` + obs),
		"one component of two": specific(`<m:DataSet><Group PORT="BODO" NOTHING="x"><Comp id="NOTHING"><Value>y</Value></Comp></Group>` + obs),
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, content, mlMetric, "ignore: [NOTHING]")
			must.Equal(t, reasonsOf(refused), "")
			must.Equal(t, len(rows), 2)
		})
	}
}

// TestAWrongGroupOfSDMXJSON is wrong for its own observations, and the others are read; if it has
// none, what it says is lost.
func TestAWrongGroupOfSDMXJSON(t *testing.T) {
	const title, both = `"dimensionGroup":[{"id":"TITLE","values":[{"id":"x"},{"id":"y"}]}]`, `"series":{"0:0":{"observations":{"0":[2]}},"1:0":{"observations":{"0":[3]}}}`
	for groups, want := range map[string]string{
		`"0::":[0],"0:":[1]`: "4 MALFORMED_ROW",
		`"0::":[0],"0:":[0]`: "",
		`"1::":[7]`:          "4 MALFORMED_ROW",
		`"1:0:1":[7]`:        "4 NO_OBSERVATIONS",
		`"1:0:9":[0]`:        "4 NO_OBSERVATIONS",
	} {
		_, refused := readAll(t, leveled(title, `"dimensionGroupAttributes":{`+groups+`},`+both), mlMetric, "")
		must.Equal(t, reasonsOf(refused), want)
	}
	// Two values of one id are two to its groups.
	content := strings.Replace(leveled(title, `"dimensionGroupAttributes":{"0::":[0],"1::":[1]},`+strings.Replace(both, `"0":[3]`, `"1":[3]`, 1)), "VARDO", "BODO", 1)
	rows, refused := readAll(t, content, mlMetric, "")
	must.Equal(t, reasonsOf(refused), "")
	must.Equal(t, []string{rows[0].Observation.GetAttributes()["TITLE"], rows[1].Observation.GetAttributes()["TITLE"]}, []string{"x", "y"})
}

// TestIndexesOfSDMXJSONAreShort: what they stand for may be a thousand times as long, and is not
// held for what is not read, nor is any length of it.
func TestIndexesOfSDMXJSONAreShort(t *testing.T) {
	hundred := "[" + strings.TrimSuffix(strings.Repeat("0,", 100), ",") + "]" // of 100 kB each
	values := `[{"id":"TITLE","values":[{"id":"` + strings.Repeat("x", 100_000) + `"}]}]`
	var ports, groups, sets []string
	for i := range 200 {
		ports = append(ports, fmt.Sprintf(`{"id":"P%d"}`, i))
		groups = append(groups, fmt.Sprintf(`"%d::":[%s]`, i, hundred))
		sets = append(sets, `{"structure":0,"attributes":[`+hundred+`],`+bodo+`}`)
	}
	for name, content := range map[string]string{
		"groups":    strings.Replace(leveled(`"dimensionGroup":`+values, `"dimensionGroupAttributes":{`+strings.Join(groups, ",")+`},`+bodo), `{"id":"BODO"},{"id":"VARDO"}`, strings.Join(ports, ","), 1),
		"data sets": strings.Replace(leveled(`"dataSet":`+values, bodo), `"dataSets":[`, `"dataSets":[`+strings.Join(sets, ",")+",", 1),
	} {
		t.Run(name, func(t *testing.T) {
			file := inFile(t, content)
			before := inUse()
			reader := must.Get(datafile.Open(file, mlMetric, nil))(t)
			must.Equal(t, len(must.Get(reader.Read())(t).Observation.GetAttributes()["TITLE"]), 100*100_000+99)
			held := inUse() - before // 2 GB if it were all of what they stand for
			must.True(t, held < 64<<20, "%d MiB are held of a file of %d KiB", held>>20, len(content)>>10)
			runtime.KeepAlive(reader)
		})
	}
	for name, says := range map[string]string{
		"a list":     "[[" + strings.TrimSuffix(strings.Repeat(hundred+",", 7), ",") + "]]",
		"many lists": "[" + strings.TrimSuffix(strings.Repeat(hundred+",", 7), ",") + "]",
	} {
		several := strings.TrimSuffix(strings.Repeat(values[1:len(values)-1]+",", 7), ",")
		for i := range 7 {
			several = strings.Replace(several, `"TITLE"`, fmt.Sprintf(`"T%d"`, i), 1)
		}
		_, refused := readAll(t, leveled(`"dataSet":[`+several+`]`, `"attributes":`+says+`,`+bodo), metricOf("PORT SPECIES", "T0 T1 T2 T3 T4 T5 T6"), "")
		must.Equal(t, reasonsOf(refused), "4 MALFORMED_ROW, 4 MALFORMED_ROW")
		must.True(t, strings.Contains(refused[0].Message, "64 MiB"), "%s: %s", name, refused[0].Message)
	}
}

// inUse is how much memory is in use, in bytes.
func inUse() int64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}
