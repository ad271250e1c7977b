package server_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// mixed puts series on record in which everything occurs: several sources and releases, gaps, bounds, what is missing, figures without a
// date, vague periods and two frequencies.
func (s *service) mixed(t testing.TB) {
	t.Helper()
	draw := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same figures every time
	figures := map[string]*metricsv1.Figure{}
	for _, area := range []string{"DE", "FR", "US"} {
		for i := range 30 {
			for _, producer := range []string{"X", "Y"} {
				for _, release := range []string{"", "2003-01", "2003-07-15"} {
					if draw.IntN(3) == 0 {
						continue
					}
					f := by(producer, flowing(fmt.Sprintf("%d-%02d", 2000+i/12, i%12+1), fmt.Sprint(draw.IntN(100)), metricsv1.Figure_M))
					f.Dimensions = map[string]string{"REF_AREA": area}
					if release != "" {
						f.ReleaseTime = period(release)
					}
					switch draw.IntN(12) {
					case 0:
						f.ValueKind, f.Value, f.MissingReason = metricsv1.Figure_NO_VALUE, nil, metricsv1.Figure_SUPPRESSED
					case 1:
						f.ValueKind, f.Value, f.Lower = metricsv1.Figure_LOWER_BOUND, nil, bound(fmt.Sprint(draw.IntN(50)), true)
					case 2:
						f.TimePeriod, f.Frequency = notStated(), metricsv1.Figure_M
					case 3:
						f.TimePeriod.Edtf += "~"
					}
					figures[fmt.Sprint("f-", len(figures))] = f
				}
			}
		}
		yearly := flowing("2001", "7", metricsv1.Figure_A)
		yearly.Dimensions = map[string]string{"REF_AREA": area}
		figures[fmt.Sprint("f-", len(figures))] = yearly
	}
	s.batchOf(t, figures)
	for _, release := range []string{"2002-05-01", "2003-02"} { // imported ones lie in a table of their own
		file := &metricsv1.ImportFiguresRequest{Template: &metricsv1.Figure{
			Metric: "metrics/flow", Origin: &metricsv1.Origin{Producer: "Y"}, Unit: money("USD"), ReleaseTime: period(release),
		}}
		for _, area := range []string{"FR", "IT"} {
			series := &metricsv1.ImportedSeries{Dimensions: map[string]string{"REF_AREA": area}, Frequency: metricsv1.Figure_M}
			for i := range 30 {
				if draw.IntN(4) > 0 {
					series.Observations = append(series.Observations, &metricsv1.ImportedObservation{
						TimePeriod: fmt.Sprintf("%d-%02d", 2000+i/12, i%12+1), Value: number(fmt.Sprint(draw.IntN(100))),
					})
				}
			}
			file.Series = append(file.Series, series)
		}
		s.imported(t, file)
	}
}

// drawQuery draws a query of metrics/flow.
func drawQuery(t *rapid.T) *metricsv1.QueryMetricRequest {
	one := func(label string) bool { return rapid.IntRange(0, 2).Draw(t, label) == 0 }
	req := &metricsv1.QueryMetricRequest{
		Name: "metrics/flow", Frequency: metricsv1.Figure_M,
		AsOf:        rapid.SampledFrom([]string{"", "2003-01", "2003-07-14", "2003", "2999"}).Draw(t, "as_of"),
		Period:      rapid.SampledFrom([]string{"", "", "2000-11/2001-02", "2001/..", "1999"}).Draw(t, "period"),
		Vintages:    metricsv1.QueryMetricRequest_Vintages(rapid.Int32Range(0, 2).Draw(t, "vintages")),
		Transform:   metricsv1.QueryMetricRequest_Transform(rapid.Int32Range(0, 6).Draw(t, "transform")),
		SkipMissing: one("skip_missing"), Align: one("align"),
	}
	if one("best") {
		req.Selection = metricsv1.QueryMetricRequest_BEST_SOURCE
	}
	if one("aggregate") {
		req.AggregationFrequency = rapid.SampledFrom([]metricsv1.Figure_Frequency{metricsv1.Figure_Q, metricsv1.Figure_A}).Draw(t, "frequency")
		req.AggregationMethod = metricsv1.QueryMetricRequest_AggregationMethod(rapid.Int32Range(1, 3).Draw(t, "method"))
	}
	if one("fill") {
		req.Fill = metricsv1.QueryMetricRequest_Fill(rapid.Int32Range(1, 2).Draw(t, "how"))
	}
	if one("last") {
		req.LastN = rapid.Int32Range(1, 20).Draw(t, "last_n")
	}
	return req
}

// rowsOf are all rows of an answer with all that tells them apart.
func (s *service) rowsOf(t testing.TB, req *metricsv1.QueryMetricRequest) (rows []string) {
	t.Helper()
	for _, series := range s.answerOf(t, req).GetSeries() {
		for _, o := range series.GetObservations() {
			rows = append(rows, fmt.Sprint(series.GetDimensions()["REF_AREA"], " ", o.GetTimePeriod().GetEdtf(), " ", valueText(o), " ", o.GetFigure(), " ",
				o.GetSourceId(), " ", o.GetFilledFrom().GetEdtf()))
		}
	}
	return rows
}

// TestPagesOfAnyQueryAreTheWhole: whatever is asked for, the pages of every size together are the answer of one page.
func TestPagesOfAnyQueryAreTheWhole(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.mixed(t)
		rapid.Check(t, func(r *rapid.T) {
			req := drawQuery(r)
			req.PageSize = 1000
			whole := s.rowsOf(t, req)
			req.PageSize = rapid.Int32Range(3, 60).Draw(r, "page_size")
			must.Equal(r, s.rowsOf(t, req), whole)
			must.True(r, s.atMostOne(t, req))
		})
	})
}

// atMostOne reports whether an answer has at most one row for a source and a dated period, where that was asked for.
func (s *service) atMostOne(t testing.TB, req *metricsv1.QueryMetricRequest) bool {
	t.Helper()
	if req.GetAsOf() == "" {
		return true
	}
	seen := map[string]bool{}
	for _, series := range s.answerOf(t, req).GetSeries() {
		for _, o := range series.GetObservations() {
			key := fmt.Sprint(series.GetDimensions()["REF_AREA"], o.GetTimePeriod().GetEdtf(), o.GetSourceId())
			if o.GetTimePeriod().GetEdtf() != "" && seen[key] {
				return false
			}
			seen[key] = true
		}
	}
	return true
}
