package datafile_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/sdmx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// oddMetric has components that are called like columns of every file, and like
// columns that such components would have.
var oddMetric = metricOf("AREA REVISION ACTION D_ACTION STRUCTURE", "TITLE COLLECTION D_REVISION A_TITLE OBS_KEY")

// anyFigure is a figure of data: numbers, bounds, a change, or none.
func anyFigure(t *rapid.T) *metricsv1.Figure {
	text := rapid.StringMatching(`[A-Za-z0-9 :;",\r\né\x{a0}]{0,8}[A-Za-z0-9 \r\n]`)
	number := func(name string) *decimal.Decimal {
		return &decimal.Decimal{Value: rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,18})?`).Draw(t, name)}
	}
	figure := &metricsv1.Figure{
		Name: "figures/f", RevisionId: "1", Dimensions: map[string]string{},
		Frequency: metricsv1.Figure_Frequency(rapid.IntRange(0, 6).Draw(t, "frequency")),
		TimePeriod: &typev1.TimePeriod{Edtf: rapid.SampledFrom([]string{
			"2020", "2020-05", "2020-36", "2020-37", "2020-40", "2020-02-29", "2019/2020", "2022-01-03/2022-01-09", "2022-01-04/2022-01-10", "2020~",
		}).Draw(t, "period")},
		Unit: rapid.SampledFrom([]*metricsv1.Unit{
			{System: metricsv1.Unit_ISO4217, Code: "USD"}, {System: metricsv1.Unit_UCUM, Code: "mol"}, {System: metricsv1.Unit_UCUM, Code: "KKK"},
			{System: metricsv1.Unit_UNRESOLVED, Code: "$"}, {System: metricsv1.Unit_UCUM, Code: "1"},
		}).Draw(t, "unit"),
		UnitMult:      int32(rapid.IntRange(-30, 30).Draw(t, "mult")),
		Origin:        &metricsv1.Origin{Producer: text.Draw(t, "producer"), Title: text.Draw(t, "title"), License: text.Draw(t, "license"), Uri: "https://example.org/a"},
		CountedObject: rapid.SampledFrom([]string{"", "deaths"}).Draw(t, "counted"),
		Attributes:    map[string]string{},
	}
	for _, dimension := range oddMetric.GetDimensions() {
		figure.Dimensions[dimension.GetId()] = rapid.StringMatching(`[A-Z]{2}`).Draw(t, dimension.GetId())
	}
	for _, attribute := range oddMetric.GetAttributes() {
		if rapid.Bool().Draw(t, "has "+attribute.GetId()) {
			figure.Attributes[attribute.GetId()] = text.Draw(t, attribute.GetId())
		}
	}
	bound := func(name string) *metricsv1.Bound {
		inclusive := rapid.Bool().Draw(t, name+" inclusive")
		return &metricsv1.Bound{Value: number(name), Inclusive: &inclusive}
	}
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		figure.ValueKind, figure.Value = metricsv1.Figure_POINT, number("value")
	case 1:
		figure.ValueKind, figure.Lower, figure.Upper = metricsv1.Figure_RANGE, bound("lower"), bound("upper")
	case 2:
		figure.ValueKind, figure.Upper = metricsv1.Figure_UPPER_BOUND, bound("upper")
	case 3:
		figure.ValueKind, figure.Lower = metricsv1.Figure_LOWER_BOUND, bound("lower")
	case 4:
		figure.ValueKind, figure.MissingReason = metricsv1.Figure_NO_VALUE, metricsv1.Figure_SUPPRESSED
	case 5:
		figure.ValueKind, figure.Values = metricsv1.Figure_LIST, []*decimal.Decimal{number("first"), number("second")}
	case 6:
		figure.ValueKind, figure.Lower, figure.BasePeriod = metricsv1.Figure_CHANGE, bound("lower"), &typev1.TimePeriod{Edtf: "2019"}
	}
	figure.Approximator = rapid.SampledFrom([]metricsv1.Figure_Approximator{metricsv1.Figure_NONE, metricsv1.Figure_ABOUT}).Draw(t, "approximator")
	switch rapid.IntRange(0, 3).Draw(t, "restricted") {
	case 1:
		figure.ConfStatus, figure.Restricted = "C", true
	case 2:
		end := time.Unix(1_830_297_600, int64(rapid.IntRange(0, 999_999).Draw(t, "end"))*1000)
		figure.EmbargoEndTime, figure.Restricted = timestamppb.New(end), true
	case 3:
		figure.EmbargoEndTime = timestamppb.New(time.Unix(1_600_000_000, 0)) // it has ended
	}
	if rapid.Bool().Draw(t, "more") {
		decimals := int32(rapid.IntRange(0, 9).Draw(t, "decimals"))
		figure.Decimals, figure.ObsStatus = &decimals, []string{"P", "B"}
		figure.ConfStatus = cmp.Or(figure.GetConfStatus(), "F")
		figure.Comment, figure.ReleaseTime = text.Draw(t, "comment"), &typev1.TimePeriod{Edtf: "2021-01-05"}
	}
	return figure
}

// observed is the observation that an export of a figure says.
func observed(figure *metricsv1.Figure) *metricsv1.ImportedObservation {
	o := &metricsv1.ImportedObservation{
		TimePeriod: sdmx.WritePeriod(figure.GetTimePeriod().GetEdtf()), Value: figure.GetValue(), Lower: figure.GetLower(), Upper: figure.GetUpper(),
		MissingReason: figure.GetMissingReason(), ObsStatus: figure.GetObsStatus(), ConfStatus: figure.GetConfStatus(), Attributes: figure.GetAttributes(),
		Comment: figure.GetComment(), Unit: figure.GetUnit(), UnitMult: &figure.UnitMult, Decimals: figure.Decimals, ReleaseTime: figure.GetReleaseTime(),
		Action: metricsv1.ImportedObservation_REPLACE, Values: figure.GetValues(), BasePeriod: figure.GetBasePeriod(), EmbargoEndTime: figure.GetEmbargoEndTime(),
	}
	if figure.GetApproximator() != metricsv1.Figure_NONE {
		o.Approximator = figure.GetApproximator()
	}
	if figure.GetValueKind() == metricsv1.Figure_CHANGE {
		o.ValueKind = metricsv1.Figure_CHANGE
	}
	return o
}

// TestPropertyWhatIsWrittenIsRead: SDMX-CSV of any figures of data reads as what
// they were, all of it and with all digits; a dimension or an attribute may be called
// as it likes.
func TestPropertyWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		figures := rapid.SliceOfN(rapid.Custom(anyFigure), 0, 8).Draw(rt, "figures")
		var out bytes.Buffer
		writer := datafile.NewSDMXWriter(&out, oddMetric)
		for _, figure := range figures {
			must.OK(t, writer.Write(figure))
		}
		must.OK(t, writer.Flush())
		reader := must.Get(datafile.Open(&out, oddMetric, nil))(t)
		must.True(t, reader.Sourced(), "it has sources")
		for _, figure := range figures {
			row, err := reader.Read()
			if err != nil {
				rt.Fatal(err)
			}
			origin := figure.GetOrigin()
			must.Equal(t, row.Kind, datafile.Observation)
			must.Equal(t, row.Dimensions, figure.GetDimensions())
			must.Equal(t, row.Frequency, figure.GetFrequency())
			must.Equal(t, row.Source, datafile.Source{Producer: origin.GetProducer(), Title: origin.GetTitle(), License: origin.GetLicense(), URI: origin.GetUri(), CountedObject: figure.GetCountedObject()})
			if want := observed(figure); !proto.Equal(row.Observation, want) {
				rt.Fatalf("%v\nwas written, and\n%v\nis read", want, row.Observation)
			}
		}
		if _, err := reader.Read(); !errors.Is(err, io.EOF) {
			rt.Fatalf("more is read: %v", err)
		}
	})
}

// TestNoHedgeIsAnEmptyCell: as in the file that a query answers.
func TestNoHedgeIsAnEmptyCell(t *testing.T) {
	var out bytes.Buffer
	writer := datafile.NewSDMXWriter(&out, oddMetric)
	for _, hedge := range []metricsv1.Figure_Approximator{metricsv1.Figure_NONE, metricsv1.Figure_ABOUT, 0} {
		must.OK(t, writer.Write(&metricsv1.Figure{Approximator: hedge}))
	}
	must.OK(t, writer.Flush())
	rows := must.Get(csv.NewReader(&out).ReadAll())(t)
	at := slices.Index(rows[0], sdmx.Approximator)
	must.Equal(t, []string{rows[1][at], rows[2][at], rows[3][at]}, []string{"", "ABOUT", ""})
}

// TestAnEmbargoThatEndedExplainsNothing: a figure that is restricted for another reason says
// no end, so that an import does not make it public.
func TestAnEmbargoThatEndedExplainsNothing(t *testing.T) {
	var out bytes.Buffer
	writer := datafile.NewSDMXWriter(&out, oddMetric)
	end := timestamppb.New(time.Unix(1_600_000_000, 0))
	must.OK(t, writer.Write(&metricsv1.Figure{EmbargoEndTime: end, UpdateTime: end, Restricted: true}))
	must.OK(t, writer.Flush())
	rows := must.Get(csv.NewReader(&out).ReadAll())(t)
	must.Equal(t, rows[1][slices.Index(rows[0], sdmx.EmbargoTime)], "")
	must.Equal(t, rows[1][slices.Index(rows[0], sdmx.Restricted)], "true")
}

// TestWhatAFileCannotPutOnRecordIsNotRead: a figure that an import would make another
// one of, and what a query computed.
func TestWhatAFileCannotPutOnRecordIsNotRead(t *testing.T) {
	for _, test := range []struct{ columns, cells, want string }{
		{"APPROXIMATOR", "SOMEHOW", "2 UNKNOWN_CODE"},
		{"APPROXIMATOR", "NONE", ""},
		{"OBS_VALUES[]", "1;", "2 MALFORMED_ROW"},
		{"CLAIMANT", "entities/e", "2 UNSUPPORTED_COMPONENT"},
		{"VALUE_KIND", "RANGE", "2 MALFORMED_ROW"},
		{"VALUE_KIND", "POINT", ""},
		{"VALUE_KIND", "CHANGE", ""},
		{"VALUE_KIND", "LIST", "2 MALFORMED_ROW"},
		{"FILLED", "true", "2 MALFORMED_ROW"},
		{"FILLED", "FALSE", ""},
		{"CONVERTED", "TRUE", "2 MALFORMED_ROW"},
		{"INEXACT", "True", "2 MALFORMED_ROW"},
		{"INEXACT", "maybe", "2 MALFORMED_ROW"},
		{"TRANSFORM", "PC1", "2 MALFORMED_ROW"},
		{"AGGREGATED_COUNT", "0", ""},
		{"UPPER,UPPER_INCLUSIVE", "2,yes", "2 MALFORMED_ROW"},
		{"CROSS_RATE_FIGURE,CROSS_RATE_REVISION,COUNTED_OBJECT,SOURCE_URI", ",,deaths,https://example.org", ""},
		{"UNIT_MEASURE,UNIT_SYSTEM", "$,SIGN", "2 UNKNOWN_CODE"},
		{"FREQ", "B", "2 UNKNOWN_CODE"},
		{"EMBARGO_TIME", "2027-03-01", "2 MALFORMED_ROW"},
		{"EMBARGO_TIME", "2027-03-01T08:30:00+01:00", ""},
		{"RESTRICTED", "true", "2 UNSUPPORTED_COMPONENT"},
		{"RESTRICTED,CONF_STATUS", "true,F", "2 UNSUPPORTED_COMPONENT"},
		{"RESTRICTED,CONF_STATUS", "true,C", ""},
		{"RESTRICTED,EMBARGO_TIME", "true,2027-03-01T08:30:00Z", ""},
		{"RESTRICTED", "false", ""},
		{"TITLE", "t", "1 UNKNOWN_COLUMN"},
		{"PRODUCER", "p", ""},
	} {
		_, refused := readAll(t, "STRUCTURE[;],STRUCTURE_ID,AREA,TIME_PERIOD,OBS_VALUE,"+test.columns+"\nd,T,X,2020,1,"+test.cells+"\n", metricOf("AREA", ""), "")
		if got := reasonsOf(refused); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.columns, test.cells, got, test.want)
		}
	}
	rows, refused := readAll(t, "STRUCTURE,STRUCTURE_ID,AREA,TIME_PERIOD,LOWER,LOWER_INCLUSIVE,UPPER,UPPER_INCLUSIVE\nd,T,X,2020,1,TRUE,2,FALSE\n", metricOf("AREA", ""), "")
	must.Equal(t, len(refused), 0)
	must.True(t, rows[0].Observation.GetLower().GetInclusive() && !rows[0].Observation.GetUpper().GetInclusive(), "%v", rows[0].Observation)
}
