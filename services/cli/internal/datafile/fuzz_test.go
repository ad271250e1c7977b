package datafile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// drain reads a file to its end and checks what holds for every file: lines and
// offsets never go back, a refusal has a reason, and all that is read can be sent.
func drain(t *testing.T, content string, metric *metricsv1.Metric, mapping *datafile.Mapping) {
	t.Helper()
	reader, err := datafile.Open(bytes.NewReader([]byte(content)), metric, mapping)
	must.OK(t, err)
	line, end := 0, int64(0)
	for range len(content) + 10 {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		refused, is := errors.AsType[*interchange.RowError](err)
		if is {
			must.True(t, refused.Reason != "" && refused.Message != "" && refused.Line > 0, "%+v", refused)
			row.Line, row.End = refused.Line, refused.End
		} else {
			must.OK(t, err)
			must.Get(stablejson.Marshal(row.Observation))(t)
			for id, value := range row.Dimensions {
				must.True(t, value != "" && utf8.ValidString(value), "%s is %q", id, value)
			}
		}
		must.True(t, row.Line >= line && row.End >= end, "line %d after %d, offset %d after %d", row.Line, line, row.End, end)
		line, end = row.Line, row.End
	}
	t.Fatal("it has no end")
}

func FuzzSDMXCSV(f *testing.F) {
	f.Add("DATAFLOW,DIM1,TIME_PERIOD,OBS_VALUE\nT,A,2020,1\n")
	f.Add("STRUCTURE[;];STRUCTURE_ID;STRUCTURE_NAME;ACTION;DIM1;N;TIME_PERIOD;N;OBS_VALUE;N\nd;T;n;D;;;;;;\nd;T;n;M;A;a;2020;y;\"1")
	f.Add("\ufeffDATAFLOW,DIM1: D,ATT1: A,TIME_PERIOD: T,OBS_VALUE: V\rT,A: a,,2020: y,\"1\r2\"\r")
	metric := metricOf("DIM1 DIM2", "ATT1 TITLE")
	f.Fuzz(func(t *testing.T, content string) {
		if !strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(content, "\ufeff"), " \t\r\n"), "{") {
			drain(t, content, metric, nil)
		}
	})
}

func FuzzSDMXJSON(f *testing.F) {
	f.Add(jsonFile)
	f.Add("}\x86")
	f.Add(`{"dataSets":[{"action":"D","observations":{"0:0":[7]}}],"structure":{"dimensions":{"observation":[{"id":"DIM1","values":[{"id":"A"}]},{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]}}}`)
	f.Fuzz(func(t *testing.T, content string) { drain(t, "{"+content, jsonMetric, nil) })
}

func FuzzSDMXML(f *testing.F) {
	for _, content := range fishFiles {
		if rest, is := strings.CutPrefix(content, "<"); is {
			f.Add(rest)
		}
	}
	f.Add(strings.TrimPrefix(specific(`<m:DataSet s:action="Delete" TITLE="x"><Series PORT="A"/>9<Series><Obs TIME_PERIOD="2020">x</Obs></Series><Group PORT="A" TITLE="y"/></m:DataSet>`), "<"))
	f.Fuzz(func(t *testing.T, content string) { drain(t, "<"+content, mlMetric, nil) })
}

// FuzzCellsInEveryFormat: whatever a figure's cells say, in structure-specific and in generic
// data they say what they say in a table.
func FuzzCellsInEveryFormat(f *testing.F) {
	f.Add("BODO", "COD", "2023-Q1", "104.70", "P;E", "Cod & <\"ling\">\nof Bodø")
	f.Add("", "COD", "2020", "NaN", "", " ")
	f.Add("BODO", "COD", "2020-21", "1e", "P;;", "x: y, z;")
	ids := []string{"PORT", "SPECIES", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "TITLE"}
	f.Fuzz(func(t *testing.T, port, species, period, value, status, title string) {
		cells := []string{port, species, period, value, status, title}
		if strings.TrimSpace(period) == "" || slices.ContainsFunc(cells, func(cell string) bool { return !utf8.ValidString(cell) || strings.ContainsFunc(cell, noXML) }) {
			return // a row of a table without a period is of a series
		}
		var specific, generic, table bytes.Buffer
		for i, id := range ids {
			var said bytes.Buffer
			must.OK(t, xml.EscapeText(&said, []byte(cells[i])))
			specific.WriteString(" " + id + `="` + said.String() + `"`)
			generic.WriteString(`<g:Value id="` + id + `" value="` + said.String() + `"/>`)
		}
		writer := csv.NewWriter(&table)
		must.OK(t, writer.Write(append([]string{"STRUCTURE[;]", "STRUCTURE_ID"}, strings.Split(strings.Replace(strings.Join(ids, " "), "OBS_STATUS", "OBS_STATUS[]", 1), " ")...)))
		must.OK(t, writer.Write(append([]string{"d", "ORC:FISH(1.0)"}, cells...)))
		writer.Flush()
		want := outcome(t, table.String())
		must.Equal(t, outcome(t, mlData("StructureSpecificData", mlHeader("AllDimensions"), `<m:DataSet s:structureRef="FISH"><Obs`+specific.String()+`/></m:DataSet>`)), want)
		must.Equal(t, outcome(t, mlData("GenericData", mlHeader("AllDimensions"), `<m:DataSet structureRef="FISH"><g:Obs><g:ObsKey>`+generic.String()+`</g:ObsKey></g:Obs></m:DataSet>`)), want)
	})
}

// noXML says that a letter may not stand in XML, or not as it is in both.
func noXML(letter rune) bool {
	return letter < ' ' && letter != '\n' && letter != '\t' || letter == '\ufffe' || letter == '\uffff'
}

// outcome is what became of a file of one observation: the figure, or why it is none.
func outcome(t *testing.T, content string) string {
	t.Helper()
	rows, refused := readAll(t, content, mlMetric, "")
	must.Equal(t, len(rows)+len(refused), 1)
	if len(refused) > 0 {
		return refused[0].Reason + " " + refused[0].Field
	}
	return said(t, rows[0])
}

func FuzzMappedCSV(f *testing.F) {
	f.Add(wideMapping, "year,CODE,NAME,INOV,IDEC,IYR\n2016,2010,Mexico,1,0,1\n")
	f.Add("format: csv\ncolumns: {A: AREA, B: OBS_VALUE}\nset: {TIME_PERIOD: '{A}'}\nempty: skip", "A,B\nx,\ny,1,5\n")
	metric := metricOf("AREA PARTNER FLOW", "NOTE")
	f.Fuzz(func(t *testing.T, mapping, content string) {
		m, err := datafile.ParseMapping([]byte(mapping))
		if err == nil && m.Format == datafile.CSV {
			drain(t, "x"+content, metric, m)
		}
	})
}
