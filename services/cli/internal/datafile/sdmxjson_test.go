package datafile_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// jsonFile is a file of SDMX-JSON 2: two series, attributes at every level, one
// observation without a value, notes.
const jsonFile = `{"meta":{"id":"X"},"data":{
"structures":[{
 "dimensions":{
  "dataSet":[{"id":"FREQ","keyPosition":0,"values":[{"id":"D"}]}],
  "series":[{"id":"CURRENCY","keyPosition":1,"values":[{"id":"NZD"},{"id":"RUB"}]}],
  "observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2013-01-18"},{"id":"2013-01-21"}]}]},
 "attributes":{
  "dataSet":[{"id":"TIME_FORMAT","default":"P1D","values":[{"id":"P1D"}]}],
  "dimensionGroup":[{"id":"COLLECTION","values":[{"id":"A"}]}],
  "series":[{"id":"TITLE","values":[{"value":"New Zealand dollar"},{"value":"Rouble"}]}],
  "observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"M"}]}]},
 "annotations":[{"text":"of the series"},{"text":"of the day"}]}],
"dataSets":[{"structure":0,"action":"Merge","dimensionGroupAttributes":{":1:":[0]},"series":{
 "0":{"attributes":[0],"annotations":[0],"observations":{"0":[1.59310,0],"1":[null,1]}},
 "1":{"observations":{"0":[40.3426,0,1],"1":[1e2]},"attributes":[1]}
}}]}}`

var jsonMetric = metricOf("CURRENCY", "TIME_FORMAT TITLE COLLECTION")

// TestSDMXJSON: every level of attributes reaches its observations, wherever it
// stands, and numbers keep their digits.
func TestSDMXJSON(t *testing.T) {
	rows, refused := readAll(t, jsonFile, jsonMetric, "")
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 4)
	first, last := rows[0], rows[3]
	must.Equal(t, first.Dimensions, map[string]string{"CURRENCY": "NZD"})
	must.Equal(t, first.Frequency, metricsv1.Figure_D)
	must.Equal(t, first.Observation.GetTimePeriod(), "2013-01-18")
	must.Equal(t, first.Observation.GetValue().GetValue(), "1.59310")
	must.Equal(t, first.Observation.GetAction(), metricsv1.ImportedObservation_MERGE)
	must.Equal(t, first.Observation.GetAttributes(), map[string]string{"TIME_FORMAT": "P1D", "TITLE": "New Zealand dollar"})
	must.Equal(t, first.Observation.GetComment(), "of the series")
	must.True(t, rows[1].Observation.GetValue() == nil, "null is no number")
	must.Equal(t, rows[1].Observation.GetObsStatus(), []string{"M"})
	must.Equal(t, rows[2].Observation.GetComment(), "of the day")
	must.Equal(t, last.Observation.GetAttributes(), map[string]string{"TIME_FORMAT": "P1D", "TITLE": "Rouble", "COLLECTION": "A"})
	must.Equal(t, last.Observation.GetValue().GetValue(), "1e2")
	must.Equal(t, []int{first.Line, last.Line}, []int{14, 15})
}

// TestSDMXJSONInAnyOrder: data sets before structures, observations without series,
// and version 1, which has one structure.
func TestSDMXJSONInAnyOrder(t *testing.T) {
	flat := `{"dataSets":[{"action":"Information","observations":{"0:0":[7],"1:1":["8.50"]}}],
"structure":{"dimensions":{"observation":[{"id":"CURRENCY","values":[{"id":"A"},{"id":"B"}]},{"id":"TIME_PERIOD","values":[{"id":"2020"},{"id":"2021"}]}]},"attributes":{}}}`
	rows, refused := readAll(t, "\ufeff"+flat, jsonMetric, "")
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 2)
	must.Equal(t, rows[1].Dimensions, map[string]string{"CURRENCY": "B"})
	must.Equal(t, rows[1].Observation.GetTimePeriod(), "2021")
	must.Equal(t, rows[1].Observation.GetValue().GetValue(), "8.50")
}

// TestSDMXJSONOfSeveralValues: whichever way an attribute has them, by indexes, in one
// value of its list, or as they are.
func TestSDMXJSONOfSeveralValues(t *testing.T) {
	for says, list := range map[string]string{"[1,0]": `,"values":[{"id":"E"},{"value":"P"}]`, "0": `,"values":[{"values":["P","E"]}]`, `["P","E"]`: ""} {
		file := `{"data":{"structures":[{"dimensions":{"observation":[{"id":"TIME_PERIOD","keyPosition":0,"values":[{"id":"2020"}]}]},
"attributes":{"observation":[{"id":"OBS_STATUS"` + list + `}]}}],"dataSets":[{"structure":0,"observations":{"0":["1",` + says + `]}}]}}`
		must.Equal(t, one(t, file, metricOf("", ""), "").Observation.GetObsStatus(), []string{"P", "E"})
	}
	_, refused := readAll(t, strings.Replace(jsonFile, "[null,1]", "[null,[1,9]]", 1), jsonMetric, "")
	must.Equal(t, len(refused), 1)
}

// TestSDMXJSONThatIsBroken: where the file is cut off what comes before is read if it is known what
// to do with it, of what is no JSON nothing, and the place is said.
func TestSDMXJSONThatIsBroken(t *testing.T) {
	for _, test := range []struct {
		name, content, want string
		rows                int
	}{
		{"cut off", jsonFile[:strings.Index(jsonFile, "40.3426")+3], "15 CUT_OFF", 2},
		{"cut off between", jsonFile[:strings.Index(jsonFile, ",\"1\":[1e2]")], "15 CUT_OFF", 3},
		{"cut off in the structure", jsonFile[:strings.Index(jsonFile, "dataSet")], "2 CUT_OFF", 0},
		{"no structure", `{"data":{"dataSets":[]}}`, "1 MALFORMED_ROW", 0},
		{"no SDMX", `{}`, "1 MALFORMED_ROW", 0},
		{"index", strings.Replace(jsonFile, `"1":[null,1]`, `"5":[null,1]`, 1), "14 MALFORMED_ROW", 3},
		{"attribute index", strings.Replace(jsonFile, `[null,1]`, `[null,9]`, 1), "14 MALFORMED_ROW", 3},
		{"no array", strings.Replace(jsonFile, `[null,1]`, `7`, 1), "14 MALFORMED_ROW", 3},
		{"garbage", strings.Replace(jsonFile, `[null,1]`, `[null,1]?`, 1), "14 MALFORMED_ROW", 0},
		{"cut off before its action", strings.Replace(jsonFile, `"action":"Merge",`, "", 1)[:strings.Index(jsonFile, "40.3426")], "15 CUT_OFF", 0},
		{"cut off after a set without action", strings.TrimSuffix(strings.Replace(jsonFile, `"action":"Merge",`, "", 1), "]}}"), "16 CUT_OFF", 4},
		{"a head that is none", strings.Replace(strings.Replace(jsonFile, `"Merge"`, `"Delete"`, 1), `"dataSets"`, `"meta":{"test":"false"},"dataSets"`, 1), "13 MALFORMED_ROW", 0},
		{"attributes that are none", strings.Replace(jsonFile, `"attributes":[1]}`, `"attributes":"1"}`, 1), "15 MALFORMED_ROW", 0},
		{"attributes further up", strings.Replace(jsonFile, `"attributes":[0],`, `"attributes":"0",`, 1), "14 MALFORMED_ROW", 0},
		{"a key that is none", strings.Replace(jsonFile, `"keyPosition":1`, `"keyPosition":1.5`, 1), "12 MALFORMED_ROW", 0},
		{"errors that are none", strings.TrimSuffix(jsonFile, "}") + `,"errors":{}}`, "16 MALFORMED_ROW", 0},
		{"data within data", strings.Replace(jsonFile, `"data":{`, `"data":{"data":{},`, 1), "1 MALFORMED_ROW", 0},
		{"data that are null", strings.Replace(jsonFile, `"data":`, `"data":null,"data":`, 1), "", 4},

		{"Latin-1", strings.Replace(jsonFile, `[null,1]`, "[null,1,\"caf\xe9\"]", 1), "14 MALFORMED_ROW", 0},
		{"unknown", strings.Replace(jsonFile, `"CURRENCY"`, `"OTHER"`, 1), "1 UNKNOWN_COLUMN", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, jsonMetric, "")
			must.Equal(t, reasonsOf(refused), test.want)
			must.Equal(t, len(rows), test.rows)
			for _, one := range refused {
				must.True(t, !strings.Contains(one.Message, "Go "), "it names types of Go: %s", one.Message)
				must.Equal(t, strings.Contains(one.Message, "attributes: a text stands where a list must stand"), strings.HasPrefix(test.name, "attributes "))
			}
		})
	}
}

// TestGroupsOfSDMXJSON: what is said of fewer observations holds before what is said
// of more, and a default only where none of them says anything, in every run alike.
func TestGroupsOfSDMXJSON(t *testing.T) {
	const content = `{"data":{"structures":[{
 "dimensions":{"series":[{"id":"CURRENCY","keyPosition":0,"values":[{"id":"A"},{"id":"B"}]},{"id":"KIND","keyPosition":1,"values":[{"id":"X"},{"id":"Y"}]}],
  "observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2020"}]}]},
 "attributes":{"dimensionGroup":[{"id":"TITLE","default":"none","values":[{"value":"of A"},{"value":"of A X"},{"value":"of X"}]},{"id":"COLLECTION","default":"Z","values":[{"id":"S"}]}]}}],
"dataSets":[{"structure":0,"dimensionGroupAttributes":{"0:0:":[1,null],"0::":[0,0],":0:":[2]},
 "series":{"0:0":{"observations":{"0":[1]}},"0:1":{"observations":{"0":[1]}},"1:0":{"observations":{"0":[1]}},"1:1":{"observations":{"0":[1]}}}}]}}`
	for range 20 {
		rows, refused := readAll(t, content, metricOf("CURRENCY KIND", "TITLE COLLECTION"), "")
		must.Equal(t, len(refused), 0)
		var said []string
		for _, row := range rows {
			said = append(said, row.Observation.GetAttributes()["TITLE"]+", "+row.Observation.GetAttributes()["COLLECTION"])
		}
		must.Equal(t, said, []string{"of A X, S", "of A, S", "of X, Z", "none, Z"})
	}
}

// TestSDMXJSONSaysNoTwoThings: as in SDMX-ML, of two groups neither of which is of all that the other
// is of none comes first, and a value is no part of what several figures are deleted by.
func TestSDMXJSONSaysNoTwoThings(t *testing.T) {
	content := `{"data":{"structures":[{"dimensions":{"series":[{"id":"PORT","keyPosition":0,"values":[{"id":"BODO"},{"id":"VARDO"}]},{"id":"SPECIES","keyPosition":1,"values":[{"id":"COD"},{"id":"HAKE"}]}],
"observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2020"}]}]},"attributes":{"dimensionGroup":[{"id":"TITLE"}]}}],
"dataSets":[{"structure":0,"dimensionGroupAttributes":{"0::":["of Bodø"],":0:":["of cod"]},"series":{"0:0":{"observations":{"0":[1]}},
"0:1":{"observations":{"0":[2]}}}}]}}`
	rows, refused := readAll(t, content, mlMetric, "")
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "3 MALFORMED_ROW TITLE")
	must.Contains(t, refused[0].Message, `the group "0::"`)
	must.Equal(t, []string{rows[0].Dimensions["SPECIES"], rows[0].Observation.GetAttributes()["TITLE"]}, []string{"HAKE", "of Bodø"})
	several := strings.NewReplacer(`"dimensionGroupAttributes":{"0::":["of Bodø"],":0:":["of cod"]}`, `"action":"Delete"`, "TIME_PERIOD", "FREQ", "2020", "A").Replace(content)
	rows, refused = readAll(t, several, mlMetric, "")
	must.Equal(t, len(rows), 0)
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "3 UNSUPPORTED_ACTION, 4 UNSUPPORTED_ACTION ACTION")
}

// TestSDMXJSONThatIsNoData: a test, in either way of saying it, the errors of a service, several
// or coded measures, and groups of dimensions that have no place. A mapping takes a test.
func TestSDMXJSONThatIsNoData(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"a test", strings.Replace(jsonFile, `{"id":"X"}`, `{"id":"X","test":true}`, 1), "1 UNSUPPORTED_FORMAT test"},
		{"a test of a draft", strings.Replace(jsonFile, `"meta":{"id":"X"}`, `"header":{"id":"X","test":true}`, 1), "1 UNSUPPORTED_FORMAT test"},
		{"no test", strings.Replace(jsonFile, `{"id":"X"}`, `{"id":"X","test":false}`, 1), ""},
		{"errors alone", `{"meta":{},"errors":[{"code":100,"title":"No results"}]}`, "1 SERVICE_ERROR errors"},
		{"errors and data", strings.Replace(jsonFile, `"data":`, `"errors":[{"code":130,"title":"cut"}],"data":`, 1), "1 SERVICE_ERROR errors"},
		{"no errors", strings.Replace(jsonFile, `"data":`, `"errors":[],"data":`, 1), ""},
		{"a coded measure", strings.Replace(jsonFile, `"annotations":[{"text"`, `"measures":{"observation":[{"id":"OBS_VALUE","values":[{"id":"A"}]}]},"annotations":[{"text"`, 1), "1 UNSUPPORTED_FORMAT OBS_VALUE"},
		{"a group without places", strings.Replace(jsonFile, `"keyPosition":1,`, "", 1), "1 UNSUPPORTED_FORMAT dimensionGroupAttributes"},
		{"two of one place", strings.Replace(jsonFile, `"keyPosition":1,`, `"keyPosition":2,`, 1), "1 UNSUPPORTED_FORMAT dimensionGroupAttributes"},
		{"a place that no group names", strings.Replace(jsonFile, `"keyPosition":2,`, "", 1), ""},
		{"two places that no group names", strings.Replace(jsonFile, `"keyPosition":2,`, `"keyPosition":0,`, 1), ""},
		{"a group of two of one place", strings.Replace(jsonFile, `"keyPosition":2,`, `"keyPosition":1,`, 1), "1 UNSUPPORTED_FORMAT dimensionGroupAttributes"},
		{"a dimension twice", strings.Replace(jsonFile, `{"id":"TIME_PERIOD"`, `{"id":"CURRENCY","values":[{"id":"X"}]},{"id":"TIME_PERIOD"`, 1), "1 DUPLICATE_COLUMN CURRENCY"},
		{"two messages", jsonFile + jsonFile, "16 MALFORMED_ROW "},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, jsonMetric, "")
			if test.want == "" {
				must.Equal(t, []int{len(rows), len(refused)}, []int{4, 0})
				return
			}
			must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, test.want)
		})
	}
	_, refused := readAll(t, jsonFile[:strings.Index(jsonFile, `"dataSets"`)]+`"dataSets":[]}}`, jsonMetric, "")
	must.Equal(t, len(refused), 0)
	_, refused = readAll(t, strings.TrimSuffix(jsonFile, "}}"), jsonMetric, "")
	must.Equal(t, reasonsOf(refused), "16 CUT_OFF")
	rows, refused := readAll(t, strings.Replace(jsonFile, `{"id":"X"}`, `{"id":"X","test":true}`, 1), jsonMetric, "test: true")
	must.Equal(t, []int{len(rows), len(refused)}, []int{4, 0})
}

// TestWhatOfSDMXJSONHoldsForNothing is said, as of SDMX-ML, and the rest is read.
func TestWhatOfSDMXJSONHoldsForNothing(t *testing.T) {
	for name, test := range map[string]struct{ from, to, want string }{
		"a series":            {`"attributes":[1]}`, `"attributes":[1]},"1 ":{"attributes":[0]}`, "15 NO_OBSERVATIONS"},
		"a group":             {`{":1:":[0]}`, `{":1:":[0],":0:9":[0]}`, "16 NO_OBSERVATIONS"},
		"a set":               {`"dataSets":[`, `"dataSets":[{"structure":0,"attributes":[0],"series":{}},`, "13 NO_OBSERVATIONS"},
		"nothing":             {`{":1:":[0]}`, `{":1:":[0],":0:9":[null]}`, ""},
		"a series of nothing": {`"attributes":[1]}`, `"attributes":[1]},"1 ":{"attributes":[null],"observations":{}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, strings.Replace(jsonFile, test.from, test.to, 1), jsonMetric, "")
			must.Equal(t, len(rows), 4)
			must.Equal(t, reasonsOf(refused), test.want)
		})
	}
}

// TestNotesOfSDMXJSON: those of the data set, of the series and of an observation all hold, each
// once.
func TestNotesOfSDMXJSON(t *testing.T) {
	content := strings.Replace(jsonFile, `"action":"Merge"`, `"action":"Merge","annotations":[1]`, 1)
	rows, _ := readAll(t, strings.Replace(content, `[1.59310,0]`, `[1.59310,0,0]`, 1), jsonMetric, "")
	must.Equal(t, rows[0].Observation.GetComment(), "of the day; of the series")
	must.Equal(t, rows[2].Observation.GetComment(), "of the day")
}

// TestSDMXJSONThatChangesWhileItIsRead: what was read first is not put together with what stands
// there now, and it is not read on.
func TestSDMXJSONThatChangesWhileItIsRead(t *testing.T) {
	for name, second := range map[string]string{
		"other codes": strings.Replace(jsonFile, `"NZD"},{"id":"RUB"`, `"RUB"},{"id":"NZD"`, 1),
		"a number":    strings.Replace(jsonFile, "40.3426", "40.3427", 1),
		"longer":      jsonFile + " ",
		"shorter":     jsonFile[:len(jsonFile)-3],
		"nothing":     "",
	} {
		t.Run(name, func(t *testing.T) {
			reader := must.Get(datafile.Open(&rewritten{Reader: strings.NewReader(jsonFile), second: second}, jsonMetric, nil))(t)
			_, err := reader.Read()
			must.Contains(t, fmt.Sprint(err), "changed while it was read")
			_, again := reader.Read()
			must.True(t, again != nil && again.Error() == err.Error(), "it is read on: %v", again)
		})
	}
}

// TestSDMXJSONOfAnyLength: what holds for several observations is kept up to a limit, however
// short it is written, and so is a value that does not end.
func TestSDMXJSONOfAnyLength(t *testing.T) {
	long := strings.Repeat("x", 33<<20)
	const many = 700_000
	var late strings.Builder
	for i := range many / 2 {
		fmt.Fprintf(&late, `"%d":{"observations":{},"attributes":[]},`, i)
	}
	for name, test := range map[string]struct{ from, to, want string }{
		"a text":         {"40.3426", `"` + long + long + `"`, "15 MALFORMED_ROW"},
		"a document":     {`"attributes":[1]`, `"attributes":["` + long + `"]},"2":{"observations":{},"attributes":["` + long + `"]`, "15 UNSUPPORTED_FORMAT"},
		"a value":        {`"annotations":[{`, `"annotations":[{"text":"` + long + long + `"},{`, "2 UNSUPPORTED_FORMAT"},
		"empty sets":     {`"dataSets":[`, `"dataSets":[` + strings.Repeat("{},", many), "13 UNSUPPORTED_FORMAT"},
		"empty values":   {`{"id":"NZD"}`, strings.Repeat("{},", many) + "{}", "12 UNSUPPORTED_FORMAT"},
		"late series":    {`"series":{`, `"series":{` + late.String(), "13 UNSUPPORTED_FORMAT"},
		"null attribute": {`"series":{`, `"attributes":[` + strings.Repeat("0,", many) + `0],"series":{`, "13 UNSUPPORTED_FORMAT"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, strings.Replace(jsonFile, test.from, test.to, 1), jsonMetric, "")
			must.Equal(t, len(rows), 0)
			must.Equal(t, reasonsOf(refused), test.want)
			must.Contains(t, refused[0].Message, "more than 64 MiB")
			must.Equal(t, strings.Contains(refused[0].Message, "give it as several files"), refused[0].Reason == datafile.UnsupportedFormat)
		})
	}
}

// TestManyGroupsOfSDMXJSON: how much is done for an observation does not hang on how many groups
// there are.
func TestManyGroupsOfSDMXJSON(t *testing.T) {
	took := func(count int) float64 {
		var codes, groups, observations []string
		for i := range count {
			codes = append(codes, fmt.Sprintf(`{"id":"C%d"}`, i))
			groups = append(groups, fmt.Sprintf(`"%d:":["of %d"]`, i, i))
			observations = append(observations, fmt.Sprintf(`"%d:0":[1]`, i))
		}
		content := `{"data":{"structures":[{"dimensions":{"observation":[{"id":"CURRENCY","keyPosition":0,"values":[` + strings.Join(codes, ",") + `]},{"id":"TIME_PERIOD","keyPosition":1,"values":[{"id":"2020"}]}]},
"attributes":{"dimensionGroup":[{"id":"TITLE"}]}}],"dataSets":[{"structure":0,"dimensionGroupAttributes":{` + strings.Join(groups, ",") + `},"observations":{` + strings.Join(observations, ",") + `}}]}}`
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rows, refused := readAll(t, content, jsonMetric, "")
		runtime.ReadMemStats(&after)
		must.Equal(t, []int{len(rows), len(refused)}, []int{count, 0})
		must.Equal(t, rows[count-1].Observation.GetAttributes()["TITLE"], fmt.Sprintf("of %d", count-1))
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	few, many := took(500), took(4000)
	must.True(t, many < 16*few, "8 times the rows took %.1f times the memory", many/few)
}

// TestAStarIsNoKeyOfSDMXJSON: an observation that is to be deleted says which it is.
func TestAStarIsNoKeyOfSDMXJSON(t *testing.T) {
	for _, key := range []string{"*", ""} {
		rows, refused := readAll(t, strings.Replace(strings.Replace(jsonFile, "Merge", "Delete", 1), `"1":[null,1]`, `"`+key+`":[null]`, 1), jsonMetric, "")
		must.Equal(t, len(rows), 3)
		must.Equal(t, reasonsOf(refused), "14 MALFORMED_ROW")
	}
}

// TestTwoPeriodsOfSDMXThatBecomeOne: as of a table, neither stands for the whole.
func TestTwoPeriodsOfSDMXThatBecomeOne(t *testing.T) {
	const days = "times: {TIME_PERIOD: {read: '2006-01-02', write: '2006-01'}}"
	ml := specific(`<m:DataSet><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2013-01-18" OBS_VALUE="1"/><Obs TIME_PERIOD="2013-01-21" OBS_VALUE="2"/></Series></m:DataSet>`)
	for name, test := range map[string]struct {
		content string
		metric  *metricsv1.Metric
		want    string
	}{
		"JSON": {jsonFile, jsonMetric, "14 INVALID_PERIOD, 14 INVALID_PERIOD, 15 INVALID_PERIOD, 15 INVALID_PERIOD"},
		"ML":   {ml, mlMetric, "5 INVALID_PERIOD, 5 INVALID_PERIOD"},
	} {
		t.Run(name, func(t *testing.T) {
			_, refused := readAll(t, test.content, test.metric, days)
			must.Equal(t, reasonsOf(refused), test.want)
			must.Contains(t, refused[0].Message, `"2013-01-18" and "2013-01-21"`)
			rows, refused := readAll(t, strings.ReplaceAll(test.content, "2013-01-21", "2013-02-21"), test.metric, days)
			must.Equal(t, []int{len(rows), len(refused)}, []int{strings.Count(test.want, "INVALID"), 0})
			must.Equal(t, rows[1].Observation.GetTimePeriod(), "2013-02")
		})
	}
}

// TestADeletionBySDMXJSONSaysAllOfItsKey: a value that says nothing does not stand for any.
func TestADeletionBySDMXJSONSaysAllOfItsKey(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`{"id":"2013-01-18"}`, "14 UNSUPPORTED_ACTION TIME_PERIOD"},
		{`{"id":"NZD"}`, "14 UNSUPPORTED_ACTION CURRENCY"},
	} {
		content := strings.Replace(strings.Replace(jsonFile, "Merge", "Delete", 1), `"0":[1.59310,0],"1":[null,1]`, `"0":[7]`, 1)
		rows, refused := readAll(t, strings.Replace(content, test.value, `{"name":"?"}`, 1), jsonMetric, "")
		must.Equal(t, reasonsOf(refused[:1])+" "+refused[0].Field, test.want)
		must.True(t, !slices.ContainsFunc(rows, func(row datafile.Row) bool { return row.Kind == datafile.DeleteMatching }), "it deletes several")
	}
}

// TestASeriesOfSDMXJSONThatIsCutOff: what it said further down, before the end, holds.
func TestASeriesOfSDMXJSONThatIsCutOff(t *testing.T) {
	rows, refused := readAll(t, jsonFile[:strings.Index(jsonFile, `"attributes":[1]`)+len(`"attributes":[1]`)], jsonMetric, "")
	must.Equal(t, reasonsOf(refused), "15 CUT_OFF")
	must.Equal(t, rows[3].Observation.GetAttributes()["TITLE"], "Rouble")
}
