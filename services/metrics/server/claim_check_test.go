package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// claimed is the trade of a year, of which its source claims something.
func claimed(year, value string, claims ...*metricsv1.ComparisonClaim) *metricsv1.Figure {
	f := observed(year, value, area("US"))
	f.ComparisonClaims = claims
	return f
}

func recordHigh() *metricsv1.ComparisonClaim {
	return &metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_RECORD_HIGH}
}

func highestSince(year string) *metricsv1.ComparisonClaim {
	return &metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_HIGHEST_SINCE, Since: period(year)}
}

func multipleOf(year, factor string) *metricsv1.ComparisonClaim {
	return &metricsv1.ComparisonClaim{Kind: metricsv1.ComparisonClaim_MULTIPLE_OF, Factor: number(factor), BasePeriod: period(year)}
}

// check checks the only claim of a figure.
func (s *service) check(t *testing.T, req *metricsv1.CheckComparisonClaimsRequest) *metricsv1.CheckComparisonClaimsResponse_Check {
	t.Helper()
	resp := must.Get(s.figures.CheckComparisonClaims(t.Context(), req))(t)
	must.Equal(t, len(resp.GetChecks()), 1)
	return resp.GetChecks()[0]
}

func TestM6ClaimsAreCheckedAgainstTheSeries(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for year, value := range map[string]string{"2017": "500", "2018": "700", "2019": "600", "2020": "550", "2023": "900"} {
			s.figure(t, "y"+year, claimed(year, value))
		}
		for _, c := range []struct {
			id, value string
			claim     *metricsv1.ComparisonClaim
			outcome   metricsv1.CheckComparisonClaimsResponse_Outcome
			compared  int32
			against   string
		}{
			{"record", "701", recordHigh(), metricsv1.CheckComparisonClaimsResponse_HOLDS, 4, ""}, // 2023 came later
			{"no-record", "650", recordHigh(), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, 4, "figures/y2018"},
			{"since", "650", highestSince("2019"), metricsv1.CheckComparisonClaimsResponse_HOLDS, 2, ""},
			{"not-since", "650", highestSince("2018"), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, 3, "figures/y2018"},
			{"too-far", "701", highestSince("2010"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL, 4, ""},
			{"double", "1000", multipleOf("2017", "2"), metricsv1.CheckComparisonClaimsResponse_HOLDS, 1, ""},
			{"not-double", "1000", multipleOf("2018", "2.0"), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, 1, "figures/y2018"},
			{"of-nothing", "1000", multipleOf("2001", "2"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL, 0, ""},
		} {
			s.figure(t, c.id, claimed("2021", c.value, c.claim))
			got := s.check(t, &metricsv1.CheckComparisonClaimsRequest{Name: "figures/" + c.id})
			must.Equal(t, got.GetOutcome(), c.outcome)
			must.Equal(t, got.GetComparedCount(), c.compared)
			against := ""
			for _, o := range got.GetCounterexamples() {
				against += o.GetFigure()
			}
			must.Equal(t, against, c.against)
			must.NotEqual(t, got.GetExplanation(), "")
			_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/" + c.id, Reason: "next case"})
			must.OK(t, err)
		}
	})
}

func TestM6AClaimIsCheckedAsWasKnown(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		old := claimed("2020", "900")
		old.ReleaseTime = period("2021-03-01")
		s.figure(t, "old", old)
		revised := claimed("2020", "400")
		revised.ReleaseTime = period("2022-03-01")
		s.figure(t, "revised", revised)
		of := claimed("2021", "500", recordHigh())
		of.ReleaseTime = period("2021-12-31")
		s.figure(t, "of", of)

		then := s.check(t, &metricsv1.CheckComparisonClaimsRequest{Name: "figures/of", AsOf: "2021-12-31"})
		must.Equal(t, then.GetOutcome(), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED)
		now := s.check(t, &metricsv1.CheckComparisonClaimsRequest{Name: "figures/of"})
		must.Equal(t, now.GetOutcome(), metricsv1.CheckComparisonClaimsResponse_HOLDS)
	})
}

func TestM6WhatIsRoundedTooNearCannotBeTold(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "before", claimed("2020", "858000000000"))
		f := printed()
		f.TimePeriod, f.Dimensions = period("2021"), area("US")
		f.ComparisonClaims = []*metricsv1.ComparisonClaim{recordHigh()}
		_, err := s.figures.CreateFigure(t.Context(), withText(f, "printed"))
		must.OK(t, err)
		got := s.check(t, &metricsv1.CheckComparisonClaimsRequest{Name: "figures/printed"}) // 860 billion may be 855
		must.Equal(t, got.GetOutcome(), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL)
	})
}

func TestM6ClaimsThatNothingCouldBeHeldAgainst(t *testing.T) {
	s := startFilled(t)
	for field, f := range map[string]*metricsv1.Figure{
		"figure.comparison_claims[0].since":       claimed("2021", "5", highestSince("2022")),
		"figure.comparison_claims[1].base_period": claimed("2021", "5", recordHigh(), multipleOf("2021", "2")),
	} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", field)
	}
	s.figure(t, "since-itself", claimed("2021", "5", highestSince("2021")))
}
