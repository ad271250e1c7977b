package datafile_test

import (
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const wideMapping = `
format: csv
columns: {CODE: PARTNER}
set: {AREA: US}
ignore: [NAME]
values:
  - columns: {INOV: "11", IDEC: "12"}
    set: {FLOW: IMPORTS, FREQ: M, TIME_PERIOD: "{year}-{column}"}
  - columns: {IYR: ""}
    set: {FLOW: IMPORTS, FREQ: A, TIME_PERIOD: "{year}"}
missing:
  - {when: {year: "2016"}, columns: [IDEC], value: "0", reason: NOT_COLLECTED, comment: not yet}
  - {when: {year: "2016"}, columns: [IYR], reason: NOT_COLLECTED}
codes:
  PARTNER: {"0004": WORLD, "2010": MX}
skip:
  - {NAME: World}
`

// TestAWideTable: a row is an observation for each column of values; what stands
// for "not yet" is no zero, and elsewhere zero stays zero.
func TestAWideTable(t *testing.T) {
	rows, refused := readAll(t, "year,CODE,NAME,INOV,IDEC,IYR\r2015,2010,Mexico,1.5,0,1.5\r2016,2010,Mexico,2.5,0,2.5\r2016,0004,World,1,2,3\r2016,9999,?,1,2,3\r,2010,Mexico,0,0,0\r",
		metricOf("AREA PARTNER FLOW", ""), wideMapping)
	must.Equal(t, reasonsOf(refused), "5 UNKNOWN_CODE, 6 MISSING_PERIOD")
	must.Equal(t, len(rows), 6)
	december := rows[1]
	must.Equal(t, december.Dimensions, map[string]string{"AREA": "US", "PARTNER": "MX", "FLOW": "IMPORTS"})
	must.Equal(t, december.Observation.GetTimePeriod(), "2015-12")
	must.Equal(t, december.Observation.GetValue().GetValue(), "0")
	must.Equal(t, december.Frequency, metricsv1.Figure_M)
	for _, row := range rows[4:6] {
		must.True(t, row.Observation.GetValue() == nil, "%s has no number", row.Observation.GetTimePeriod())
		must.Equal(t, row.Observation.GetMissingReason(), metricsv1.Figure_NOT_COLLECTED)
	}
	must.Equal(t, rows[4].Observation.GetComment(), "not yet")
}

// TestALongTable: columns by name, times and numbers in another way of writing, an
// empty value by what the mapping says.
func TestALongTable(t *testing.T) {
	const mapping = `
format: csv
delimiter: ";"
decimalComma: true
thousands: "."
columns: {Land: AREA, Datum: TIME_PERIOD, Wert: OBS_VALUE}
times: {TIME_PERIOD: {read: "2.1.2006", write: "2006-01"}}
empty: SUPPRESSED
`
	rows, refused := readAll(t, "Land;Datum;Wert\nDE;1.2.2020;1.234,50\nDE;1.3.2020;\nDE;3/2020;1\n", metricOf("AREA", ""), mapping)
	must.Equal(t, reasonsOf(refused), "4 MALFORMED_ROW")
	must.Equal(t, rows[0].Observation.GetValue().GetValue(), "1234.50")
	must.Equal(t, rows[0].Observation.GetTimePeriod(), "2020-02")
	must.Equal(t, rows[1].Observation.GetMissingReason(), metricsv1.Figure_SUPPRESSED)
}

// TestColumnsOfYears: the World Bank's wide shape, with empty cells left out.
func TestColumnsOfYears(t *testing.T) {
	const mapping = `
format: csv
columns: {Country Code: AREA}
ignore: [Country Name]
values:
  - {matching: "^[0-9]{4}$", set: {FREQ: A, TIME_PERIOD: "{column}"}}
empty: skip
`
	rows, refused := readAll(t, "Country Name,Country Code,1960,1961,\n\"Bahamas, The\",BHS,,169803921.3,\n", metricOf("AREA", ""), mapping)
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 1)
	must.Equal(t, rows[0].Observation.GetTimePeriod(), "1961")
	must.Equal(t, string(rows[0].Text()), `"Bahamas, The",BHS,,169803921.3,`)
}

// TestAHeaderBelowOtherLines: a file as the World Bank's, which says above its header when
// it was made, whatever it says there. What is wrong below has the line in the file.
func TestAHeaderBelowOtherLines(t *testing.T) {
	const mapping = `
format: csv
header: [Country Name, Country Code]
columns: {Country Code: AREA}
ignore: [Country Name, Indicator Name, Indicator Code]
values:
  - {matching: "^[0-9]{4}$", set: {FREQ: A, TIME_PERIOD: "{column}"}}
empty: skip
`
	const table = "\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"1960\",\"1961\",\r\n" +
		"\"Examplia\",\"EXA\",\"Output (US$)\",\"OUT.CD\",\"\",\"12.5\",\r\n\"Samplia\",\"SAM\",\"Output (US$)\",\"OUT.CD\",\"\",\"4\",\r\n" +
		"\"Testia\",\"TES\",\"Output (US$)\",\"OUT.CD\",\"5\",\"6\",\"7\"\r\n"
	for preamble, refusals := range map[string]string{
		"": "4 WRONG_COLUMN_COUNT",
		"\ufeff\"Data Source\",\"Example Indicators\",\r\n\r\n\"Last Updated Date\",\"2026-11-01\",\r\n\r\n": "8 WRONG_COLUMN_COUNT",
		"Country Name,as \"the Bureau\" has it\nCountry Name\n":                                              "6 WRONG_COLUMN_COUNT",
	} {
		rows, refused := readAll(t, preamble+table, metricOf("AREA", ""), mapping)
		must.Equal(t, reasonsOf(refused), refusals)
		must.Equal(t, len(rows), 2)
		must.Equal(t, rows[0].Dimensions["AREA"]+rows[0].Observation.GetTimePeriod(), "EXA1961")
		must.Equal(t, rows[1].Dimensions["AREA"]+rows[1].Observation.GetTimePeriod(), "SAM1961")
	}
	_, refused := readAll(t, strings.Repeat("note\n", 200)+table, metricOf("AREA", ""), mapping)
	must.Equal(t, reasonsOf(refused), "1 MISSING_COLUMN")
}

// TestMappingsThatAreRefused: what a mapping says wrong is said before any row is
// read.
func TestMappingsThatAreRefused(t *testing.T) {
	for name, mapping := range map[string]string{
		"unknown key":      "colums: {A: B}",
		"a key of words":   "time period: x",
		"no YAML":          "columns: [",
		"a list of keys":   "columns: [A]",
		"a text of a list": "skip: 'A `x` into B'",
		"keys of a text":   "format: {a: b}",
		"a text of a flag": "decimalComma: perhaps",
		"a list of rules":  "values: [[A]]",
		"a text of keys":   "metric: x",
		"format":           "format: xls",
		"delimiter":        `delimiter: ";;"`,
		"reason":           "missing: [{reason: LATER}]",
		"empty":            "empty: LATER",
		"metric":           "metric: {nam: x}",
		"group of nothing": "values: [{set: {FREQ: A}}]",
		"pattern":          `values: [{matching: "["}]`,
		"not UTF-8":        "format: \xff",
		"values of SDMX":   "format: sdmx-csv\nvalues: [{columns: {A: x}}]",
		"set of JSON":      "format: sdmx-json\nset: {FREQ: A}",
		"thousands":        "thousands: '.'",
		"header of SDMX":   "header: [AREA]",
		"empty header":     "format: csv\nheader: ['']",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := datafile.ParseMapping([]byte(mapping))
			must.True(t, err != nil, "it is taken")
			must.True(t, !strings.Contains(err.Error(), "datafile.") && !strings.Contains(err.Error(), "[]"), "it names types of Go: %v", err)
		})
	}
	for name, test := range map[string]struct{ mapping, want string }{
		"column that is not there": {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE, C: TIME_PERIOD}", "1 MISSING_COLUMN"},
		"group that is not there":  {"format: csv\ncolumns: {A: AREA}\nvalues: [{columns: {B: x, D: y}}]", "1 MISSING_COLUMN"},
		"set of nothing":           {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nset: {NOTHING: x}", "1 UNKNOWN_COLUMN"},
		"column of nothing":        {"format: csv\ncolumns: {A: NOTHING, B: OBS_VALUE}", "1 UNKNOWN_COLUMN"},
		"text of no column":        {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nset: {TIME_PERIOD: '{A}-{C}'}", "1 MISSING_COLUMN"},
		"skip of no column":        {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nskip: [{C: x}]", "1 MISSING_COLUMN"},
		"when of no column":        {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nmissing: [{when: {C: x}, reason: SUPPRESSED}]", "1 MISSING_COLUMN"},
		"missing of no column":     {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nmissing: [{columns: [C], reason: SUPPRESSED}]", "1 MISSING_COLUMN"},
		"missing of no values":     {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nmissing: [{columns: [A], reason: SUPPRESSED}]", "1 UNKNOWN_COLUMN"},
		"codes of nothing":         {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\ncodes: {NOTHING: {x: y}}", "1 UNKNOWN_COLUMN"},
		"codes of no column":       {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\ncodes: {FREQ: {x: y}}", "1 MISSING_COLUMN"},
		"times of no column":       {"format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\ntimes: {TIME_PERIOD: {read: '2006', write: '2006'}}", "1 MISSING_COLUMN"},
		"header that is not there": {"format: csv\nheader: [A, C]\ncolumns: {A: AREA, B: OBS_VALUE}", "1 MISSING_COLUMN"},
		"header that is longer":    {"format: csv\nheader: [A, B, C]\ncolumns: {A: AREA, B: OBS_VALUE}", "1 MISSING_COLUMN"},
		"another format":           {"format: sdmx-json", "1 UNSUPPORTED_FORMAT"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, "A,B\nx,1\n", metricOf("AREA", ""), test.mapping)
			must.Equal(t, len(rows), 0)
			must.Equal(t, reasonsOf(refused), test.want)
		})
	}
}

// TestNumbersAsTheMappingSays: marks that it does not explain are refused, since the
// number may be a thousand times another.
func TestNumbersAsTheMappingSays(t *testing.T) {
	const point, comma = "decimalComma: false", "decimalComma: true"
	for _, test := range []struct{ says, written, want string }{
		{comma, "1,5", "1.5"}, {comma, "-1,5e3", "-1.5e3"}, {comma, "12", "12"}, {comma, "1.234", ""}, {comma, "1,2,3", ""},
		{comma + "\nthousands: '.'", "1.234,50", "1234.50"}, {comma + "\nthousands: '.'", "-12.345.678", "-12345678"}, {comma + "\nthousands: '.'", "1.23", ""},
		{comma + "\nthousands: '.'", "1234.567", ""}, {comma + "\nthousands: '.'", "1,234.5", ""}, {comma + "\nthousands: '.'", ".123", ""},
		{point + "\nthousands: ','", "1,234.5", "1234.5"}, {point + "\nthousands: ','", "1234.5", "1234.5"}, {point + "\nthousands: ','", "1,5", ""},
		{point + "\nthousands: ' '", "1 234", "1234"}, {point + "\nthousands: ' '", "1,5", ""}, {point, "1.5", "1.5"},
	} {
		rows, refused := readAll(t, "A;B\nx;"+test.written+"\n", metricOf("AREA", ""), "format: csv\ndelimiter: ';'\ncolumns: {A: AREA, B: OBS_VALUE}\n"+test.says)
		switch {
		case test.want == "" && (len(rows) > 0 || reasonsOf(refused) != "2 MALFORMED_ROW"), test.want != "" && (len(rows) != 1 || rows[0].Observation.GetValue().GetValue() != test.want):
			t.Errorf("%q by %q: %v, %v", test.written, test.says, rows, reasonsOf(refused))
		}
	}
}

// TestOneBadCellOfAWideRow: those after it are read.
func TestOneBadCellOfAWideRow(t *testing.T) {
	rows, refused := readAll(t, "area,a,b,c,d\nX,1,\"1,5\",3,\"1,5\"\n", metricOf("AREA", ""), "format: csv\nthousands: ','\ncolumns: {area: AREA}\nvalues: [{matching: '^.$', set: {TIME_PERIOD: '2020'}}]")
	must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW, 2 MALFORMED_ROW")
	must.Contains(t, refused[1].Message, `the column "d"`)
	must.Equal(t, len(rows), 2)
	must.Equal(t, rows[1].Observation.GetValue().GetValue(), "3")
}

// TestCellsInTextsAreNotLookedAtAgain: what a cell says is no name of a column.
func TestCellsInTextsAreNotLookedAtAgain(t *testing.T) {
	rows, refused := readAll(t, "a,b,v\n{b},x,1\n", metricOf("AREA", "NOTE"), "format: csv\ncolumns: {v: OBS_VALUE}\nset: {AREA: '{a}-{b}', NOTE: 'no {'}")
	must.Equal(t, len(refused), 0)
	must.Equal(t, rows[0].Dimensions, map[string]string{"AREA": "{b}-x"})
	must.Equal(t, rows[0].Observation.GetAttributes(), map[string]string{"NOTE": "no {"})
}

// TestColumnsWithoutNames: what they have is ignored only in a row that has as many cells as the
// header, for in a longer one a value may be two cells: 1,414 without quotation marks.
func TestColumnsWithoutNames(t *testing.T) {
	const mapping = "format: csv\ncolumns: {Code: AREA, Year: TIME_PERIOD, Value: OBS_VALUE}\nignore: ['']\n"
	rows, refused := readAll(t, "Code,Year,Value,,\nMX,2020,1,,\nMX,2021,1,7,\nMX,2022,1,414,,\nMX,2023,1\n", metricOf("AREA", ""), mapping)
	must.Equal(t, len(rows), 2)
	must.Equal(t, reasonsOf(refused), "4 WRONG_COLUMN_COUNT, 5 WRONG_COLUMN_COUNT")
}

// TestTwoColumnsOfOneName: which of them a mapping reads cannot be told.
func TestTwoColumnsOfOneName(t *testing.T) {
	for mapping, want := range map[string]string{
		"ignore: [B]\nvalues: [{columns: {A: x}, set: {TIME_PERIOD: '2020'}}]":        "1 DUPLICATE_COLUMN",
		"values: [{columns: {B: x}, set: {TIME_PERIOD: '2020'}}]\nset: {NOTE: '{A}'}": "1 DUPLICATE_COLUMN",
		"values: [{columns: {B: x}, set: {TIME_PERIOD: '2020'}}]\nskip: [{A: '1'}]":   "1 DUPLICATE_COLUMN",
		"values: [{columns: {B: x}, set: {TIME_PERIOD: '2020'}}]\nignore: [A]":        "",
	} {
		_, refused := readAll(t, "AREA,A,A,B\nMX,1,2,3\n", metricOf("AREA", "NOTE"), "format: csv\n"+mapping)
		must.Equal(t, reasonsOf(refused), want)
	}
}
