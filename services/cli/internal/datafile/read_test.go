package datafile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// metricOf is a metric with dimensions and attributes; "ATT=C" is one with a code.
func metricOf(dimensions, attributes string) *metricsv1.Metric {
	metric := &metricsv1.Metric{Name: "metrics/sample", DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"}}
	for id := range strings.FieldsSeq(dimensions) {
		metric.Dimensions = append(metric.Dimensions, &metricsv1.Dimension{Id: id})
	}
	for id := range strings.FieldsSeq(attributes) {
		id, code, coded := strings.Cut(id, "=")
		attribute := &metricsv1.Attribute{Id: id}
		if coded {
			attribute.Codes = []string{code}
		}
		metric.Attributes = append(metric.Attributes, attribute)
	}
	return metric
}

// inFile is a file with some content.
func inFile(t *testing.T, content string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data")
	must.OK(t, os.WriteFile(path, []byte(content), 0o600))
	file := must.Get(os.Open(path))(t)
	t.Cleanup(func() { must.OK(t, file.Close()) })
	return file
}

// readAll reads a file: its rows, each in a few words, and why others are not
// taken.
func readAll(t *testing.T, content string, metric *metricsv1.Metric, mapping string) (rows []datafile.Row, refused []*interchange.RowError) {
	t.Helper()
	var m *datafile.Mapping
	if mapping != "" {
		m = must.Get(datafile.ParseMapping([]byte(mapping)))(t)
	}
	reader := must.Get(datafile.Open(inFile(t, content), metric, m))(t)
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, refused
		}
		if one, is := errors.AsType[*interchange.RowError](err); is {
			refused = append(refused, one)
			continue
		}
		must.OK(t, err)
		rows = append(rows, row)
	}
}

// one is the only row of a file that has nothing wrong.
func one(t *testing.T, content string, metric *metricsv1.Metric, mapping string) datafile.Row {
	t.Helper()
	rows, refused := readAll(t, content, metric, mapping)
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 1)
	return rows[0]
}

// TestSDMXCSVIsReadInEveryVersion: SDMX-CSV 1 and 2, with labels in every way, with
// keys, another delimiter, a byte order mark and any line ends, says one thing.
func TestSDMXCSVIsReadInEveryVersion(t *testing.T) {
	metric := metricOf("DIM1 DIM2", "ATT1=C ATT2=D")
	for name, content := range map[string]string{
		"version 1":           "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\nMD:T(1.0),A,B,2020,1.10,C,D\n",
		"version 1 labels":    "DATAFLOW,DIM1: DIMENSION 1,DIM2: DIMENSION 2,ATT1: ATTRIBUTE 1,ATT2: ATTRIBUTE 2,OBS_VALUE: OBS_VALUE,TIME_PERIOD: TIME PERIOD\nMD:T(1.0): T,A: A,B: B,C: C,D: D,1.10: 1.10,2020: 2020\n",
		"labels, no blanks":   "DATAFLOW,DIM1:DIMENSION 1,DIM2:DIMENSION 2,ATT1:ATTRIBUTE 1,ATT2:ATTRIBUTE 2,OBS_VALUE:OBS_VALUE,TIME_PERIOD:TIME PERIOD\nMD:T(1.0): T,A:A,B: B,C: C,D: D,1.10,2020\n",
		"version 2":           "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\ndatastructure,MD:T(1.0),I,A,B,2020,1.10,C,D\n",
		"version 2 names":     "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,DIM1,DIMENSION 1,DIM2,DIMENSION 2,ATT1,ATTRIBUTE 1,ATT2,ATTRIBUTE 2,OBS_VALUE,Observation Value,TIME_PERIOD,TIME PERIOD\ndatastructure,MD:T(1.0),MD TEST,I,A,Value A,B,Value B,C,Value C,D,Value D,1.10,,2020,Year 2020\n",
		"version 2 keys":      "STRUCTURE,STRUCTURE_ID,ACTION,SERIES_KEY,OBS_KEY,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\ndatastructure,MD:T(1.0),R,A.B,A.B.2020,A,B,2020,1.10,C,D",
		"version 2 semicolon": "STRUCTURE;STRUCTURE_ID;DIM1;DIM2;TIME_PERIOD;OBS_VALUE;ATT1;ATT2\ndatastructure;MD:T(1.0);A;B;2020;1.10;C;D\n",
		"byte order mark":     "\ufeffDATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\r\nMD:T(1.0),A,B,2020,1.10,C,D\r\n",
		"carriage returns":    "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\rMD:T(1.0),A,B,2020,1.10,C,D\r",
		"empty columns":       "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2,,\nMD:T(1.0),A,B,2020,1.10,C,D,,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			row := one(t, content, metric, "")
			must.Equal(t, row.Line, 2)
			must.Equal(t, row.End, int64(len(content)))
			must.Equal(t, row.Dimensions, map[string]string{"DIM1": "A", "DIM2": "B"})
			must.Equal(t, row.Observation.GetTimePeriod(), "2020")
			must.Equal(t, row.Observation.GetValue().GetValue(), "1.10")
			must.Equal(t, row.Observation.GetAttributes(), map[string]string{"ATT1": "C", "ATT2": "D"})
			must.Equal(t, row.Observation.GetAction(), metricsv1.ImportedObservation_REPLACE)
		})
	}
}

// TestActionsOfSDMXCSV: each action, attributes of a series, and deletions by some
// dimensions.
func TestActionsOfSDMXCSV(t *testing.T) {
	rows, refused := readAll(t, "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1\n"+
		"d,T(1.0),A,A,B,2020,1,\nd,T(1.0),M,A,B,,,C\nd,T(1.0),D,A,B,2021,,\nd,T(1.0),D,A,,,,\nd,T(1.0),D,A,B,2022,,C\nd,T(1.0),X,A,B,2020,1,\nd,T(1.0),R,A,B,,1,\n",
		metricOf("DIM1 DIM2", "ATT1"), "")
	kinds := make([]datafile.Kind, len(rows))
	for i, row := range rows {
		kinds[i] = row.Kind
	}
	must.Equal(t, kinds, []datafile.Kind{datafile.Observation, datafile.SeriesAttributes, datafile.Observation, datafile.DeleteMatching})
	must.Equal(t, rows[0].Observation.GetAction(), metricsv1.ImportedObservation_APPEND)
	must.Equal(t, rows[2].Observation.GetAction(), metricsv1.ImportedObservation_DELETE)
	must.Equal(t, rows[3].Dimensions, map[string]string{"DIM1": "A"})
	must.Equal(t, reasonsOf(refused), "6 UNSUPPORTED_ACTION, 7 UNKNOWN_ACTION, 8 MISSING_PERIOD")
}

// reasonsOf is the line and reason of each row that is not taken.
func reasonsOf(refused []*interchange.RowError) string {
	texts := make([]string, len(refused))
	for i, one := range refused {
		line := ""
		for n := one.Line; n > 0; n /= 10 {
			line = string(rune('0'+n%10)) + line
		}
		texts[i] = line + " " + one.Reason
	}
	return strings.Join(texts, ", ")
}

// TestWhatAFileMayNotBe: each says why, with its line, and nothing of a
// header that is not understood is read.
func TestWhatAFileMayNotBe(t *testing.T) {
	metric := metricOf("DIM1", "ATT1")
	for _, test := range []struct{ name, content, want string }{
		{"XML", "<?xml version='1.0'?>\n<GenericData/>", "2 UNSUPPORTED_FORMAT"},
		{"another table", "DIM1,TIME_PERIOD,OBS_VALUE\nA,2020,1\n", "1 UNSUPPORTED_FORMAT"},
		{"nothing", "", "1 EMPTY_FILE"},
		{"header alone", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\n", ""},
		{"unknown column", "DATAFLOW,DIM9,TIME_PERIOD,OBS_VALUE\nT,A,2020,1\n", "1 UNKNOWN_COLUMN"},
		{"title of anything", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,TITLE\nT,A,2020,1,X\n", "1 UNKNOWN_COLUMN"},
		{"column twice", "DATAFLOW,DIM1,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,A,2020,1\n", "1 DUPLICATE_COLUMN"},
		{"no values", "DATAFLOW,DIM1,TIME_PERIOD\nT,A,2020\n", "1 MISSING_COLUMN"},
		{"cells missing", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,2020\nT,A,2021,1\n", "2 WRONG_COLUMN_COUNT"},
		{"cells too many", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,2020,1,5\nT,A,2021,1\n", "2 WRONG_COLUMN_COUNT"},
		{"cut off", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,2021,1\nT,A,20", "3 CUT_OFF"},
		{"cut off in a cell", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,2021,1\nT,A,2020,\"1", "3 CUT_OFF"},
		{"quotation mark", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A\"B,2020,1\nT,A,2021,1\n", "2 MALFORMED_ROW"},
		{"not UTF-8", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,\xff,2020,1\nT,A,2021,1\n", "2 MALFORMED_ROW"},
		{"frequency", "DATAFLOW,FREQ,DIM1,TIME_PERIOD,OBS_VALUE\nT,Y,A,2020,1\nT,A,A,2020,1\n", "2 UNKNOWN_CODE"},
		{"no number", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,DECIMALS\nT,A,2020,1,x\n", "2 MALFORMED_ROW"},
		{"of a document", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,DOCUMENT_VERSION\nT,A,2020,1,documents/d/versions/1\n", "2 FIGURE_OF_DOCUMENT"},
		{"names that are none", "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ,DIM1,TIME_PERIOD,OBS_VALUE\nd,T,n,I,A,A,2020,1\n", "1 UNSUPPORTED_FORMAT"},
		{"no text", "D\x00A\x00T\x00A\x00", "1 UNSUPPORTED_FORMAT"},
		{"computed", "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,RATE_BASIS\nT,A,2020,1,REFERENCE\n", "2 MALFORMED_ROW"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, metric, "")
			must.Equal(t, reasonsOf(refused), test.want)
			for _, row := range rows {
				must.Equal(t, row.Dimensions["DIM1"], "A")
			}
		})
	}
}

// TestMissingValuesOfSDMX: an empty value, NaN and flags come as they are.
func TestMissingValuesOfSDMX(t *testing.T) {
	rows, refused := readAll(t, "STRUCTURE[;],STRUCTURE_ID,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS[],CONF_STATUS,UNIT_MEASURE,UNIT_MULT,DECIMALS,RELEASE_TIME,COMMENT_OBS\n"+
		"d,T,Q,2020-Q1,NaN,M;P,F,USD,6,2,2021-05,late\nd,T,H,2020-S1,,,,,,,,\n", metricOf("", ""), "")
	must.Equal(t, len(refused), 0)
	first := rows[0].Observation
	must.True(t, first.GetValue() == nil, "NaN is no number")
	must.Equal(t, first.GetObsStatus(), []string{"M", "P"})
	must.Equal(t, first.GetUnit().GetSystem(), metricsv1.Unit_ISO4217)
	must.Equal(t, []int32{first.GetUnitMult(), first.GetDecimals()}, []int32{6, 2})
	must.Equal(t, first.GetReleaseTime().GetEdtf(), "2021-05")
	must.Equal(t, rows[0].Frequency, metricsv1.Figure_Q)
	must.Equal(t, rows[1].Frequency, metricsv1.Figure_S)
}

// TestLabelsAreCutWhereTheyAre: free texts of a labelled file keep their colons.
func TestLabelsAreCutWhereTheyAre(t *testing.T) {
	rows, refused := readAll(t, "DATAFLOW,DIM1: D,ATT1: A,NOTE: N,TIME_PERIOD: T,OBS_VALUE: V,COMMENT_OBS: C,OBS_STATUS: S\n"+
		"T: t,A: a,C: c,New series: see page 3,2020: year,1: one,Note: late,P: provisional\n", metricOf("DIM1", "ATT1=C NOTE"), "")
	must.Equal(t, len(refused), 0)
	must.Equal(t, rows[0].Dimensions, map[string]string{"DIM1": "A"})
	must.Equal(t, rows[0].Observation.GetAttributes(), map[string]string{"ATT1": "C", "NOTE": "New series: see page 3"})
	must.Equal(t, rows[0].Observation.GetComment(), "Note: late")
	must.Equal(t, rows[0].Observation.GetObsStatus(), []string{"P"})
}

// TestLabelsWithoutABlank: a code ends at its colon, unless the metric has such a code.
func TestLabelsWithoutABlank(t *testing.T) {
	row := one(t, "DATAFLOW,DIM1:D,FREQ:Frequency,ATT1:A,ATT2:B,TIME_PERIOD:T,OBS_VALUE:V,OBS_STATUS:S,CONF_STATUS:C\n"+
		"T:t,A:a,M:Monthly,C:c,a:b: name,2020-01,1,A:Normal,F:Free\n", metricOf("DIM1", "ATT1=C ATT2=a:b"), "")
	must.Equal(t, row.Frequency, metricsv1.Figure_M)
	must.Equal(t, row.Observation.GetObsStatus(), []string{"A"})
	must.Equal(t, row.Observation.GetConfStatus(), "F")
	must.Equal(t, row.Observation.GetAttributes(), map[string]string{"ATT1": "C", "ATT2": "a:b"})
}

// TestAColumnOfNamesWithTheNameOfItsColumn: it is none of its own, also where the mapping
// ignores or reads the column; of two others of one name none can be read.
func TestAColumnOfNamesWithTheNameOfItsColumn(t *testing.T) {
	const content = "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,AREA,Area,FREQ,FREQ,TIME_PERIOD,Time,OBS_VALUE,Value\nd,T,n,MX,Mexico,M,Monthly,2020,,1,\nd,T,n,CA,Canada,A,Yearly,2020,,2,\n"
	for mapping, want := range map[string]int{"ignore: [FREQ]": 2, "skip: [{FREQ: M}]": 1, "ignore: [FREQ]\nskip: [{FREQ: M}]": 1} {
		rows, refused := readAll(t, content, metricOf("AREA", ""), mapping)
		must.Equal(t, len(refused), 0)
		must.Equal(t, len(rows), want)
	}
	_, refused := readAll(t, strings.Replace(content, "FREQ,FREQ", "FREQ,Area", 1), metricOf("AREA", ""), "skip: [{Area: Mexico}]")
	must.Equal(t, reasonsOf(refused), "1 DUPLICATE_COLUMN")
}

// TestARowOfASeriesMaySayAnythingThatHolds: and nothing else.
func TestARowOfASeriesMaySayAnythingThatHolds(t *testing.T) {
	rows, refused := readAll(t, "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,UNIT_MULT,UNIT_MEASURE,COMMENT_OBS,RELEASE_TIME,OBS_STATUS\n"+
		"T,A,,,6,,,,\nT,A,,,,USD,,,\nT,A,,,,,c,,\nT,A,,,,,,,P\nT,A,,,,,,2021,\nT,A,,,,,,,\n", metricOf("DIM1", ""), "")
	must.Equal(t, reasonsOf(refused), "6 MISSING_PERIOD, 7 MISSING_PERIOD")
	must.Equal(t, len(rows), 4)
	for _, row := range rows {
		must.Equal(t, row.Kind, datafile.SeriesAttributes)
	}
	must.Equal(t, rows[0].Observation.GetUnitMult(), 6)
}

// TestAStrayQuotationMark: a row that is malformed changes nothing in how those after it are read,
// whose line ends are mixed.
func TestAStrayQuotationMark(t *testing.T) {
	for _, delimiter := range []string{",", "¦"} {
		for _, stray := range []string{`5" pipe`, `"5" pipe`, `"5""" pipe`, "5\" pipe" + delimiter + `"x`} {
			content := "Code,Year,Value,Flag,NOTE\nMX,2019,1,," + stray + "\nMX,2020,1,,a\r\n\r\nMX,2021,1,,\"b\"\r\nMX,2022,1,,\"c\r\nd\"\r\nMX,2023,1,,\"e\"\"\r\n\"\"f\"\n"
			if delimiter != "," {
				content = strings.ReplaceAll(content, ",", delimiter)
			}
			rows, refused := readAll(t, content, metricOf("AREA", "NOTE"), areaMapping+"delimiter: '"+delimiter+"'\n")
			must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW")
			var notes []string
			for _, row := range rows {
				notes = append(notes, row.Observation.GetAttributes()["NOTE"])
			}
			must.Equal(t, notes, []string{"a", "b", "c\r\nd", "e\"\r\n\"f"})
		}
	}
}

// TestLineEndsInCells: where lines end with line feeds, a carriage return within a cell is a
// part of it; elsewhere a line end within a cell is a line feed. Bytes that are no UTF-8 stay so.
func TestLineEndsInCells(t *testing.T) {
	metric := metricOf("DIM1", "NOTE")
	for content, want := range map[string]string{
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\nT,A,2020,1,\"a\r\nb\rc\"\n":                               "a\r\nb\rc",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\nT,A,2020,1,\"\"\"a\r\nb\"\"\"\r\n":                        "\"a\r\nb\"",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\r\nT,A,2020,1,\"a\r\nb\nc\"\r\n":                           "a\nb\nc",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\rT,A,2020,1,\"a\rb\"\r":                                    "a\nb",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\nT,A,2020,1, a \n":                                         "a",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE,PRODUCER,TITLE\nT,A,2020,1, a ,P,T\n":                      " a ",
		"DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\nT,A,2020,1,\"" + strings.Repeat("\r\n", 70_000) + "x\"\n": strings.Repeat("\r\n", 70_000) + "x",
	} {
		row := one(t, content, metric, "")
		if want[0] == '\r' {
			want = strings.TrimSpace(want)
		}
		must.Equal(t, row.Observation.GetAttributes()["NOTE"], want)
		must.Equal(t, row.End, int64(len(content)))
	}
	_, refused := readAll(t, "DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE,NOTE\nT,A,2020,1,\"a\xff\nb\"\n", metric, "")
	must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW")
}
