package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordread"
)

// CheckComparisonClaims puts what is claimed of a figure beside its series.
func (s *figures) CheckComparisonClaims(
	ctx context.Context, req *metricsv1.CheckComparisonClaimsRequest,
) (*metricsv1.CheckComparisonClaimsResponse, error) {
	asOf, err := asOfTime(req.GetAsOf())
	if err != nil {
		return nil, err
	}
	at, err := recordread.At(ctx, s.store, req.GetReadTime())
	if err != nil {
		return nil, err
	}
	resp := &metricsv1.CheckComparisonClaimsResponse{}
	err = s.read(ctx, func(r store.Reader) error {
		figure, err := readFigure(r, "name", req.GetName(), at, false)
		if err != nil || len(figure.Claims) == 0 {
			return err
		}
		key := figure.Series()
		q := querying{reader: r, at: at, metric: figure.Metric, plan: &query.Plan{AsOf: asOf, Sources: sourceSet(req.GetSources())}}
		series, err := q.wholeSeries(store.SeriesPlace{Dimensions: domain.CanonicalDimensions(key.Dimensions), Frequency: key.Frequency})
		if err != nil {
			return err
		}
		own := figure.Observation()
		for _, claim := range figure.Claims {
			resp.Checks = append(resp.Checks, claimCheckToProto(query.CheckClaim(claim, &own, series)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
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
