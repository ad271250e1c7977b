package datafile_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const quarters = `
format: csv
decimalComma: true
columns: {CODE: PARTNER}
values:
  - {columns: {Q1: "1", Q2: "2", Q3: "3", Q4: "4"}, set: {FREQ: Q, TIME_PERIOD: "{year}-Q{column}"}}
  - {columns: {ALL: ""}, set: {FREQ: A, TIME_PERIOD: "{year}"}}
missing:
  - trailing: {by: year, columns: [Q1, Q2, Q3, Q4], totals: [ALL], witness: {CODE: W}}
    reason: NOT_COLLECTED
    comment: to come
flags: {p: P}
`

// told are the values of a file: those of a row of it in a line, - for one that is not
// collected, and what is refused.
func told(t *testing.T, content, mapping string) string {
	t.Helper()
	rows, refused := readAll(t, content, metricOf("PARTNER", ""), mapping)
	lines := map[int]string{}
	last := 0
	for _, row := range rows {
		value := row.Observation.GetValue().GetValue()
		if row.Observation.GetMissingReason() == metricsv1.Figure_NOT_COLLECTED {
			must.Equal(t, row.Observation.GetComment(), "to come")
			value += "-"
		}
		lines[row.Line] += " " + value
		last = max(last, row.Line)
	}
	for _, one := range refused {
		lines[one.Line] += " " + one.Reason
		last = max(last, one.Line)
	}
	var all []string
	for line := 2; line <= last; line++ {
		all = append(all, strings.TrimSpace(lines[line]))
	}
	return strings.Join(all, "|")
}

// TestWhatHadNotComeYet: the last columns that are 0 in all rows of a year are of no period
// that had come, and the year's sum is none; a 0 elsewhere is one. Where the rows of a year
// cannot say it, its zeros are refused, and so is the sum.
func TestWhatHadNotComeYet(t *testing.T) {
	for name, test := range map[string]struct{ rows, want string }{
		"the last year":            {"2020,W,5,6,7,8,26\n2020,A,1,0,2,0,3\n2021,W,5,6,0,0,11\n2021,A,1,0,0,0,1\n", "5 6 7 8 26|1 0 2 0 3|5 6 - - -|1 0 - - -"},
		"a year at its end":        {"2021,W,5,6,7,8,26\n2021,A,1,0,0,0,1\n", "5 6 7 8 26|1 0 0 0 1"},
		"the witness below":        {"2021,A,1,0,0,0,1\n2021,W,5,6,7,0,18\n", "1 0 0 - -|5 6 7 - -"},
		"nothing yet":              {"2021,W,0,0,0,0,0\n2021,A,0,0,0,0,0\n", "- - - - -|- - - - -"},
		"zeros in other ways":      {"2021,W,5 p,6,\"0,00\",0 p,11\n2021,A,1,0,-0,,1\n", "5 6 - - -|1 0 - - -"},
		"an earlier year":          {"2020,W,5,0,0,0,5\n2021,W,5,6,7,8,26\n", "5 - - - -|5 6 7 8 26"},
		"one partner":              {"2020,A,1,2,3,0,6\n2021,A,1,2,0,0,3\n", "1 2 3 0 6|1 2 AMBIGUOUS_ZERO"},
		"one partner, years apart": {"2021,A,0,0,0,0,0\n2020,A,1,2,0,0,3\n2019,A,0,0,0,0,0\n", "AMBIGUOUS_ZERO|1 2 AMBIGUOUS_ZERO|0 0 0 0 0"},
		"one partner, at its end":  {"2021,A,0,2,0,4,6\n", "0 2 0 4 6"},
		"partners, no witness":     {"2021,A,1,0,0,0,1\n2021,B,0,2,0,0,2\n", "1 0 AMBIGUOUS_ZERO|0 2 AMBIGUOUS_ZERO"},
		"a witness that is 0":      {"2021,W,5,6,0,0,11\n2021,A,1,0,3,0,4\n", "5 6 AMBIGUOUS_ZERO|1 0 3 AMBIGUOUS_ZERO"},
		"no year":                  {",A,0,0,0,0,0\n2021,W,5,6,7,8,26\n", "MISSING_PERIOD|5 6 7 8 26"},
		"rows that are not taken":  {"2021,W,5,6,0\n2021,A,1,2,0,0,3\n", "WRONG_COLUMN_COUNT|1 2 AMBIGUOUS_ZERO"},
	} {
		t.Run(name, func(t *testing.T) {
			must.Equal(t, told(t, "year,CODE,Q1,Q2,Q3,Q4,ALL\n"+test.rows, quarters), test.want)
		})
	}
}

// TestAWitnessThatIsLeftOut: rows that are skipped say how far a year goes all the same;
// where there are none, what is refused names the row that is wanted.
func TestAWitnessThatIsLeftOut(t *testing.T) {
	const header = "note\nyear,CODE,Q1,Q2,Q3,Q4,ALL\n"
	const mapping = quarters + "header: [year, CODE]\nskip: [{CODE: W}]\n"
	must.Equal(t, told(t, header+"2021,W,5,6,7,0,18\n2021,A,1,0,0,0,1\n", mapping), "|"+"|1 0 0 - -")
	_, refused := readAll(t, header+"2021,A,1,0,0,0,1\n", metricOf("PARTNER", ""), mapping)
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "3 AMBIGUOUS_ZERO year")
	must.Contains(t, refused[0].Message, "no row with CODE W")
}

// TestTrailingTakesAFile: it is read twice, and what changed in between is refused.
func TestTrailingTakesAFile(t *testing.T) {
	mapping := must.Get(datafile.ParseMapping([]byte(quarters)))(t)
	// What is read ahead is of the file as it was.
	content := "year,CODE,Q1,Q2,Q3,Q4,ALL\n" + strings.Repeat("2020,A,1,1,1,1,4\n", 20_000) + "2021,W,5,6,0,0,11\n"
	stream := must.Get(datafile.Open(io.MultiReader(strings.NewReader(content)), metricOf("PARTNER", ""), mapping))(t)
	_, err := stream.Read()
	must.Contains(t, fmt.Sprint(err), "not a stream")
	out, in, err := os.Pipe()
	must.OK(t, err)
	must.Get(in.WriteString(content[:1000]))(t)
	must.OK(t, in.Close())
	_, err = must.Get(datafile.Open(out, metricOf("PARTNER", ""), mapping))(t).Read()
	must.Contains(t, fmt.Sprint(err), "not a stream")
	must.OK(t, out.Close())
	for _, changed := range []string{strings.Replace(content, "6,0,0,11", "6,7,0,18", 1), strings.Replace(content, "2021", "2022", 1)} {
		file := inFile(t, content)
		reader := must.Get(datafile.Open(file, metricOf("PARTNER", ""), mapping))(t)
		must.OK(t, os.WriteFile(file.Name(), []byte(changed), 0o600))
		var err error
		for err == nil {
			_, err = reader.Read()
		}
		must.Contains(t, fmt.Sprint(err), "the file changed")
	}
}

// TestTrailingThatIsRefused: what the rule says wrong is said before any row is read.
func TestTrailingThatIsRefused(t *testing.T) {
	const rule = "{by: year, columns: [Q1, Q2, Q3, Q4], totals: [ALL], witness: {CODE: W}}"
	for _, wrong := range []string{
		"{columns: [Q1], witness: {CODE: W}}", "{by: year, witness: {CODE: W}}", "{by: year, columns: [Q1]}",
		"{by: year, columns: [Q1, Q1], witness: {CODE: W}}", "{by: year, columns: [Q1], totals: [Q1], witness: {CODE: W}}",
		rule + "\n    columns: [Q1]", rule + "\n    value: '0'",
	} {
		_, err := datafile.ParseMapping([]byte(strings.Replace(quarters, rule, wrong, 1)))
		must.True(t, err != nil, "%s is taken", wrong)
	}
	for _, wrong := range []string{
		"{by: YEAR, columns: [Q1], witness: {CODE: W}}", "{by: year, columns: [Q5], witness: {CODE: W}}", "{by: year, columns: [CODE], witness: {CODE: W}}",
		"{by: year, columns: [Q1], totals: [SUM], witness: {CODE: W}}", "{by: year, columns: [Q1], witness: {NAME: W}}",
	} {
		_, refused := readAll(t, "year,CODE,Q1,Q2,Q3,Q4,ALL\n2021,W,5,6,0,0,11\n", metricOf("PARTNER", ""), strings.Replace(quarters, rule, wrong, 1))
		must.Equal(t, reasonsOf(refused), "1 MISSING_COLUMN")
	}
}

// TestWhatIsReadByTheWhole: of such a file the rows before it grew may say something else after.
func TestWhatIsReadByTheWhole(t *testing.T) {
	mapping := func(content string) *datafile.Mapping { return must.Get(datafile.ParseMapping([]byte(content)))(t) }
	for content, of := range map[string]struct {
		mapping *datafile.Mapping
		whole   bool
	}{
		"CODE,year\n":           {mapping("times: {TIME_PERIOD: {read: Jan-06, write: 2006-01}}"), false},
		"CODE,day\n":            {mapping("times: {TIME_PERIOD: {read: 2006-01-02, write: 2006-01}}"), true},
		"CODE,period\n":         {mapping("codes: {TIME_PERIOD: {x: 2010-11}}"), false},
		"CODE,any\n":            {mapping("format: csv"), true},
		"CODE,year,Q1\n":        {mapping(quarters), true},
		"DATAFLOW,PORT\n":       {nil, true},
		`{"data": {}}`:          {nil, true},
		"<?xml version='1.0'?>": {nil, true},
		"":                      {nil, true},
	} {
		must.Equal(t, datafile.ByTheWhole(strings.NewReader(content), of.mapping), of.whole)
	}
}
