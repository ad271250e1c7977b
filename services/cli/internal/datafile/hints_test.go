package datafile_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const areaMapping = "format: csv\ncolumns: {Code: AREA, Year: TIME_PERIOD, Value: OBS_VALUE, Flag: OBS_STATUS}\n"

// TestNumbersThatAreNone: each is refused with what would explain it.
func TestNumbersThatAreNone(t *testing.T) {
	for value, hint := range map[string]string{
		"..": "missing of a mapping", "n/a": "missing of a mapping", "-": "missing of a mapping", ":": "missing of a mapping",
		"1,234,567": `thousands: ","`, "1 234": `thousands: " "`, "1.234.567": `thousands: "."`, "1'234'567.5": `thousands: "'"`, "1,5": "decimalComma: true",
		"12.5 (p)": `flags: {"(p)": P}`, "12.5p": `flags: {"p": P}`, "5%": "taken out of the file", "(5)": "minus", "$5": "only digits", "1e": "flags", "0x1F": "flags", "١": "missing",
	} {
		_, refused := readAll(t, "Code,Year,Value\nMX,2020,\""+value+"\"\n", metricOf("AREA", ""), areaMapping[:strings.Index(areaMapping, ", Flag")]+"}\n")
		must.Equal(t, reasonsOf(refused), "2 MALFORMED_DECIMAL")
		must.Equal(t, refused[0].Field, "OBS_VALUE")
		must.Contains(t, refused[0].Message, hint)
	}
	for _, value := range []string{"5", "-5", "+5.", ".5", "1.17E+12", "0"} {
		must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020,"+value+",\n", metricOf("AREA", ""), areaMapping).Observation.GetValue().GetValue(), value)
	}
}

// TestFlagsAfterNumbers: they are statuses, beside those that have a column; one that no
// mapping explains is refused, and one that stands alone is no number.
func TestFlagsAfterNumbers(t *testing.T) {
	mapping := areaMapping + `flags: {p: P, "(p)": P, b: B, "*": ""}` + "\nmissing: [{value: ':', reason: NOT_COLLECTED}]\n"
	for value, want := range map[string]struct {
		number   string
		statuses []string
	}{
		"12.5 p":     {"12.5", []string{"P"}},
		"12.5(p)":    {"12.5", []string{"P"}},
		"12.5 bp":    {"12.5", []string{"B", "P"}},
		"12.5*":      {"12.5", nil},
		"12.5 b,E":   {"12.5", []string{"E", "B"}},
		": b":        {"", []string{"B"}},
		"-1e2 (p) *": {"-1e2", []string{"P"}},
	} {
		cell, flag, _ := strings.Cut(value, ",")
		row := one(t, "Code,Year,Value,Flag\nMX,2020,"+cell+","+flag+"\n", metricOf("AREA", ""), mapping)
		must.Equal(t, row.Observation.GetValue().GetValue(), want.number)
		must.Equal(t, row.Observation.GetObsStatus(), want.statuses)
	}
	for _, value := range []string{"12.5 q", "p", "12.5 p q", "1 2p"} {
		_, refused := readAll(t, "Code,Year,Value,Flag\nMX,2020,"+value+",\n", metricOf("AREA", ""), mapping)
		must.Equal(t, reasonsOf(refused), "2 MALFORMED_DECIMAL")
	}
}

// TestSpellingsOfPeriodsInFiles: what is certain is read, of the rest the message says how
// to explain it.
func TestSpellingsOfPeriodsInFiles(t *testing.T) {
	for written, want := range map[string]string{"2020Q1": "2020-Q1", "Q1 2020": "2020-Q1", "2020M01": "2020-M01", "2020 H2": "2020-S2", "2020-Q1": "2020-Q1", "2019/2021": "2019/2021"} {
		must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), areaMapping).Observation.GetTimePeriod(), want)
	}
	for _, written := range []string{"Jan 2020", "T1 2020", "2020-M13", "FY2020", "01/02/2020", "2019-20", "2019/2020", "20201231"} {
		_, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), areaMapping)
		must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "2 INVALID_PERIOD TIME_PERIOD")
		must.Contains(t, refused[0].Message, "of a mapping")
	}
}

// TestFiscalYearsAreNoSeasons: 2020-21 would be spring and 2032-33 a quarter. A mapping, or
// onrecord's own file, means what EDTF does.
func TestFiscalYearsAreNoSeasons(t *testing.T) {
	for _, written := range []string{"2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2032-33", "2040-41", "2020-22", "2015-21", "2031-41"} {
		_, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), areaMapping)
		must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "2 INVALID_PERIOD TIME_PERIOD")
		must.Contains(t, refused[0].Message, "codes of a mapping")
	}
	for _, written := range []string{"2022-22", "2021-21", "2020-33", "2020-21/2021-21"} {
		must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), areaMapping).Observation.GetTimePeriod(), written)
	}
	must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020-21,1,\n", metricOf("AREA", ""), areaMapping+"codes: {TIME_PERIOD: {2020-21: 2020-21}}").Observation.GetTimePeriod(), "2020-21")
	must.Equal(t, one(t, "STRUCTURE,STRUCTURE_ID,AREA,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE\nd,T,MX,2020-21,1,Bureau,Rain\n", metricOf("AREA", ""), "").Observation.GetTimePeriod(), "2020-21")
}

// TestTimesThatSayWhatIsNotThere: a period is not made longer than the file has it, nor a
// month or day made up.
func TestTimesThatSayWhatIsNotThere(t *testing.T) {
	layout := func(read, write string) string {
		return "times: {TIME_PERIOD: {read: '" + read + "', write: '" + write + "'}}\n"
	}
	for _, wrong := range [][2]string{{"2006-01", "2006"}, {"Jan 2006", "2006"}, {"2006", "2006-01"}, {"2006", "2006-01-02"}, {"Jan-06", "2006-01-02"}, {"Jan", "2006-01"}, {"2006-01", "01"}, {"2006-01-02 15:04", "2006-01-02T15:04:05Z07:00"}, {"2006-01-02 15:04", "2006-01-02T15:04:05Z"}, {"2006-01-02 15:04:05 MST", "2006-01-02T15:04:05Z"}, {"2006-01-02 15:04", "2006-01-02T15:04:05+00:00"}, {"2006-01-02T15:04:05+02:00", "2006-01-02"}, {"2006-01-02T15:04-0500", "2006-01-02"}} {
		_, err := datafile.ParseMapping([]byte(layout(wrong[0], wrong[1])))
		must.True(t, err != nil, "%v is taken", wrong)
	}
	must.Get(datafile.ParseMapping([]byte("times: {RELEASE_TIME: {read: '2006-01', write: '2006'}}")))(t)
	for _, right := range []string{"2006-01-02T15:04:05-07:00", "2006-01-02 15:04 -0700", "2006-01-02T15:04Z0700", "2006-01-02-15:00Z"} {
		must.Get(datafile.ParseMapping([]byte(layout(right, "2006-01-02T15:04:05Z"))))(t)
	}
	for _, test := range []struct{ read, write, written, want string }{
		{"02/01/2006", "2006", "31/12/2020", "2020"}, {"02/01/2006", "2006", "01/01/2020", "2020"}, {"02/01/2006", "2006", "01/07/2020", ""},
		{"2006-01-02", "2006-01", "2020-06-01", "2020-06"}, {"2006-01-02", "2006-01", "2020-06-30", "2020-06"}, {"2006-01-02", "2006-01", "2020-06-15", "2020-06"},
		{"Jan-06", "2006-01", "Dec-20", "2020-12"}, {"20060102", "2006-01-02", "20200615", "2020-06-15"}, {"06", "2006", "20", "2020"},
	} {
		rows, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+test.written+",1,\n", metricOf("AREA", ""), areaMapping+layout(test.read, test.write))
		if test.want == "" {
			must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "2 MALFORMED_ROW TIME_PERIOD")
			continue
		}
		must.Equal(t, len(refused), 0)
		must.Equal(t, rows[0].Observation.GetTimePeriod(), test.want)
	}
}

// TestFlagsThatAreOtherThings: a status that has a column is not said twice, NaN is no number
// with a flag, and an exponent that may be cut off is no flag.
func TestFlagsThatAreOtherThings(t *testing.T) {
	mapping := areaMapping + "flags: {p: P, N: B, e: E, E: E}\n"
	for value, want := range map[string][]string{"12 p": {"P"}, "NaN": {"P"}, "12 e": {"P", "E"}, "12 pe": {"P", "E"}} {
		row := one(t, "Code,Year,Value,Flag\nMX,2020,"+value+",P\n", metricOf("AREA", ""), mapping)
		must.Equal(t, row.Observation.GetObsStatus(), want)
		must.Equal(t, row.Observation.GetValue() == nil, value == "NaN")
	}
	for _, value := range []string{"1e", "12.5E", "1eE", "1eN"} {
		_, refused := readAll(t, "Code,Year,Value,Flag\nMX,2020,"+value+",\n", metricOf("AREA", ""), mapping)
		must.Equal(t, reasonsOf(refused), "2 MALFORMED_DECIMAL")
	}
}

// TestFilesThatAreNoText: each is refused with what it is and how to make a table of it.
func TestFilesThatAreNoText(t *testing.T) {
	for begins, says := range map[string]string{"\x1f\x8b\x08": "gunzip", "PK\x03\x04": ".xlsx", "\xd0\xcf\x11\xe0": ".xls", "%PDF-1.4": "a PDF", "\xff\xfeD\x00": "UTF-16", "\xfe\xff\x00<": "UTF-16"} {
		_, refused := readAll(t, begins+"\x00\x01\x02", metricOf("AREA", ""), "")
		must.Equal(t, reasonsOf(refused), "1 UNSUPPORTED_FORMAT")
		must.Contains(t, refused[0].Message, says)
	}
}

// TestFlagsOfAMapping: a flag that is a part of numbers, or of SDMX without rows, is none.
func TestFlagsOfAMapping(t *testing.T) {
	for _, wrong := range []string{"flags: {'': P}", "flags: {'1': P}", "flags: {'.': P}", "flags: {'%': P}", "flags: {' p': P}", "format: sdmx-ml\nflags: {p: P}"} {
		_, err := datafile.ParseMapping([]byte(wrong))
		must.Err(t, err)
	}
}

// TestAPartOfTheNameOfAColumn: a pattern says which part of a name is the year.
func TestAPartOfTheNameOfAColumn(t *testing.T) {
	const mapping = "format: csv\ncolumns: {Code: AREA}\nempty: skip\nvalues: [{matching: '^(?P<column>[0-9]{4}) \\[YR', set: {TIME_PERIOD: '{column}'}}]"
	row := one(t, "Code,2019 [YR2019],2020 [YR2020]\nMX,,7\n", metricOf("AREA", ""), mapping)
	must.Equal(t, row.Observation.GetTimePeriod()+" "+row.Observation.GetValue().GetValue(), "2020 7")
}

// TestADayThatIsNoYear: a day in the middle of a year is not written as all of it.
func TestADayThatIsNoYear(t *testing.T) {
	mapping := areaMapping + "times: {TIME_PERIOD: {read: '2006-01-02', write: '2006'}}"
	for day, want := range map[string]string{"2020-01-01": "2020", "2020-12-31": "2020", "2020-06-30": "", "2020-01-02": "", "2020-12-30": ""} {
		rows, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+day+",1,\n", metricOf("AREA", ""), mapping)
		must.Equal(t, len(rows) == 1 && rows[0].Observation.GetTimePeriod() == want, want != "")
		must.Equal(t, reasonsOf(refused) == "2 MALFORMED_ROW", want == "")
	}
	mapping = strings.Replace(mapping, "write: '2006'", "write: '2006-01'", 1)
	must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020-06-15,1,\n", metricOf("AREA", ""), mapping).Observation.GetTimePeriod(), "2020-06")
}

// TestRefusalsSayWhatAMappingCanSay: of a code and a column that nothing explains.
func TestRefusalsSayWhatAMappingCanSay(t *testing.T) {
	_, refused := readAll(t, "Code,Year,Value,Flag\nMexico,2020,1,\n", metricOf("AREA", ""), areaMapping+"codes: {AREA: {Canada: CA}}")
	must.Contains(t, refused[0].Message, "say by codes, under AREA")
	_, refused = readAll(t, "Code,Year,Value,Flag,Point\nMexico,2020,1,,\n", metricOf("AREA", ""), areaMapping)
	must.Contains(t, refused[0].Message, "ignore that it does not matter")
}

// TestAHeaderThatIsNone: the message says what can let the first row be no header that the
// mapping knows.
func TestAHeaderThatIsNone(t *testing.T) {
	for content, says := range map[string]string{
		"Code;Year;Value;Flag\nMX;2020;1;\n":                            "delimiter of the mapping",
		"Source: the Bureau\n\nCode,Year,Value,Flag\nMX,2020,1,\n":      "header of the mapping",
		"Last Updated,2020-01-01\n\nCode,Year,Value,Flag\nMX,2020,1,\n": "header of the mapping",
		"Code,Year,Value,Flag,Other\nMX,2020,1,,\n":                     "ignore that it does not matter",
	} {
		_, refused := readAll(t, content, metricOf("AREA", ""), areaMapping)
		must.Equal(t, reasonsOf(refused), "1 UNKNOWN_COLUMN")
		must.Contains(t, refused[0].Message, says)
	}
}

// TestAMarkAfterZeroIsNoMarkOfThousands: 0,345 would be 345.
func TestAMarkAfterZeroIsNoMarkOfThousands(t *testing.T) {
	for written, want := range map[string]string{"1,345": "1345", "-12,345.50": "-12345.50", "0,345": "", "-0,345": "", "00,345": "", "0": "0", "0.345": "0.345"} {
		rows, refused := readAll(t, "Code,Year,Value,Flag\nMX,2020,\""+written+"\",\n", metricOf("AREA", ""), areaMapping+"thousands: ','\n")
		if want == "" {
			must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW")
			continue
		}
		must.Equal(t, rows[0].Observation.GetValue().GetValue(), want)
	}
}
