package server_test

import (
	"fmt"
	"testing"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// benchPoints is how many figures the series of the benchmark has.
const benchPoints = 10_000

// BenchmarkQuery reads a series of 10,000 days through the public API, in pages of 1,000: as it stands, and in another unit as percent
// change from a year ago.
func BenchmarkQuery(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchQuery(b, start(b)) })
	b.Run("postgres", func(b *testing.B) {
		benchQuery(b, startOn(b, pgtest.Database(b), changefeed.Options{}, rpcserver.Options{}))
	})
}

func benchQuery(b *testing.B, s *service) {
	b.Helper()
	s.metric(b, "flow", flow(ucum("km")))
	day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < benchPoints; {
		figures := map[string]*metricsv1.Figure{}
		for range 1000 {
			f := flowing(day.AddDate(0, 0, i).Format("2006-01-02"), fmt.Sprintf("%d.%02d", 1000+i%77, i%100), metricsv1.Figure_D)
			f.Unit = ucum("km")
			figures[fmt.Sprint("f-", i)] = f
			i++
		}
		s.batchOf(b, figures)
	}
	for _, bench := range []struct {
		name string
		req  *metricsv1.QueryMetricRequest
	}{
		{"plain", &metricsv1.QueryMetricRequest{}},
		{"miles", &metricsv1.QueryMetricRequest{Unit: "[mi_i]"}},
		{"pc1", transformed(metricsv1.QueryMetricRequest_PC1)},
		{"miles and pc1", &metricsv1.QueryMetricRequest{Unit: "[mi_i]", Transform: metricsv1.QueryMetricRequest_PC1}},
		{"index", transformed(metricsv1.QueryMetricRequest_IDX)},
		{"monthly means", aggregated(metricsv1.Figure_M, metricsv1.QueryMetricRequest_AVG)},
		{"as of", &metricsv1.QueryMetricRequest{AsOf: "2999"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				bench.req.Name, bench.req.PageSize, bench.req.PageToken = "metrics/flow", 1000, ""
				for {
					page, err := s.metrics.QueryMetric(b.Context(), bench.req)
					must.OK(b, err)
					for _, series := range page.GetSeries() {
						rows += len(series.GetObservations())
					}
					if bench.req.PageToken = page.GetNextPageToken(); bench.req.PageToken == "" {
						break
					}
				}
				must.True(b, rows > 300)
			}
		})
	}
}
