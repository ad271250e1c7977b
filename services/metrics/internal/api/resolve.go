package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// defaultCandidates is how many candidates are answered if the caller does not say.
const defaultCandidates = 10

// ResolveMetrics answers the metrics that words may mean.
func (s *metrics) ResolveMetrics(ctx context.Context, req *metricsv1.ResolveMetricsRequest) (*metricsv1.ResolveMetricsResponse, error) {
	query := domain.NewMetricQuery(req.GetText())
	if len(query.Words) == 0 {
		return nil, errs.Invalid("text", emptyQuery, "no letter or digit: nothing is found by it")
	}
	if query.Dropped > 0 {
		return nil, errs.Invalid("text", "TOO_MANY_TERMS", "the text has %d different words, and at most %d are looked for: leave some out",
			len(query.Words)+query.Dropped, domain.MaxSearchWords)
	}
	found, err := recordread.Get(ctx, s.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) ([]domain.Metric, error) {
		return r.ResolveMetrics(query, at)
	})
	if err != nil {
		return nil, err
	}
	var candidates []domain.MetricCandidate
	for _, metric := range found {
		if fit, ok := metric.Fit(query); ok {
			candidates = append(candidates, domain.MetricCandidate{Metric: metric, Fit: fit})
		}
	}
	candidates = domain.RankMetrics(candidates)
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultCandidates
	}
	resp := &metricsv1.ResolveMetricsResponse{}
	for _, c := range candidates[:min(size, len(candidates))] {
		resp.Candidates = append(resp.Candidates, &metricsv1.ResolveMetricsResponse_Candidate{
			Metric: metricToProto(c.Metric), Score: hundredths(c.Fit.Hundredths), MatchedFields: c.Fit.Fields,
		})
	}
	return resp, nil
}
