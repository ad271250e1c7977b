package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// sumsOf asks for metrics/flow aggregated.
func aggregated(frequency metricsv1.Figure_Frequency, method metricsv1.QueryMetricRequest_AggregationMethod) *metricsv1.QueryMetricRequest {
	return &metricsv1.QueryMetricRequest{Name: "metrics/flow", AggregationFrequency: frequency, AggregationMethod: method}
}

// transformed asks for metrics/flow transformed.
func transformed(transform metricsv1.QueryMetricRequest_Transform) *metricsv1.QueryMetricRequest {
	return &metricsv1.QueryMetricRequest{Name: "metrics/flow", Transform: transform}
}

// TestM24TransformsAndAggregation: exact decimals, rounded once, and half to even.
func TestM24TransformsAndAggregation(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.monthly(t, 26) // 100, 101, …
		must.Equal(t, s.checkPages(t, aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_SUM)), []string{"2000 1266", "2001 1410", "2002 -"})
		must.Equal(t, s.checkPages(t, aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_AVG)), []string{"2000 105.5", "2001 117.5", "2002 -"})
		must.Equal(t, s.rows(t, aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_EOP)), []string{"2000 111", "2001 123", "2002 -"})
		quarters := s.checkPages(t, aggregated(metricsv1.Figure_Q, metricsv1.QueryMetricRequest_AVG))
		must.Equal(t, quarters[:2], []string{"2000-33 101", "2000-34 104"})
		must.Equal(t, len(quarters), 9)

		answer := s.answerOf(t, aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_SUM)).GetSeries()[0]
		must.Equal(t, answer.GetFrequency(), metricsv1.Figure_A)
		must.Equal(t, answer.GetAggregatedFrom(), metricsv1.Figure_M)
		must.Equal(t, answer.GetObservations()[0].GetAggregatedCount(), int32(12))
		must.Equal(t, answer.GetObservations()[0].GetFigure(), "")
		must.True(t, answer.GetObservations()[0].GetAsWritten() == nil)

		// A window is of the answer: what it is made of may lie before.
		change := transformed(metricsv1.QueryMetricRequest_PC1)
		change.Period = "2001-02/2001-03"
		must.Equal(t, s.checkPages(t, change), []string{
			"2001-02 11.881188118811881188118811881188118812", "2001-03 11.764705882352941176470588235294117647",
		})
		got := s.answerOf(t, change)
		o := got.GetSeries()[0].GetObservations()[0]
		must.Equal(t, got.GetSeries()[0].GetAggregatedFrom(), metricsv1.Figure_FREQUENCY_UNSPECIFIED)
		must.Equal(t, o.GetValueKind(), metricsv1.Figure_CHANGE)
		must.Equal(t, o.GetBasePeriod().GetEdtf(), "2000-02")
		must.Equal(t, o.GetUnit(), ucum("%"))
		must.Equal(t, got.GetTransformedUnit(), ucum("%"))
		must.Equal(t, o.GetAsWritten().GetValue(), number("113"))
		must.True(t, o.GetInexact())
		one := int32(1)
		change.RoundingDecimals = &one
		must.Equal(t, s.rows(t, change), []string{"2001-02 11.9", "2001-03 11.8"})

		for _, firstOfAWindow := range []string{"2000-05-31", "2000-12-31/2000-12-31", "2001-03-29"} {
			step := transformed(metricsv1.QueryMetricRequest_CHG)
			step.Period = firstOfAWindow
			must.Equal(t, s.rows(t, step), []string{firstOfAWindow[:7] + " 1"})
		}

		must.Equal(t, s.checkPages(t, transformed(metricsv1.QueryMetricRequest_CHG))[:3], []string{"2000-01 -", "2000-02 1", "2000-03 1"})
		must.Equal(t, s.checkPages(t, transformed(metricsv1.QueryMetricRequest_CH1))[12:14], []string{"2001-01 12", "2001-02 12"})
		must.Equal(t, s.checkPages(t, transformed(metricsv1.QueryMetricRequest_PCH))[1], "2000-02 1")
		must.Equal(t, s.checkPages(t, transformed(metricsv1.QueryMetricRequest_IDX))[:2], []string{"2000-01 100", "2000-02 101"})
		both := aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_SUM)
		both.Transform, both.Period, both.RoundingDecimals = metricsv1.QueryMetricRequest_PC1, "2001", &one
		must.Equal(t, s.checkPages(t, both), []string{"2001 11.4"})
	})
}

// TestM4BoundsThroughEveryStep: what is known by its bounds is served, converted, added up and compared as bounds, without a midpoint.
func TestM4BoundsThroughEveryStep(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(ucum("km")))
		half := func(edtf string, edit func(*metricsv1.Figure)) *metricsv1.Figure {
			f := flowing(edtf, "1", metricsv1.Figure_S)
			f.Unit, f.Value = ucum("km"), nil
			edit(f)
			return f
		}
		s.batchOf(t, map[string]*metricsv1.Figure{
			"range": half("2020-40", func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("1", true), bound("2", true)
			}),
			"nearly": half("2020-41", func(f *metricsv1.Figure) {
				f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_UPPER_BOUND, bound("3", false), metricsv1.Figure_NEARLY
			}),
			"point": half("2021-40", func(f *metricsv1.Figure) { f.ValueKind, f.Value = metricsv1.Figure_POINT, number("10") }),
			"over": half("2021-41", func(f *metricsv1.Figure) {
				f.ValueKind, f.Lower, f.Approximator = metricsv1.Figure_LOWER_BOUND, bound("20", false), metricsv1.Figure_OVER
			}),
		})
		served := s.checkPages(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"})
		must.Equal(t, served, []string{"2020-40 [1000,2000]", "2020-41 (,3000)", "2021-40 10000", "2021-41 (20000,)"})
		km := &metricsv1.QueryMetricRequest{Name: "metrics/flow", Unit: "km"}
		must.Equal(t, s.checkPages(t, km), []string{"2020-40 [1,2]", "2020-41 (,3)", "2021-40 10", "2021-41 (20,)"})
		must.Equal(t, s.answerOf(t, km).GetSeries()[0].GetObservations()[1].GetApproximator(), metricsv1.Figure_NEARLY)
		sums := aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_SUM)
		sums.Unit = "km"
		must.Equal(t, s.checkPages(t, sums), []string{"2020 (,5)", "2021 (30,)"})
		sums.AggregationMethod = metricsv1.QueryMetricRequest_AVG
		must.Equal(t, s.rows(t, sums), []string{"2020 (,2.5)", "2021 (15,)"})
		sums.Transform = metricsv1.QueryMetricRequest_CHG
		must.Equal(t, s.rows(t, sums), []string{"2020 -", "2021 (12.5,)"})
	})
}

// TestM23WindowLastFillAlign: windows, the last so many, the most recent with a number, gaps that are filled only if that is asked for,
// and series of equal periods.
func TestM23WindowLastFillAlign(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		in := func(area, edtf, value string) *metricsv1.Figure {
			f := flowing(edtf, value, metricsv1.Figure_A)
			f.Dimensions = map[string]string{"REF_AREA": area}
			return f
		}
		none := in("MX", "2004", "0")
		none.ValueKind, none.Value, none.MissingReason = metricsv1.Figure_NO_VALUE, nil, metricsv1.Figure_NOT_COLLECTED
		s.batchOf(t, map[string]*metricsv1.Figure{
			"a": in("MX", "2000", "1"), "b": in("MX", "2002", "3"), "c": none, "d": in("US", "2001", "10"), "e": in("US", "2002", "20"),
		})
		ask := func(edit func(*metricsv1.QueryMetricRequest)) []string {
			t.Helper()
			req := &metricsv1.QueryMetricRequest{Name: "metrics/flow"}
			edit(req)
			return s.checkPages(t, req)
		}
		must.Equal(t, ask(func(*metricsv1.QueryMetricRequest) {}), []string{"2000 1", "2002 3", "2004 -", "2001 10", "2002 20"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.Period = "2002/.." }), []string{"2002 3", "2004 -", "2002 20"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.LastN = 1 }), []string{"2004 -", "2002 20"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.LastN, r.SkipMissing = 1, true }), []string{"2002 3", "2002 20"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.Fill = metricsv1.QueryMetricRequest_GAP }),
			[]string{"2000 1", "2001 -", "2002 3", "2003 -", "2004 -", "2001 10", "2002 20"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.Align = true }),
			[]string{"2000 1", "2001 -", "2002 3", "2004 -", "2000 -", "2001 10", "2002 20", "2004 -"})
		must.Equal(t, ask(func(r *metricsv1.QueryMetricRequest) { r.Align, r.LastN = true, 1 }), []string{"2002 -", "2004 -", "2002 20", "2004 -"})
	})
}

// TestF18FilledGapsAreMarked: nothing is filled unless asked for, and what is filled says so and from where.
func TestF18FilledGapsAreMarked(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	s.batchOf(t, map[string]*metricsv1.Figure{"a": flowing("2000", "1", metricsv1.Figure_A), "b": flowing("2003", "4", metricsv1.Figure_A)})
	req := &metricsv1.QueryMetricRequest{Name: "metrics/flow"}
	must.Equal(t, s.rows(t, req), []string{"2000 1", "2003 4"})
	req.Fill = metricsv1.QueryMetricRequest_PREVIOUS
	must.Equal(t, s.checkPages(t, req), []string{"2000 1", "2001 1", "2002 1", "2003 4"})
	for i, o := range s.answerOf(t, req).GetSeries()[0].GetObservations() {
		filled := i == 1 || i == 2
		must.Equal(t, o.GetFilled(), filled)
		must.Equal(t, o.GetFilledFrom().GetEdtf(), map[bool]string{true: "2000"}[filled])
	}
}

// TestRefusedComputations: what cannot be computed is refused by name.
func TestRefusedComputations(t *testing.T) {
	s := start(t)
	stock := flow(money("USD"))
	stock.TemporalKind = metricsv1.Metric_STOCK
	s.metric(t, "flow", stock)
	s.batchOf(t, map[string]*metricsv1.Figure{"a": flowing("2000", "1", metricsv1.Figure_A), "alone": flowing("2000/2002", "1", 0)})
	for name, test := range map[string]struct {
		req           *metricsv1.QueryMetricRequest
		reason, field string
	}{
		"sum of a stock":      {aggregated(metricsv1.Figure_A, metricsv1.QueryMetricRequest_SUM), "AGGREGATION_NOT_APPLICABLE", "aggregation_method"},
		"years into quarters": {aggregated(metricsv1.Figure_Q, metricsv1.QueryMetricRequest_AVG), "AGGREGATION_NOT_APPLICABLE", "aggregation_frequency"},
		"no frequency":        {transformed(metricsv1.QueryMetricRequest_PCH), "FREQUENCY_REQUIRED", "transform"},
		"metres of money":     {&metricsv1.QueryMetricRequest{Name: "metrics/flow", Unit: "m"}, "UNIT_INCOMPATIBLE", "unit"},
		"gaps of no frequency": {
			&metricsv1.QueryMetricRequest{Name: "metrics/flow", Fill: metricsv1.QueryMetricRequest_GAP}, "FREQUENCY_REQUIRED", "fill",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.metrics.QueryMetric(t.Context(), test.req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
	_, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flow", AggregationFrequency: metricsv1.Figure_A})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "")
	s.batchOf(t, map[string]*metricsv1.Figure{"old": flowing("1000-01-01", "1", metricsv1.Figure_D), "new": flowing("2000-01-01", "1", metricsv1.Figure_D)})
	_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{
		Name: "metrics/flow", Frequency: metricsv1.Figure_D, Fill: metricsv1.QueryMetricRequest_GAP,
	})
	statustest.Check(t, err, codes.FailedPrecondition, "SERIES_TOO_LONG", "") // a thousand years of days
	s.metric(t, "weight", plainMetric("Weight", "mass", metricsv1.Metric_VALUE, ucum("kg")))
	_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/weight", Unit: "km"})
	statustest.Check(t, err, codes.InvalidArgument, "UNIT_INCOMPATIBLE", "unit")
}

// TestEveryPageOfALongSeries walks series longer than a page, in every mode, by pages of several sizes.
func TestEveryPageOfALongSeries(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	s.monthly(t, 150)
	for name, req := range map[string]*metricsv1.QueryMetricRequest{
		"plain": {}, "percent": transformed(metricsv1.QueryMetricRequest_PC1), "index": transformed(metricsv1.QueryMetricRequest_IDX),
		"quarters": aggregated(metricsv1.Figure_Q, metricsv1.QueryMetricRequest_SUM), "last": {LastN: 40}, "aligned": {Align: true},
	} {
		t.Run(name, func(t *testing.T) {
			req.Name = "metrics/flow"
			var want []string
			for _, size := range []int32{1000, 13, 50} {
				req.PageSize = size
				rows := s.rows(t, req)
				if want == nil {
					want = rows
				}
				must.Equal(t, rows, want)
			}
			must.Equal(t, len(want), map[string]int{"quarters": 50, "last": 40}[name]+map[bool]int{true: 150}[name != "quarters" && name != "last"])
			must.True(t, fmt.Sprint(want) != "")
		})
	}
}

// TestM24EndsOfPeriodsOfTradingDays: the last trading day ends a month that is over, whatever the window and the pages are, and only as far
// as was known by then.
func TestM24EndsOfPeriodsOfTradingDays(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.batchOf(t, map[string]*metricsv1.Figure{
			"feb": outOn("2024-02-29", flowing("2024-02-29", "1", metricsv1.Figure_D)), "mar-28": outOn("2024-03-28", flowing("2024-03-28", "2", metricsv1.Figure_D)),
			"mar-29": outOn("2024-03-29", flowing("2024-03-29", "3", metricsv1.Figure_D)), "may": outOn("2024-05-02", flowing("2024-05-02", "4", metricsv1.Figure_D)),
		})
		ask := func(window, asOf string) []string {
			req := aggregated(metricsv1.Figure_M, metricsv1.QueryMetricRequest_EOP)
			req.Period, req.AsOf = window, asOf
			return s.checkPages(t, req)
		}
		must.Equal(t, ask("", ""), []string{"2024-02 1", "2024-03 3", "2024-05 -"})
		must.Equal(t, ask("2024-03", ""), []string{"2024-03 3"})
		must.Equal(t, ask("2024-03/2024-04", ""), []string{"2024-03 3"})
		must.Equal(t, ask("", "2024-03-28"), []string{"2024-02 1", "2024-03 -"})
		must.Equal(t, ask("2024-03", "2024-04-30"), []string{"2024-03 -"})
		req := aggregated(metricsv1.Figure_M, metricsv1.QueryMetricRequest_EOP)
		march := s.answerOf(t, req).GetSeries()[0].GetObservations()[1]
		must.Equal(t, march.GetFilledFrom().GetEdtf(), "2024-03-29")
		must.False(t, march.GetFilled())
		must.Equal(t, march.GetFigure(), "figures/mar-29")
	})
}
