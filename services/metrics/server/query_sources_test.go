package server_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestM20CompetingSourcesByPolicy: all sources are answered, best first, by an order that is data; a caller may ask for one.
func TestM20CompetingSourcesByPolicy(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		metric := flow(money("USD"))
		metric.SourcePolicy = []*metricsv1.SourcePreference{{Producer: "Census"}, {Producer: "Bank", Title: "Yearbook"}}
		s.metric(t, "flow", metric)
		s.batchOf(t, map[string]*metricsv1.Figure{
			"other": by("Other", flowing("2020", "3", metricsv1.Figure_A)), "bank": by("Bank", flowing("2020", "2", metricsv1.Figure_A)),
			"census": by("Census", flowing("2020", "1", metricsv1.Figure_A)), "late": by("Other", flowing("2021", "4", metricsv1.Figure_A)),
		})
		s.figure(t, "printed", func() *metricsv1.Figure {
			f := flowing("2020", "5", metricsv1.Figure_A)
			f.Origin, f.DocumentVersion = nil, version
			return f
		}())
		answer := s.answerOf(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"})
		ranks, producers := map[string]int32{}, map[string]string{}
		for _, source := range answer.GetSources() {
			ranks[source.GetSourceId()], producers[source.GetSourceId()] = source.GetRank(), source.GetProducer()
		}
		must.Equal(t, len(ranks), 4)
		last := int32(0)
		observations := answer.GetSeries()[0].GetObservations()
		for _, o := range observations[:4] {
			must.True(t, ranks[o.GetSourceId()] > last)
			last = ranks[o.GetSourceId()]
		}
		must.Equal(t, producers[observations[0].GetSourceId()], "Census")
		must.Equal(t, observations[3].GetFigure(), "figures/printed") // those of documents after those of data
		must.Equal(t, answer.GetSources()[3].GetDocument(), "documents/d")
		must.Equal(t, answer.GetSources()[0].GetUri(), "https://example.org/Census")
		must.Equal(t, answer.GetCoverage(), "goods")

		best := &metricsv1.QueryMetricRequest{Name: "metrics/flow", Selection: metricsv1.QueryMetricRequest_BEST_SOURCE}
		must.Equal(t, s.checkPages(t, best), []string{"2020 1", "2021 4"})
		pinned := &metricsv1.QueryMetricRequest{Name: "metrics/flow", Sources: []string{observations[1].GetSourceId(), observations[3].GetSourceId()}}
		for _, series := range s.answerOf(t, pinned).GetSeries() {
			for _, o := range series.GetObservations() {
				must.True(t, o.GetSourceId() == pinned.Sources[0] || o.GetSourceId() == pinned.Sources[1])
			}
		}
		must.True(t, len(s.rows(t, pinned)) >= 2)

		// Another policy is another order; nothing else changes.
		_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
			Metric:     &metricsv1.Metric{Name: "metrics/flow", SourcePolicy: []*metricsv1.SourcePreference{{Producer: "Bank"}}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"source_policy"}},
		})
		must.OK(t, err)
		must.Equal(t, s.rows(t, best), []string{"2020 2", "2021 4"})
	})
}

// TestTwoFiguresOfOneDocumentAreBothShown: an article that says 860 and later 863 said both.
func TestTwoFiguresOfOneDocumentAreBothShown(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		for id, value := range map[string]string{"a": "860", "b": "863"} {
			f := flowing("2022", value, metricsv1.Figure_A)
			f.Origin, f.DocumentVersion = nil, version
			s.figure(t, id, f)
		}
		must.Equal(t, len(s.checkPages(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"})), 2)
		must.Equal(t, len(s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", LastN: 5})), 1)
	})
}

// TestSymmetricQueryFindsEitherOrder: MX/US and US/MX are one series, answered in the order that was asked for.
func TestSymmetricQueryFindsEitherOrder(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		metric := trade()
		metric.Dimensions[1].Required = true
		metric.SymmetricDimensions = []string{"REF_AREA", "COUNTERPART_AREA"}
		s.metric(t, "trade", metric)
		pair := func(a, b string) map[string]string { return map[string]string{"REF_AREA": a, "COUNTERPART_AREA": b} }
		s.figure(t, "us-mx", observed("2020", "1", pair("US", "MX")))
		s.figure(t, "mx-us", observed("2021", "2", pair("MX", "US")))
		s.figure(t, "mx-aa", observed("2021", "3", pair("MX", "AA")))
		s.figure(t, "us-us", observed("2021", "4", pair("US", "US")))
		for _, asked := range []map[string]string{pair("US", "MX"), pair("MX", "US")} {
			answer := s.answerOf(t, &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: asked})
			must.Equal(t, len(answer.GetSeries()), 1)
			must.Equal(t, answer.GetSeries()[0].GetDimensions(), asked)
			must.Equal(t, len(answer.GetSeries()[0].GetObservations()), 2)
		}
		for _, dimension := range []string{"REF_AREA", "COUNTERPART_AREA"} {
			for code, want := range map[string]int{"MX": 3, "US": 3, "AA": 1, "FR": 0} {
				req := &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: map[string]string{dimension: code}}
				must.Equal(t, len(s.checkPages(t, req)), want)
				for _, series := range s.answerOf(t, req).GetSeries() {
					must.Equal(t, series.GetDimensions()[dimension], code)
				}
			}
		}
		must.Equal(t, len(s.checkPages(t, &metricsv1.QueryMetricRequest{Name: "metrics/trade"})), 4)
	})
}

// TestTwoFiguresOfOneDataSourceAreBothShown: without a release nothing says which is the newer one.
func TestTwoFiguresOfOneDataSourceAreBothShown(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.figure(t, "one", flowing("2020", "1", metricsv1.Figure_A))
		s.figure(t, "other", flowing("2020", "2", metricsv1.Figure_A))
		must.Equal(t, s.checkPages(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"}), []string{"2020 1", "2020 2"})
		best := &metricsv1.QueryMetricRequest{Name: "metrics/flow", Selection: metricsv1.QueryMetricRequest_BEST_SOURCE}
		must.Equal(t, s.checkPages(t, best), []string{"2020 2"})
	})
}
