package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// point makes a figure a POINT, bounds one with bounds.
func point(value string) func(*metricsv1.Figure) {
	return func(f *metricsv1.Figure) { f.ValueKind, f.Value = metricsv1.Figure_POINT, number(value) }
}

// refusal is a figure that is refused, and how.
type refusal struct {
	edit          func(*metricsv1.Figure)
	reason, field string
}

// refuse tries each and checks that nothing is left behind.
func refuse(t *testing.T, cases map[string]refusal) {
	s := startFilled(t)
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: count(test.edit), FigureId: "bad"})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/bad", ShowDeleted: true})
			statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
		})
	}
}

func TestValuesAndHedgesThatContradict(t *testing.T) {
	refuse(t, map[string]refusal{
		"39 digits": {point(strings.Repeat("1", 39)), "TOO_MANY_DIGITS", "figure.value.value"},
		"exponent":  {point("1e401"), "EXPONENT_OUT_OF_RANGE", "figure.value.value"},
		"word":      {point("many"), "MALFORMED_DECIMAL", "figure.value.value"},
		"empty":     {point(""), "MALFORMED_DECIMAL", "figure.value.value"},
		"multiplied out": {func(f *metricsv1.Figure) { point("1e400")(f); f.UnitMult = 30 },
			"EXPONENT_OUT_OF_RANGE", "figure.value.value"},
		"reversed (F24)": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("30", true), bound("20", true)
		}, "BOUNDS_REVERSED", "figure.upper"},
		"empty range": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("3", true), bound("3.0", false)
		}, "CONTRADICTORY", "figure.upper.inclusive"},
		"nearly, inclusive (F8)": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_UPPER_BOUND, bound("3000", true), metricsv1.Figure_NEARLY
		}, "CONTRADICTORY", "figure.upper.inclusive"},
		"nearly a point": {func(f *metricsv1.Figure) {
			point("3000")(f)
			f.Approximator = metricsv1.Figure_NEARLY
		}, "CONTRADICTORY", "figure.value_kind"},
		"at least, exclusive (F7)": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower, f.Approximator = metricsv1.Figure_LOWER_BOUND, bound("100", false), metricsv1.Figure_AT_LEAST
		}, "CONTRADICTORY", "figure.lower.inclusive"},
		"no rule": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Approximator = metricsv1.Figure_RANGE, metricsv1.Figure_ORDER_OF_MAGNITUDE
			f.Lower, f.Upper = bound("20000", true), bound("100000", false)
		}, "CONTRADICTORY", "figure.reading_rule"},
		"no value of a point": {func(f *metricsv1.Figure) { f.ValueKind = metricsv1.Figure_POINT }, "CONTRADICTORY", "figure.value"},
		"value and bounds": {func(f *metricsv1.Figure) { point("5")(f); f.Lower = bound("4", true) },
			"CONTRADICTORY", "figure.lower"},
		"list of one": {func(f *metricsv1.Figure) {
			f.ValueKind = metricsv1.Figure_LIST
			f.Values = append(f.Values, number("1"))
		}, "CONTRADICTORY", "figure.values"},
		"no value, no reason": {func(f *metricsv1.Figure) { f.ValueKind = metricsv1.Figure_NO_VALUE }, "CONTRADICTORY", "figure.missing_reason"},
		"reason beside a value": {func(f *metricsv1.Figure) { point("5")(f); f.MissingReason = metricsv1.Figure_SUPPRESSED },
			"CONTRADICTORY", "figure.missing_reason"},
	})
}

func TestUnitsAndPrintsThatContradict(t *testing.T) {
	refuse(t, map[string]refusal{
		"unknown unit": {func(f *metricsv1.Figure) { point("5")(f); f.Unit = ucum("furlong") }, "UNKNOWN_UNIT", "figure.unit.code"},
		"unknown currency": {func(f *metricsv1.Figure) { point("5")(f); f.Unit = money("XYZ") },
			"UNKNOWN_UNIT", "figure.unit.code"},
		"other dimension": {func(f *metricsv1.Figure) { point("5")(f); f.Unit = ucum("kg") }, "UNIT_INCOMPATIBLE", "figure.unit"},
		"money for a count": {func(f *metricsv1.Figure) { point("5")(f); f.Unit = money("USD") },
			"UNIT_INCOMPATIBLE", "figure.unit"},
		"sign of another currency": {func(f *metricsv1.Figure) {
			point("18")(f)
			f.Metric, f.Dimensions, f.Unit = "metrics/trade", area("US"), money("USD")
			f.Reported = &metricsv1.Reported{UnitSymbol: "S$"}
		}, "CONTRADICTORY", "figure.reported.unit_symbol"},
		"another number printed": {func(f *metricsv1.Figure) {
			point("861")(f)
			f.Reported = &metricsv1.Reported{Value: number("860"), MultiplierText: "billion"}
		}, "CONTRADICTORY", "figure.reported.value"},
	})
}

func TestFiguresThatDoNotFitTheRecord(t *testing.T) {
	refuse(t, map[string]refusal{
		"no such metric": {func(f *metricsv1.Figure) { point("5")(f); f.Metric = "metrics/none" }, "REFERENCE_NOT_FOUND", "figure.metric"},
		"unknown dimension": {func(f *metricsv1.Figure) { point("5")(f); f.Dimensions = area("US") },
			"UNKNOWN_DIMENSION", `figure.dimensions["REF_AREA"]`},
		"missing dimension": {func(f *metricsv1.Figure) { point("5")(f); f.Metric, f.Unit = "metrics/trade", money("USD") },
			"MISSING_DIMENSION", `figure.dimensions["REF_AREA"]`},
		"unknown code": {func(f *metricsv1.Figure) {
			point("5")(f)
			f.Metric, f.Unit, f.Dimensions = "metrics/trade", money("USD"), map[string]string{"REF_AREA": "US", "FLOW": "SIDEWAYS"}
		}, "UNKNOWN_CODE", `figure.dimensions["FLOW"]`},
		"month 13":  {func(f *metricsv1.Figure) { point("5")(f); f.TimePeriod = period("2023-13") }, "INVALID_PERIOD", "figure.time_period.edtf"},
		"no source": {func(f *metricsv1.Figure) { point("5")(f); f.Origin = nil }, "FIELD_REQUIRED", "figure.origin"},
		"alternates of a bound": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower = metricsv1.Figure_LOWER_BOUND, bound("1", true)
			f.Alternates = []*metricsv1.Alternate{{Value: number("1"), Unit: ucum("%")}}
		}, "CONTRADICTORY", "figure.alternates"},
		"alternate in the same unit": {func(f *metricsv1.Figure) {
			point("5")(f)
			f.Alternates = []*metricsv1.Alternate{{Value: number("6"), Unit: ucum("1")}}
		}, "CONTRADICTORY", "figure.alternates[0].unit"},
		"alternate of another kind": {func(f *metricsv1.Figure) {
			point("5")(f)
			f.Alternates = []*metricsv1.Alternate{{Value: number("6"), Unit: ucum("kg")}}
		}, "UNIT_INCOMPATIBLE", "figure.alternates[0].unit"},
		"alternate of 39 digits": {func(f *metricsv1.Figure) {
			point("5")(f)
			f.Alternates = []*metricsv1.Alternate{{Value: number(strings.Repeat("2", 39)), Unit: ucum("%")}}
		}, "TOO_MANY_DIGITS", "figure.alternates[0].value.value"},
		"named":  {func(f *metricsv1.Figure) { point("5")(f); f.Name = "figures/x" }, "NAME_NOT_EMPTY", "figure.name"},
		"NUL":    {func(f *metricsv1.Figure) { point("5")(f); f.Comment = "a\x00b" }, "NUL_CHARACTER", "figure.comment"},
		"metric": {func(f *metricsv1.Figure) { point("5")(f); f.Metric = "Metrics/Deaths" }, "INVALID_REQUEST", "figure.metric"},
	})
}

func TestF7AndF8HedgesThatAgree(t *testing.T) {
	s := startFilled(t)
	for name, edit := range map[string]func(*metricsv1.Figure){
		"at-least": func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower, f.Approximator = metricsv1.Figure_LOWER_BOUND, bound("100", true), metricsv1.Figure_AT_LEAST
		},
		"nearly": func(f *metricsv1.Figure) {
			f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_UPPER_BOUND, bound("3000", false), metricsv1.Figure_NEARLY
		},
		"between": func(f *metricsv1.Figure) {
			f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("20", true), bound("30", true)
		},
		"less-than-one": func(f *metricsv1.Figure) {
			f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_UPPER_BOUND, bound("1", false), metricsv1.Figure_UNDER
		},
		"list": func(f *metricsv1.Figure) {
			f.ValueKind = metricsv1.Figure_LIST
			f.Values = append(f.Values, number("5"), number("6.0"))
		},
		"no-value": func(f *metricsv1.Figure) {
			f.ValueKind, f.MissingReason = metricsv1.Figure_NO_VALUE, metricsv1.Figure_NOT_STATED
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := count(edit)
			out := s.figure(t, name, in)
			must.Equal(t, out.GetLower(), in.GetLower())
			must.Equal(t, out.GetUpper(), in.GetUpper())
			must.Equal(t, out.GetNormalized().GetLower(), in.GetLower())
			must.Equal(t, out.GetNormalized().GetUpper(), in.GetUpper())
			must.Equal(t, out.GetNormalized().GetValues(), in.GetValues())
			must.Equal(t, out.GetValue(), nil)
			must.Equal(t, out.GetApproximator(), in.GetApproximator())
		})
	}
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	s := startFilled(t)
	_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: count(func(f *metricsv1.Figure) {
		f.ValueKind, f.Lower, f.Unit, f.Origin = metricsv1.Figure_POINT, bound("1", true), ucum("furlong"), nil
	})})
	must.Equal(t, statustest.Fields(err), []string{"figure.value", "figure.lower", "figure.unit.code", "figure.origin"})
}
