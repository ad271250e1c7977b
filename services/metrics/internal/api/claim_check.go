package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// CheckComparisonClaims puts what is claimed of a figure beside its series.
func (s *figures) CheckComparisonClaims(
	ctx context.Context, req *metricsv1.CheckComparisonClaimsRequest,
) (*metricsv1.CheckComparisonClaimsResponse, error) {
	asOf, err := asOfTime(req.GetAsOf())
	if err != nil {
		return nil, err
	}
	type answer = metricsv1.CheckComparisonClaimsResponse
	return recordread.Get(ctx, s.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) (*answer, error) {
		figure, err := readFigure(r, "name", req.GetName(), at, false)
		if err != nil {
			return nil, err
		}
		resp := &answer{}
		if len(figure.Claims) == 0 {
			return resp, nil
		}
		key := figure.Series()
		q := querying{reader: r, at: at, metric: figure.Metric, plan: &query.Plan{AsOf: asOf, Sources: sourceSet(req.GetSources())}}
		series, err := q.wholeSeries(store.SeriesPlace{Dimensions: domain.CanonicalDimensions(key.Dimensions), Frequency: key.Frequency})
		if err != nil {
			return nil, err
		}
		own := figure.Observation()
		for _, claim := range figure.Claims {
			resp.Checks = append(resp.Checks, claimCheckToProto(query.CheckClaim(claim, &own, series)))
		}
		return resp, nil
	})
}

// claimCheckToProto writes a check.
func claimCheckToProto(c query.ClaimCheck) *metricsv1.CheckComparisonClaimsResponse_Check {
	writer := observationWriter{}
	check := &metricsv1.CheckComparisonClaimsResponse_Check{
		ComparisonClaim: claimToProto(c.Claim), Explanation: c.Explanation, Counterexamples: writer.all(c.Counterexamples),
		Outcome:       metricsv1.CheckComparisonClaimsResponse_Outcome(metricsv1.CheckComparisonClaimsResponse_Outcome_value[string(c.Outcome)]),
		ComparedCount: int32(c.Compared), //nolint:gosec // at most query.MaxFigures
	}
	if c.Compared > 0 {
		check.FirstPeriod, check.LastPeriod = periodToProto(c.First), periodToProto(c.Last)
	}
	return check
}
