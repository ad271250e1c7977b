package server_test

import (
	"strconv"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// BenchmarkImportFigures imports 10,000 new observations of 50 series a request, over gRPC.
func BenchmarkImportFigures(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *service{
		"sqlite": func(b *testing.B) *service { return start(b) },
		"postgres": func(b *testing.B) *service {
			return startOn(b, pgtest.Cluster(b).Database(), changefeed.Options{}, rpcserver.Options{})
		},
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			s.fill(b)
			round := 0
			for b.Loop() {
				b.StopTimer()
				req := importOf("2024-02-07")
				for series := range 50 {
					req.Series = append(req.Series, months("A"+strconv.Itoa(round*50+series)))
				}
				round++
				b.StartTimer()
				answer, err := s.imports.ImportFigures(b.Context(), req)
				must.OK(b, err)
				must.Equal(b, answer.GetCreatedCount(), 10_000)
			}
			b.ReportMetric(float64(10_000*b.N)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

// months is a series of 200 months.
func months(area string) *metricsv1.ImportedSeries {
	series := &metricsv1.ImportedSeries{Dimensions: map[string]string{"REF_AREA": area}, Frequency: metricsv1.Figure_M}
	for month := range 200 {
		text := strconv.Itoa(2000+month/12) + "-" + strconv.Itoa(101 + month%12)[1:]
		series.Observations = append(series.Observations, &metricsv1.ImportedObservation{
			TimePeriod: text, Value: number(strconv.Itoa(1000+month) + ".5"), ObsStatus: []string{"A"},
		})
	}
	return series
}
