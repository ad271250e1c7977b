package datafile_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/type/decimal"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
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
			must.Get(interchange.Marshal(row.Observation))(t)
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
	f.Add(`{"dataSets":[{"action":"D","observations":{"0:0":[7]}}],"structure":{"dimensions":{"observation":[{"id":"DIM1","values":[{"id":"A"}]},{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]}}}`)
	f.Fuzz(func(t *testing.T, content string) { drain(t, "{"+content, jsonMetric, nil) })
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

// anyFigure is a figure of data: a number, bounds, or none.
func anyFigure(t *rapid.T) *metricsv1.Figure {
	text := rapid.StringMatching(`[A-Za-z0-9 ",\n]{1,8}[A-Za-z0-9]`)
	number := func(name string) *decimal.Decimal {
		return &decimal.Decimal{Value: rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,18})?`).Draw(t, name)}
	}
	figure := &metricsv1.Figure{
		Name: "figures/f", RevisionId: "1", Dimensions: map[string]string{"AREA": rapid.StringMatching(`[A-Z]{2}`).Draw(t, "area")},
		Frequency:  metricsv1.Figure_Frequency(rapid.IntRange(0, 6).Draw(t, "frequency")),
		TimePeriod: &typev1.TimePeriod{Edtf: rapid.SampledFrom([]string{"2020", "2020-05", "2020-36", "2020-40", "2020-02-29", "2019/2020"}).Draw(t, "period")},
		Unit:       &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}, UnitMult: int32(rapid.IntRange(-30, 30).Draw(t, "mult")),
		Origin:        &metricsv1.Origin{Producer: strings.TrimSpace(text.Draw(t, "producer")), Title: "A title", License: "A licence", Uri: "https://example.org/a"},
		CountedObject: rapid.SampledFrom([]string{"", "deaths"}).Draw(t, "counted"),
	}
	bound := func(name string) *metricsv1.Bound {
		inclusive := rapid.Bool().Draw(t, name+" inclusive")
		return &metricsv1.Bound{Value: number(name), Inclusive: &inclusive}
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		figure.ValueKind, figure.Value = metricsv1.Figure_POINT, number("value")
	case 1:
		figure.ValueKind, figure.Lower, figure.Upper = metricsv1.Figure_RANGE, bound("lower"), bound("upper")
	case 2:
		figure.ValueKind, figure.Upper = metricsv1.Figure_UPPER_BOUND, bound("upper")
	case 3:
		figure.ValueKind, figure.MissingReason = metricsv1.Figure_NO_VALUE, metricsv1.Figure_SUPPRESSED
	}
	if rapid.Bool().Draw(t, "more") {
		decimals := int32(rapid.IntRange(0, 9).Draw(t, "decimals"))
		figure.Decimals, figure.ObsStatus, figure.ConfStatus = &decimals, []string{"P", "B"}, "F"
		figure.Attributes = map[string]string{"TITLE": strings.TrimSpace(text.Draw(t, "attribute"))}
		figure.Comment, figure.ReleaseTime = strings.TrimSpace(text.Draw(t, "comment")), &typev1.TimePeriod{Edtf: "2021-01-05"}
	}
	return figure
}

// TestPropertyWhatIsWrittenIsRead: SDMX-CSV of any figures of data reads as what
// they were, with all digits; a dimension or an attribute may be called as it likes.
func TestPropertyWhatIsWrittenIsRead(t *testing.T) {
	metric := metricOf("AREA REVISION", "TITLE COLLECTION")
	rapid.Check(t, func(rt *rapid.T) {
		figures := rapid.SliceOfN(rapid.Custom(anyFigure), 0, 8).Draw(rt, "figures")
		var out bytes.Buffer
		writer := datafile.NewSDMXWriter(&out, metric)
		for _, figure := range figures {
			must.OK(t, writer.Write(figure))
		}
		must.OK(t, writer.Flush())
		reader := must.Get(datafile.Open(&out, metric, nil))(t)
		for _, figure := range figures {
			row, err := reader.Read()
			if err != nil {
				rt.Fatal(err)
			}
			o := row.Observation
			same := row.Source == datafile.Source{Producer: figure.GetOrigin().GetProducer(), Title: "A title", License: "A licence", URI: "https://example.org/a", CountedObject: figure.GetCountedObject()} && row.Frequency == figure.GetFrequency() &&
				o.GetValue().GetValue() == figure.GetValue().GetValue() && o.GetLower().GetValue().GetValue() == figure.GetLower().GetValue().GetValue() &&
				o.GetUpper().GetInclusive() == figure.GetUpper().GetInclusive() && o.GetUpper().GetValue().GetValue() == figure.GetUpper().GetValue().GetValue() &&
				o.GetUnitMult() == figure.GetUnitMult() && o.GetDecimals() == figure.GetDecimals() && o.GetConfStatus() == figure.GetConfStatus() &&
				o.GetMissingReason() == figure.GetMissingReason() && o.GetComment() == figure.GetComment() && o.GetUnit().GetCode() == "USD" &&
				strings.Join(o.GetObsStatus(), " ") == strings.Join(figure.GetObsStatus(), " ") && o.GetReleaseTime().GetEdtf() == figure.GetReleaseTime().GetEdtf() &&
				o.GetAttributes()["TITLE"] == figure.GetAttributes()["TITLE"] && row.Dimensions["AREA"] == figure.GetDimensions()["AREA"]
			if !same {
				rt.Fatalf("%v\nwas written, and\n%v\nis read", figure, row)
			}
		}
		if _, err := reader.Read(); !errors.Is(err, io.EOF) {
			rt.Fatalf("more is read: %v", err)
		}
	})
}
