package drawing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func year(y int) *typev1.TimePeriod {
	start := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	return &typev1.TimePeriod{Edtf: start.Format("2006"), StartTime: timestamppb.New(start), EndTime: timestamppb.New(start.AddDate(1, 0, 0))}
}

func bound(text string) *metricsv1.Bound {
	return &metricsv1.Bound{Value: &decimal.Decimal{Value: text}, Inclusive: proto.Bool(true)}
}

func point(y int, value string) *metricsv1.Observation {
	return &metricsv1.Observation{TimePeriod: year(y), ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: value}}
}

func TestWhatCannotBeDrawnSaysWhy(t *testing.T) {
	open := year(2020)
	open.EndTime = nil
	empty := year(2020)
	empty.EndTime = empty.GetStartTime()
	for want, o := range map[string]*metricsv1.Observation{
		"":                                     point(2020, "1"),
		"it has no number":                     {TimePeriod: year(2020), ValueKind: metricsv1.Figure_NO_VALUE},
		"the source states no date":            {TimePeriod: &typev1.TimePeriod{}, ValueKind: metricsv1.Figure_POINT},
		"its period has no known start or end": {TimePeriod: open, ValueKind: metricsv1.Figure_POINT},
		"its period has no length":             {TimePeriod: empty, ValueKind: metricsv1.Figure_POINT},
		"its number is too large to draw":      point(2020, "1E+300"),
		"which currency it is in is not stated": {
			TimePeriod: year(2020), ValueKind: metricsv1.Figure_POINT, Unit: &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "$"},
		},
	} {
		must.Equal(t, drawing.Undrawn(o), want)
	}
}

// TestAChangeIsDrawnByWhatItHas: one number, or the bounds that a computation gave.
func TestAChangeIsDrawnByWhatItHas(t *testing.T) {
	for kind, o := range map[chart.Kind]*metricsv1.Observation{
		chart.Point:      {Value: &decimal.Decimal{Value: "-2"}},
		chart.Range:      {Lower: bound("-2"), Upper: bound("3")},
		chart.LowerBound: {Lower: bound("-2")},
		chart.UpperBound: {Upper: bound("3")},
	} {
		o.TimePeriod, o.ValueKind = year(2020), metricsv1.Figure_CHANGE
		must.Equal(t, drawing.Undrawn(o), "")
		plan := drawing.Plan{Items: []drawing.Item{{Observation: o}}}
		must.Equal(t, plan.Spec().Marks[0].Kind, kind)
	}
}

func TestMoreLinesThanColoursShareTheLast(t *testing.T) {
	plan := drawing.Plan{Metric: &metricsv1.Metric{Breaks: []*metricsv1.Break{{TimePeriod: year(2021), Description: "another basis"}}}}
	for i := range 9 {
		plan.Items = append(plan.Items, drawing.Item{Observation: point(2029-i, "1"), Line: fmt.Sprint("line ", i), Value: "1"})
	}
	spec := plan.Spec()
	must.Equal(t, len(spec.Groups), chart.MaxGroups)
	must.Equal(t, spec.Groups[chart.MaxGroups-1], "4 others")
	must.Equal(t, spec.Marks[0].Group, chart.MaxGroups-1)
	must.True(t, spec.Marks[0].Start.Before(spec.Marks[8].Start))
	must.Equal(t, spec.Breaks[0].Title, "another basis")
	_, err := chart.SVG(func() chart.Spec { spec.ID, spec.Width, spec.Height = "x", 400, 300; return spec }())
	must.OK(t, err)
}

func TestSourcesByName(t *testing.T) {
	must.Equal(t, drawing.SourceName(&metricsv1.Source{Producer: "P", Title: "T", Claimant: "entities/e"}), "P, T, as claimed by entities/e")
	must.Equal(t, drawing.SourceName(&metricsv1.Source{Document: "documents/d"}), "documents/d")
	must.Equal(t, drawing.SourceName(&metricsv1.Source{Claimant: "statements/s"}), "as claimed by statements/s")
}

// TestSourcesOfOneNameHaveNamesOfTheirOwn by the document that prints them, else by their ids.
func TestSourcesOfOneNameHaveNamesOfTheirOwn(t *testing.T) {
	named := drawing.SourceNames([]*metricsv1.Source{
		{SourceId: "a", Producer: "Office", Document: "documents/one"}, {SourceId: "b", Producer: "Office", Document: "documents/two"},
		{SourceId: "c", Producer: "Bureau", Document: "documents/one"}, {SourceId: "d", Producer: "Office", Document: "documents/two"},
	}, strings.ToUpper)
	must.Equal(t, named, map[string]string{"a": "Office (DOCUMENTS/ONE)", "b": "Office (DOCUMENTS/TWO) (b)", "c": "Bureau", "d": "Office (DOCUMENTS/TWO) (d)"})
}

// TestSourcesSideBySideAreLinesOfTheirOwn: what an office put out piece by piece is one.
func TestSourcesSideBySideAreLinesOfTheirOwn(t *testing.T) {
	of := func(y int, track string) drawing.Item {
		return drawing.Item{Observation: point(y, "1"), Line: "Office", Apart: "Office (" + track + ")", Track: track}
	}
	plan := drawing.Plan{Items: []drawing.Item{of(2020, "a"), of(2021, "b"), of(2022, "c")}, Known: []string{"Bureau", "Office"}}
	must.Equal(t, plan.Spec().Groups, []string{"", "Office"})
	plan.Items = append(plan.Items, of(2021, "a"))
	spec := plan.Spec()
	must.Equal(t, spec.Groups, []string{"", "", "Office (a)", "Office (b)", "Office (c)"})
	must.Contains(t, spec.Marks[1].Title, "Office (b)")
	plan.Known = []string{"Bureau", "Office", "Agency", "Ministry"} // a colour that lasts is worth less than one of its own
	must.Equal(t, plan.Spec().Groups, []string{"Office (a)", "Office (b)", "Office (c)"})
}

// TestWhatGoesOnOverAPage is the rest of a series, if nothing speaks against it.
func TestWhatGoesOnOverAPage(t *testing.T) {
	made := func(from metricsv1.Figure_Frequency, years ...int) *metricsv1.QueryMetricResponse_Series {
		s := &metricsv1.QueryMetricResponse_Series{Dimensions: map[string]string{"AREA": "US"}, Frequency: metricsv1.Figure_A, AggregatedFrom: from}
		for _, y := range years {
			s.Observations = append(s.Observations, point(y, "1"))
		}
		return s
	}
	const yearly, monthly = metricsv1.Figure_A, metricsv1.Figure_M
	must.True(t, drawing.GoesOn(made(yearly, 2019, 2020), made(yearly, 2021)))
	must.True(t, drawing.GoesOn(made(monthly, 2020), made(monthly, 2020))) // of another source
	must.True(t, drawing.GoesOn(made(monthly), made(monthly, 2020)))
	must.False(t, drawing.GoesOn(made(yearly, 2020), made(monthly, 2022)))
	must.False(t, drawing.GoesOn(made(yearly), made(monthly, 2022)))
	must.False(t, drawing.GoesOn(made(monthly, 2020), made(monthly, 2019)))
	undated := made(monthly)
	undated.Observations = []*metricsv1.Observation{{AggregatedCount: 3}}
	must.False(t, drawing.GoesOn(made(monthly, 2020), undated))
	elsewhere := made(yearly, 2021)
	elsewhere.Dimensions = map[string]string{"AREA": "MX"}
	must.False(t, drawing.GoesOn(made(yearly, 2020), elsewhere))
}

// TestADrawingOfItsOwnPointsToNoTable: it says what it knows, and nothing empty.
func TestADrawingOfItsOwnPointsToNoTable(t *testing.T) {
	plan := drawing.Plan{Items: []drawing.Item{{Observation: point(2020, "1")}}}
	for _, name := range []string{"", "a", "b", "a", "c", "d", "e"} {
		plan.Producers.Add(name)
	}
	must.Equal(t, plan.Producers.List(), []string{"a", "b", "c", "d", "e"})
	must.Equal(t, plan.Spec().Source, "Source: a; b; c; d; and 1 more")
	plan.Table = "the table"
	must.Equal(t, plan.Spec().Source, "Source: a; b; c; d; and 1 more, see the table")
	must.Contains(t, plan.Spec().Description, "Every figure is in the table.")
	none := drawing.Plan{Items: plan.Items}
	must.Equal(t, none.Spec().Source, "Source: not stated")
	must.False(t, strings.Contains(none.Spec().Description, "table"))
}

// TestAStatedChangeIsNoLevel: what a source states as a change is not drawn among the
// levels that a query answers; what a transform computes is what was asked for.
func TestAStatedChangeIsNoLevel(t *testing.T) {
	change := &metricsv1.Observation{ValueKind: metricsv1.Figure_CHANGE}
	for transform, want := range map[metricsv1.QueryMetricRequest_Transform]bool{
		metricsv1.QueryMetricRequest_TRANSFORM_UNSPECIFIED: true, metricsv1.QueryMetricRequest_LIN: true, metricsv1.QueryMetricRequest_IDX: true,
		metricsv1.QueryMetricRequest_CHG: false, metricsv1.QueryMetricRequest_CH1: false, metricsv1.QueryMetricRequest_PCH: false, metricsv1.QueryMetricRequest_PC1: false,
	} {
		must.Equal(t, drawing.StatedChange(change, &metricsv1.QueryMetricRequest{Transform: transform}), want)
	}
	must.False(t, drawing.StatedChange(point(2020, "1"), &metricsv1.QueryMetricRequest{}))
}
