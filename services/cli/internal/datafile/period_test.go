package datafile_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestMonthsOrFiscalYears: 2010-11 is November where the file has months, and is refused where
// it has what can only be a fiscal year, or nothing that says which, whatever stands first.
func TestMonthsOrFiscalYears(t *testing.T) {
	const refused = "INVALID_PERIOD TIME_PERIOD"
	for _, test := range []struct {
		name, periods, more, want string
	}{
		{"months", "2010-10 2010-11 2010-12", "", "2010-11"},
		{"months of one year each", "2009-10 2010-11 2011-12", "", refused},
		{"fiscal years before", "2012-13 2010-11 2010-05", "", refused},
		{"fiscal years after", "2010-05 2010-11 2012-13", "", refused},
		{"fiscal years after, of the old century", "1998-05 2010-11 1999-00", "", refused},
		{"alone", "2010-11", "", refused},
		{"alone, monthly", "2010-11", "set: {FREQ: M}", "2010-11"},
		{"fiscal years, said to be months", "2010-11 2012-13", "set: {FREQ: M}", refused},
		{"months, said to be years", "2010-10 2010-11", "set: {FREQ: A}", refused},
		{"times", "2010-11", "times: {TIME_PERIOD: {read: '2006-01', write: '2006-01'}}", "2010-11"},
		{"codes", "2010-11", "codes: {TIME_PERIOD: {2010-11: 2010-07/2011-06}}", "2010-07/2011-06"},
		{"rows left out", "2010-11 2010-05 2012-13", "skip: [{Year: 2012-13}]", "2010-11"},
		{"quarters", "2010-11 2010-05 2012-Q1", "", "2010-11"},
		{"two years", "2010-05 2010/2011", "", refused},
		{"years of three", "2010-11 2009-11 2011-13", "", refused},
		{"thirteenth months", "2010-05 2010-11 2010-13", "", refused},
		{"seasons", "2010-05 2010-11 2012-22", "", refused},
		{"seasons of no span", "2010-05 2010-11 2022-22", "", "2010-11"},
		{"alone, monthly by the template", "2010-11", "template: {frequency: M}", "2010-11"},
		{"alone, yearly by the template", "2010-11", "template: {frequency: A}", refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			content := "Code,Year,Value,Flag\nMX," + strings.ReplaceAll(test.periods, " ", ",1,\nMX,") + ",1,\n"
			rows, wrong := readAll(t, content, metricOf("AREA", ""), areaMapping+test.more)
			got := ""
			for _, row := range rows {
				if period := row.Observation.GetTimePeriod(); strings.HasPrefix(period, "2010-11") || strings.HasPrefix(period, "2010-07") || strings.Contains(period, "/") {
					got += period
				}
			}
			for _, one := range wrong {
				if strings.HasPrefix(one.Message, `"2010-11"`) || strings.HasPrefix(one.Message, `"2010/2011"`) {
					got += one.Reason + " " + one.Field
					must.Contains(t, one.Message, "codes: {TIME_PERIOD:")
				}
			}
			must.Equal(t, got, test.want)
		})
	}
}

// TestFiscalYearsInOtherShapes: in the names of columns, in SDMX-JSON and SDMX-ML, and in a
// stream as far as its start tells; what a mapping puts together is as it says.
func TestFiscalYearsInOtherShapes(t *testing.T) {
	const wide = "format: csv\ncolumns: {Code: AREA}\nvalues: [{matching: '^[0-9]{4}-', set: {TIME_PERIOD: '{column}'}}]\n"
	rows, refused := readAll(t, "Code,2009-10,2010-11,2012-13\nMX,1,2,3\n", metricOf("AREA", ""), wide)
	must.Equal(t, len(rows), 0)
	must.Equal(t, reasonsOf(refused), "2 INVALID_PERIOD, 2 INVALID_PERIOD, 2 INVALID_PERIOD")
	rows, refused = readAll(t, "Code,2010-10,2010-11\nMX,1,2\n", metricOf("AREA", ""), wide)
	must.Equal(t, len(rows)+len(refused), 2)
	must.Equal(t, rows[1].Observation.GetTimePeriod(), "2010-11")
	_, refused = readAll(t, "Code,FY,Value\nMX,10-11,1\n", metricOf("AREA", ""), "format: csv\ncolumns: {Code: AREA, Value: OBS_VALUE}\nset: {TIME_PERIOD: '20{FY}'}\n")
	must.Equal(t, reasonsOf(refused), "2 INVALID_PERIOD")
	const composed = "format: csv\ncolumns: {Code: AREA, Value: OBS_VALUE}\nset: {TIME_PERIOD: '{Year}-{Month}'}\n"
	must.Equal(t, one(t, "Code,Year,Month,Value\nMX,2010,11,1\n", metricOf("AREA", ""), composed).Observation.GetTimePeriod(), "2010-11")

	for _, test := range []struct{ periods, want string }{{`2010-11 2012-13`, "2010-11 2012-13"}, {`2010-11 2010-05`, ""}} {
		first, second, _ := strings.Cut(test.periods, " ")
		json := `{"data":{"structures":[{"dimensions":{"observation":[{"id":"TIME_PERIOD","keyPosition":0,"values":[{"id":"` + first + `"},{"id":"` + second + `"}]}]},"attributes":{}}],
"dataSets":[{"structure":0,"observations":{"0":[1],"1":[2]}}]}}`
		ml := specific(`<m:DataSet><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="` + first + `" OBS_VALUE="1"/><Obs TIME_PERIOD="` + second + `" OBS_VALUE="2"/></Series></m:DataSet>`)
		csv := "Code,Year,Value,Flag\nMX," + first + ",1,\nMX," + second + ",2,\n"
		_, wrong := readAll(t, json, metricOf("", ""), "")
		for _, one := range wrong {
			must.Equal(t, one.Reason, datafile.InvalidPeriod)
		}
		must.Equal(t, len(wrong), len(strings.Fields(test.want)))
		_, wrong = readAll(t, ml, mlMetric, "")
		must.Equal(t, len(wrong), len(strings.Fields(test.want)))
		mapping := must.Get(datafile.ParseMapping([]byte(areaMapping)))(t)
		stream := must.Get(datafile.Open(io.MultiReader(strings.NewReader(csv)), metricOf("AREA", ""), mapping))(t)
		_, err := stream.Read()
		must.Equal(t, err != nil, test.want != "")
	}
}

// TestSpansOfYears: what may be the years to 2009 is a month only where others surely are, and
// what is no month is one under no frequency.
func TestSpansOfYears(t *testing.T) {
	for _, test := range []struct{ periods, more, want string }{
		{"2005-09 2006-10 2007-11 2008-12 2009-13", "", ""},
		{"2005-09 2006-10 2007-11 2008-12", "", ""},
		{"1990-00 1995-05 2000-10", "", ""},
		{"2005-09 2006-10", "set: {FREQ: A}", ""},
		{"2005-01 2005-04 2005-07", "set: {FREQ: Q}", ""},
		{"2005-01 2005-02", "template: {frequency: S}", ""},
		{"2005-01 2005-02", "set: {FREQ: M}", "2005-01 2005-02"},
		{"2000-05 2000-09 2000-11", "", "2000-05 2000-09 2000-11"},
		{"2005-09 2009-05", "", "2005-09 2009-05"},
	} {
		content := "Code,Year,Value,Flag\nMX," + strings.ReplaceAll(test.periods, " ", ",1,\nMX,") + ",1,\n"
		rows, refused := readAll(t, content, metricOf("AREA", ""), areaMapping+test.more)
		got := make([]string, len(rows))
		for i, row := range rows {
			got[i] = row.Observation.GetTimePeriod()
		}
		must.Equal(t, strings.Join(got, " "), test.want)
		for _, one := range refused {
			must.Equal(t, one.Reason+" "+one.Field, "INVALID_PERIOD TIME_PERIOD")
		}
	}
}

// TestTheFrequencyOfTheRow: it says that its period is a month, whatever others are, as
// FREQ or as a dimension of that name.
func TestTheFrequencyOfTheRow(t *testing.T) {
	const content = "STRUCTURE,STRUCTURE_ID,AREA,FREQ,TIME_PERIOD,OBS_VALUE\nd,T,MX,M,2010-11,1\nd,T,MX,A,2012-13,1\nd,T,MX,A,2010-05,1\nd,T,MX,,2009-10,1\n"
	for _, dimensions := range []string{"AREA", "AREA FREQ"} {
		rows, refused := readAll(t, content, metricOf(dimensions, ""), "")
		must.Equal(t, len(rows), 1)
		must.Equal(t, rows[0].Observation.GetTimePeriod(), "2010-11")
		must.Equal(t, reasonsOf(refused), "3 INVALID_PERIOD, 4 INVALID_PERIOD, 5 INVALID_PERIOD")
	}
}

// TestALongStreamIsNotJudgedByItsStart: what its periods are is said by all of it, so it must
// be a file.
func TestALongStreamIsNotJudgedByItsStart(t *testing.T) {
	long := strings.Repeat("CA,2010-05,1,\n", 6000)
	read := func(content, more string) (datafile.Row, error) {
		mapping := must.Get(datafile.ParseMapping([]byte(areaMapping + more)))(t)
		return must.Get(datafile.Open(io.MultiReader(strings.NewReader("Code,Year,Value,Flag\n"+content)), metricOf("AREA", ""), mapping))(t).Read()
	}
	_, err := read("MX,2010-11,1,\n"+long+"MX,2012-13,1,\n", "")
	must.Contains(t, fmt.Sprint(err), "INVALID_PERIOD")
	must.Contains(t, err.Error(), "not a stream")
	row := must.Get(read(long, ""))(t)
	must.Equal(t, row.Observation.GetTimePeriod(), "2010-05")
	const times = "times: {TIME_PERIOD: {read: '2006-01-02', write: '2006-01'}}"
	_, err = read(strings.ReplaceAll(long, "-05", "-05-01")+"MX,2010-05-02,1,\n", times)
	must.Contains(t, fmt.Sprint(err), "UNSUPPORTED_FORMAT")
	row = must.Get(read("MX,2010-05-02,1,\n", times))(t)
	must.Equal(t, row.Observation.GetTimePeriod(), "2010-05")
}

// broken is a file of which reading fails once after its second start.
type broken struct {
	*strings.Reader
	starts int
}

func (b *broken) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		b.starts++
	}
	return b.Reader.Seek(offset, whence)
}

func (b *broken) Read(p []byte) (int, error) {
	if b.starts == 1 {
		return 0, io.ErrClosedPipe
	}
	return b.Reader.Read(p)
}

// TestALookThatFails: what periods are is not known after it either.
func TestALookThatFails(t *testing.T) {
	file := &broken{Reader: strings.NewReader("Code,Year,Value,Flag\nMX,2010-11,1,\nMX,2009-10,1,\nMX,2010-05,1,\n")}
	rows := must.Get(datafile.Open(file, metricOf("AREA", ""), must.Get(datafile.ParseMapping([]byte(areaMapping)))(t)))(t)
	for range 2 {
		_, err := rows.Read()
		must.Contains(t, fmt.Sprint(err), "INVALID_PERIOD")
	}
	must.Equal(t, must.Get(rows.Read())(t).Observation.GetTimePeriod(), "2010-05")
}

// TestTheTableIsReadOnWhereItWas: to find out what periods are, a long file is read to its end in
// between, and no row is lost or read twice.
func TestTheTableIsReadOnWhereItWas(t *testing.T) {
	var content strings.Builder
	content.WriteString("Code,Year,Value,Flag\n")
	const rows = 30_000
	for i := range rows {
		period := "2010-05"
		if i == rows/2 {
			period = "2010-11"
		}
		content.WriteString("MX," + period + "," + strings.Repeat("1", 1+i%20) + ",\n")
	}
	got, refused := readAll(t, content.String(), metricOf("AREA", ""), areaMapping)
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(got), rows)
	for i, row := range got {
		must.Equal(t, row.Line, i+2)
		must.Equal(t, len(row.Observation.GetValue().GetValue()), 1+i%20)
	}
}

// TestATimeOfDayIsNotLost: a period is neither made a day of a moment nor read as one that
// says more than its layout; midnight is the day.
func TestATimeOfDayIsNotLost(t *testing.T) {
	mapping := areaMapping + "times: {TIME_PERIOD: {read: '2006-01-02 15:04', write: '2006-01-02'}}"
	must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020-06-15 00:00,1,\n", metricOf("AREA", ""), mapping).Observation.GetTimePeriod(), "2020-06-15")
	_, refused := readAll(t, "Code,Year,Value,Flag\nMX,2020-06-15 13:30,1,\n", metricOf("AREA", ""), mapping)
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "2 MALFORMED_ROW TIME_PERIOD")
	must.Contains(t, refused[0].Message, "time of day")
	mapping = strings.Replace(mapping, "write: '2006-01-02'", "write: '2006-01'", 1)
	_, refused = readAll(t, "Code,Year,Value,Flag\nMX,2020-06-01 13:30,1,\n", metricOf("AREA", ""), mapping)
	must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW")
	mapping = areaMapping + "times: {TIME_PERIOD: {read: '2006-01-02 15:04 -07:00', write: '2006-01-02T15:04:05Z'}}"
	must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020-06-15 15:30 +02:00,1,\n", metricOf("AREA", ""), mapping).Observation.GetTimePeriod(), "2020-06-15T13:30:00Z")
	mapping = areaMapping + "times: {TIME_PERIOD: {read: '2006-01-02 15:04Z', write: '2006-01-02T15:04:05Z07:00'}}"
	must.Equal(t, one(t, "Code,Year,Value,Flag\nMX,2020-06-15 13:30Z,1,\n", metricOf("AREA", ""), mapping).Observation.GetTimePeriod(), "2020-06-15T13:30:00Z")
	for _, exact := range []string{"2020-06-15T13:30:00Z", "2020-06-15T13:30:00+02:00"} {
		row := one(t, "STRUCTURE,STRUCTURE_ID,AREA,TIME_PERIOD,OBS_VALUE\nd,T,MX,"+exact+",1\n", metricOf("AREA", ""), "")
		must.Equal(t, row.Observation.GetTimePeriod(), exact)
	}
	for _, unsure := range []string{"2020-06-15T13:30:00", "2020-06-15T13:30", "2020-06-15T13:30:00/P1D", "2020-06-15T13:30:00/PT1H"} {
		_, refused = readAll(t, "STRUCTURE,STRUCTURE_ID,AREA,TIME_PERIOD,OBS_VALUE\nd,T,MX,"+unsure+",1\n", metricOf("AREA", ""), "")
		must.Equal(t, reasonsOf(refused), "2 INVALID_PERIOD")
	}
}

// TestValuesAreDecimalsAsThePlatformReadsThem: what it takes is taken, and of what it does not
// the message says what a mapping could.
func TestValuesAreDecimalsAsThePlatformReadsThem(t *testing.T) {
	for written, taken := range map[string]bool{"1": true, "+1.50": true, ".5": true, "5.": true, "1e3": true, "1E-3": true, "-0": true, "1.2.3": false, "0x10": false, "1_000": false, "Infinity": false, "1e": false, "−5": false, "١": false} {
		rows, refused := readAll(t, "Code,Year,Value,Flag\nMX,2020,"+written+",\n", metricOf("AREA", ""), areaMapping)
		must.Equal(t, len(rows) == 1, taken)
		if taken {
			must.Equal(t, rows[0].Observation.GetValue().GetValue(), written)
			must.Equal(t, rows[0].Observation.GetAction(), metricsv1.ImportedObservation_REPLACE)
			continue
		}
		must.Equal(t, reasonsOf(refused), "2 MALFORMED_DECIMAL")
	}
}

// TestTwoPeriodsThatBecomeOne: where times writes less than the file says, a month or a day may
// stand for a whole only if it is the only one of it in the file.
func TestTwoPeriodsThatBecomeOne(t *testing.T) {
	for _, test := range []struct{ write, days, want string }{
		{"2006", "2019-01-01 2020-01-01", ""},
		{"2006", "2019-01-01 2019-02-01 2020-01-01", "2 INVALID_PERIOD, 3 MALFORMED_ROW, 4 INVALID_PERIOD"},
		{"2006", "2019-01-01 2019-12-31", "2 INVALID_PERIOD, 3 INVALID_PERIOD"},
		{"2006-01", "2019-01-31 2019-02-28 2019-01-31 2019-1-31", ""},
		{"2006-01", "2019-01-31 2019-02-28 2019-02-27", "2 INVALID_PERIOD, 3 INVALID_PERIOD, 4 INVALID_PERIOD"},
	} {
		content := "Code,Year,Value,Flag\nMX," + strings.ReplaceAll(test.days, " ", ",1,\nMX,") + ",1,\n"
		rows, refused := readAll(t, content, metricOf("AREA", ""), areaMapping+"times: {TIME_PERIOD: {read: '2006-1-2', write: '"+test.write+"'}}")
		if test.want == "" {
			must.True(t, len(rows) > 1, "%v", refused)
			continue
		}
		must.Equal(t, reasonsOf(refused), test.want)
	}
}

// TestYearsOfTwoDigits: one far in the time to come may be of the century before.
func TestYearsOfTwoDigits(t *testing.T) {
	mapping := areaMapping + "times: {TIME_PERIOD: {read: 'Jan-06', write: '2006-01'}}"
	for written, want := range map[string]string{"Feb-20": "2020-02", "Feb-39": "2039-02", "Feb-69": "1969-02", "Feb-40": "", "Feb-68": ""} {
		rows, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), mapping)
		if want == "" {
			must.Equal(t, reasonsOf(refused), "2 MALFORMED_ROW")
			must.Contains(t, refused[0].Message, "may be of 19")
			continue
		}
		must.Equal(t, rows[0].Observation.GetTimePeriod(), want)
	}
}

// TestWhatASpanOfYearsMayBeInstead: what is neither a month nor a season of EDTF is not called one.
func TestWhatASpanOfYearsMayBeInstead(t *testing.T) {
	for written, says := range map[string]string{"1999-00": "no month", "2012-13": "no month", "2020-21": "season or quarter", "2010-11": "or a month"} {
		_, refused := readAll(t, "Code,Year,Value,Flag\nMX,"+written+",1,\n", metricOf("AREA", ""), areaMapping)
		must.Equal(t, reasonsOf(refused), "2 INVALID_PERIOD")
		must.Contains(t, refused[0].Message, says)
	}
}
