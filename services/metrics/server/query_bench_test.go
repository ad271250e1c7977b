package server_test

import (
	"fmt"
	"syscall"
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

// BenchmarkQuery reads a series of 10,000 days through the public API, in pages of 1,000: as it stands, and with what can be computed of it.
func BenchmarkQuery(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchQuery(b, start(b)) })
	b.Run("postgres", func(b *testing.B) {
		benchQuery(b, startOn(b, pgtest.Database(b), changefeed.Options{}, rpcserver.Options{}))
	})
}

// daily puts as many days on record as the benchmark reads, each with what made makes of its period and its number.
func (s *service) daily(b *testing.B, of string, made func(edtf, value string) *metricsv1.Figure) {
	b.Helper()
	day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < benchPoints; {
		figures := map[string]*metricsv1.Figure{}
		for range 1000 {
			f := made(day.AddDate(0, 0, i).Format("2006-01-02"), fmt.Sprintf("%d.%02d", 1000+i%77, i%100))
			f.Frequency = metricsv1.Figure_D
			figures[fmt.Sprint(of, "-", i)] = f
			i++
		}
		s.batchOf(b, figures)
	}
}

// cpuOf is the CPU time that this process has used, in ns: services and client, without PostgreSQL.
func cpuOf(b *testing.B) int64 {
	b.Helper()
	var usage syscall.Rusage
	must.OK(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func benchQuery(b *testing.B, s *service) {
	b.Helper()
	s.metric(b, "lengths", flow(ucum("km")))
	s.metric(b, "flow", flow(money("USD")))
	s.metric(b, "rates", rateMetric())
	s.daily(b, "length", func(edtf, value string) *metricsv1.Figure {
		f := flowing(edtf, value, metricsv1.Figure_D)
		f.Metric, f.Unit = "metrics/lengths", ucum("km")
		return f
	})
	s.daily(b, "amount", func(edtf, value string) *metricsv1.Figure { return amount(edtf, value, "USD") })
	s.daily(b, "rate", func(edtf, value string) *metricsv1.Figure { return rate(edtf, value, "EUR", "USD") })
	euros, change := reference("EUR"), reference("EUR")
	change.Transform = metricsv1.QueryMetricRequest_PC1
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
		{"euros", euros},
		{"euros and pc1", change},
	} {
		if bench.req.Name != "metrics/flow" || bench.req.Unit == "" { // all but money
			bench.req.Name = "metrics/lengths"
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			before, runs := cpuOf(b), 0
			for b.Loop() {
				runs++
				rows := 0
				bench.req.PageSize, bench.req.PageToken = 1000, ""
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
			b.ReportMetric(float64(cpuOf(b)-before)/float64(runs), "cpu-ns/op")
		})
	}
}
