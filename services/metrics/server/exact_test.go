package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestM1AndF3DecimalsComeBackAsWritten(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, value := range []string{
			"1.10", "14341937500", "2147483648", "0.1", "-0.05", "-0.00000000000000000000000000000000000001", "1.2345E+400",
			"12345678901234567890123456789012345678", "-9.9999999999999999999999999999999999999",
		} {
			out := s.figure(t, "", observed("2022", value, area("US")))
			must.Equal(t, out.GetValue(), number(value))
			must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Value: number(value), Unit: money("USD")})
			got, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: out.GetName()})
			must.OK(t, err)
			must.Equal(t, got, out)
			must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: `value = "` + value + `"`}), []string{strings.TrimPrefix(out.GetName(), "figures/")})
		}
	})
}

func TestM2AndF12AsPrintedBesideMultipliedOut(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		out := s.figure(t, "trade", printed())
		must.Equal(t, out.GetValue(), number("860"))
		must.Equal(t, out.GetUnitMult(), int32(9))
		must.Equal(t, out.GetNormalized().GetValue(), number("860000000000"))
		must.Equal(t, out.GetReported().GetMultiplierText(), "billion")
		s.figure(t, "other", observed("2022", "860", area("CA")))
		for _, filter := range []string{
			`reported.value = "860"`, `reported.unit_symbol = "US$"`, `normalized.value = "8.6e11"`, `unit_mult = 9`, `value = "860" AND unit_mult > 0`,
		} {
			must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: filter}), []string{"trade"})
		}
		answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: map[string]string{"FLOW": "TOTAL"}})
		must.OK(t, err)
		point := answer.GetSeries()[0].GetObservations()[0]
		must.Equal(t, point.GetValue(), number("860000000000"))
		must.Equal(t, point.GetAsWritten(), &metricsv1.AsWritten{Value: number("860"), Unit: money("USD"), UnitMult: 9})
	})
}

func TestM3EveryValueKind(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		kinds := map[string]func(*metricsv1.Figure){
			"point": point("5"),
			"range": func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("20", true), bound("30", false)
			},
			"lower": func(f *metricsv1.Figure) { f.ValueKind, f.Lower = metricsv1.Figure_LOWER_BOUND, bound("20", false) },
			"upper": func(f *metricsv1.Figure) { f.ValueKind, f.Upper = metricsv1.Figure_UPPER_BOUND, bound("30", true) },
			"list": func(f *metricsv1.Figure) {
				f.ValueKind = metricsv1.Figure_LIST
				f.Values = append(f.Values, number("2"), number("1.0"))
			},
			"none": func(f *metricsv1.Figure) {
				f.ValueKind, f.MissingReason = metricsv1.Figure_NO_VALUE, metricsv1.Figure_NOT_COLLECTED
			},
			"fell": func(f *metricsv1.Figure) {
				f.ValueKind, f.Value, f.Unit = metricsv1.Figure_CHANGE, number("-4.5"), ucum("%")
				f.TimePeriod, f.BasePeriod = period("2022"), period("2021")
			},
			"rose": func(f *metricsv1.Figure) { // "rose by more than 5"
				f.ValueKind, f.Lower, f.Approximator = metricsv1.Figure_CHANGE, bound("5", false), metricsv1.Figure_OVER
			},
			"sank": func(f *metricsv1.Figure) { // "fell by more than 5"
				f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_CHANGE, bound("-5", false), metricsv1.Figure_OVER
			},
		}
		for id, edit := range kinds {
			want := count(edit)
			out := s.figure(t, id, want)
			for _, pair := range [][2]any{
				{out.GetValueKind(), want.GetValueKind()}, {out.GetValue(), want.GetValue()}, {out.GetValues(), want.GetValues()},
				{out.GetLower(), want.GetLower()}, {out.GetUpper(), want.GetUpper()}, {out.GetBasePeriod().GetEdtf(), want.GetBasePeriod().GetEdtf()},
			} {
				must.Equal(t, pair[0], pair[1])
			}
		}
		must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: "value_kind = CHANGE", OrderBy: "name"}), []string{"fell", "rose", "sank"})
	})
	refuse(t, map[string]refusal{
		"a change without a number": {func(f *metricsv1.Figure) { f.ValueKind = metricsv1.Figure_CHANGE }, "CONTRADICTORY", "figure.value"},
		"a change with a number and an end": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Value, f.Lower = metricsv1.Figure_CHANGE, number("5"), bound("4", true)
		}, "CONTRADICTORY", "figure.value"},
		"a base of a point": {func(f *metricsv1.Figure) { point("5")(f); f.BasePeriod = period("2021") }, "CONTRADICTORY", "figure.base_period"},
		"a base after the period": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Value, f.TimePeriod, f.BasePeriod = metricsv1.Figure_CHANGE, number("5"), period("2021"), period("2022")
		}, "CONTRADICTORY", "figure.base_period"},
		"percent of what is no change": {func(f *metricsv1.Figure) { point("5")(f); f.Metric, f.Unit = "metrics/length", ucum("%") }, "UNIT_INCOMPATIBLE", "figure.unit"},
		"a change over, with the upper end": {func(f *metricsv1.Figure) {
			f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_CHANGE, bound("5", false), metricsv1.Figure_OVER
		}, "CONTRADICTORY", "figure.approximator"},
	})
}

func TestM5AndF8HedgesKeepTheirStrictness(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		f := &metricsv1.Figure{
			Metric: "metrics/length", TimePeriod: notStated(), ValueKind: metricsv1.Figure_UPPER_BOUND, Upper: bound("3000", false), Unit: ucum("km"),
			Approximator: metricsv1.Figure_NEARLY, DocumentVersion: version,
			Reported: &metricsv1.Reported{
				Text: "nearly 3,000km", NumberText: "3,000", UnitSymbol: "km",
				Spans: []*typev1.TextSpan{at("nearly", typev1.TextSpan_HEDGE), at("3,000", typev1.TextSpan_NUMBER), at("nearly 3,000km", typev1.TextSpan_CONTENT)},
			},
		}
		out, err := s.figures.CreateFigure(t.Context(), withText(f, "border"))
		must.OK(t, err)
		must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Upper: bound("3000000", false), Unit: ucum("m")})
		must.Equal(t, out.GetApproximator(), metricsv1.Figure_NEARLY)
		must.Equal(t, out.GetReported().GetSpans()[0].GetExact(), "nearly")
		must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: `approximator = NEARLY AND normalized.upper = "3e6"`}), []string{"border"})
	})
}

func TestF4AFootnoteIsNoDigit(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		const words = "the US$4.7 billion company[3]"
		span := func(exact string, role typev1.TextSpan_Role) *typev1.TextSpan {
			start := int32(strings.Index(words, exact))
			return &typev1.TextSpan{Start: &start, End: start + int32(len(exact)), Exact: exact, Role: role}
		}
		f := observed("2022", "4.7", area("US"))
		f.UnitMult, f.Origin, f.DocumentVersion = 9, nil, version
		f.Reported = &metricsv1.Reported{
			Text: "US$4.7 billion", NumberText: "4.7", Value: number("4.7"), UnitSymbol: "US$", MultiplierText: "billion",
			Spans: []*typev1.TextSpan{span("4.7", typev1.TextSpan_NUMBER), span("US$4.7 billion", typev1.TextSpan_CONTENT)},
		}
		create := &metricsv1.CreateFigureRequest{Figure: f, SourceText: words, SourceTextSha256: sourcetext.HashOf(words)}
		out, err := s.figures.CreateFigure(t.Context(), create)
		must.OK(t, err)
		must.Equal(t, out.GetNormalized().GetValue(), number("4700000000"))
		f.Value = number("4.73")
		_, err = s.figures.CreateFigure(t.Context(), create)
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.value")
	})
}

func TestF9AndF10RangesKeepBothEnds(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for words, ends := range map[string][2]string{"between 20 and 30": {"20", "30"}, "between five and six": {"5", "6"}} {
			out := s.figure(t, "", count(func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound(ends[0], true), bound(ends[1], true)
				f.Reported = &metricsv1.Reported{Text: words}
			}))
			must.Equal(t, out.GetValue(), nil) // no midpoint, no sum
			must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Lower: bound(ends[0], true), Upper: bound(ends[1], true), Unit: ucum("1")})
		}
	})
}

func TestM7RoundingInterval(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		interval := func(low, high string, digits int32) *metricsv1.RoundingInterval {
			return &metricsv1.RoundingInterval{Low: number(low), High: number(high), SignificantDigits: digits}
		}
		for name, test := range map[string]struct {
			value, text string
			mult        int32
			want        *metricsv1.RoundingInterval
		}{
			"860 billion":     {"860", "860", 9, interval("855000000000", "865000000000", 2)},
			"in other powers": {"0.86", "860", 12, interval("855000000000", "865000000000", 2)},
			"1.10":            {"1.10", "1.10", 0, interval("1.095", "1.105", 3)},
			"below zero":      {"-5.0", "-5.0", 0, interval("-5.05", "-4.95", 2)},
			"none printed":    {"7", "", 0, nil},
		} {
			t.Run(name, func(t *testing.T) {
				f := observed("2022", test.value, area("US"))
				f.UnitMult = test.mult
				if test.text != "" {
					f.Reported = &metricsv1.Reported{NumberText: test.text, Value: number(test.text)}
				}
				out := s.figure(t, "", f)
				must.Equal(t, out.GetRoundingInterval(), test.want)
			})
		}
		dozen := s.figure(t, "", count(func(f *metricsv1.Figure) { // other digits than printed: nobody knows what was rounded
			point("60")(f)
			f.Reported = &metricsv1.Reported{NumberText: "5", Value: number("5"), MultiplierText: "dozen"}
		}))
		must.Equal(t, dozen.GetRoundingInterval(), nil)
	})
}

func TestClaimsSayWhatTheyCompare(t *testing.T) {
	s := startFilled(t)
	f := printed()
	f.ComparisonClaims = append(f.ComparisonClaims,
		&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_HIGHEST_SINCE, Since: period("2008")},
		&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_MULTIPLE_OF, Factor: number("2.0"), BasePeriod: period("2010")})
	out := s.figure(t, "claims", f)
	must.Equal(t, out.GetComparisonClaims()[1].GetSince().GetEdtf(), "2008")
	must.Equal(t, out.GetComparisonClaims()[2].GetFactor(), number("2.0"))
	must.Equal(t, out.GetComparisonClaims()[2].GetBasePeriod().GetEdtf(), "2010")
	claim := func(c *metricsv1.ComparisonClaim) func(*metricsv1.Figure) {
		return func(f *metricsv1.Figure) { point("5")(f); f.ComparisonClaims = []*metricsv1.ComparisonClaim{c} }
	}
	const path = "figure.comparison_claims[0]."
	refuse(t, map[string]refusal{
		"since when":     {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_LOWEST_SINCE}), "FIELD_REQUIRED", path + "since"},
		"since no date":  {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_LOWEST_SINCE, Since: notStated()}), "FIELD_REQUIRED", path + "since"},
		"record since":   {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_RECORD_LOW, Since: period("2008")}), "CONTRADICTORY", path + "since"},
		"how many times": {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_MULTIPLE_OF}), "FIELD_REQUIRED", path + "factor"},
		"zero times":     {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_MULTIPLE_OF, Factor: number("0.0")}), "CONTRADICTORY", path + "factor"},
		"a base of none": {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_RECORD_LOW, BasePeriod: period("2008")}), "CONTRADICTORY", path + "base_period"},
		"period 13":      {claim(&metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_HIGHEST_SINCE, Since: period("2008-13")}), "INVALID_PERIOD", path + "since.edtf"},
	})
}

func TestF24ReversedBoundsAreRefused(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, f := range []*metricsv1.Figure{
			count(func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("30", true), bound("29.99", true)
			}),
			count(func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_CHANGE, bound("-1", true), bound("-2", true)
			}),
		} {
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
			statustest.Check(t, err, codes.InvalidArgument, "BOUNDS_REVERSED", "figure.lower")
			statustest.Check(t, err, codes.InvalidArgument, "BOUNDS_REVERSED", "figure.upper")
		}
	})
}

func TestAnUnresolvedSignHasNoAmount(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		sign := func(code string, candidates ...string) *metricsv1.Unit {
			return &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: code, Candidates: candidates}
		}
		f := observed("2022", "14", area("US"))
		f.Unit, f.UnitMult = sign("$"), 9
		f.Reported = &metricsv1.Reported{NumberText: "14", Value: number("14"), UnitSymbol: "$", MultiplierText: "billion"}
		out := s.figure(t, "f", f)
		must.Equal(t, out.GetValue(), number("14"))
		must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Unit: out.GetUnit()})
		must.Equal(t, out.GetRoundingInterval(), nil)
		must.True(t, len(out.GetUnit().GetCandidates()) > 10)
		given := observed("2023", "14", area("US"))
		given.Unit = sign("$", "USD", "MXN")
		must.Equal(t, s.figure(t, "given", given).GetUnit().GetCandidates(), []string{"MXN", "USD"})
		got, err := s.get(t, "given")
		must.OK(t, err)
		must.Equal(t, got.GetUnit().GetCandidates(), []string{"MXN", "USD"})
		for _, test := range []struct {
			unit          *metricsv1.Unit
			reason, field string
		}{
			{sign("US$"), "CONTRADICTORY", "figure.unit.system"}, {sign("€"), "CONTRADICTORY", "figure.unit.system"},
			{sign("$", "USD"), "CONTRADICTORY", "figure.unit.system"}, {sign("$", "USD", "XQQ"), "UNKNOWN_UNIT", "figure.unit.candidates[1]"},
			{sign("☃"), "UNKNOWN_UNIT", "figure.unit.code"},
		} {
			f.Unit = test.unit
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		}
	})
}

func TestStagedFiguresKeepEveryField(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		direct := s.startFlagged(t)
		staged := flagged()
		staged.Name = "figures/staged"
		staged.TimePeriod = period("2023")
		const id = "8c4f9f0e-9d5b-4b67-9d7e-2f9c1f5b7a11"
		_, err := s.staging.StageFigures(t.Context(), &metricsv1.StageFiguresRequest{Figures: []*metricsv1.Figure{staged}, RequestId: id})
		must.OK(t, err)
		_, err = s.publish(t, id)
		must.OK(t, err)
		got, err := s.get(t, "staged")
		must.OK(t, err)
		got.Name, got.Uid, got.Etag, got.CreateTime, got.UpdateTime = direct.GetName(), direct.GetUid(), direct.GetEtag(), direct.GetCreateTime(), direct.GetUpdateTime()
		got.TimePeriod = direct.GetTimePeriod()
		must.Equal(t, got, direct)
	})
}
