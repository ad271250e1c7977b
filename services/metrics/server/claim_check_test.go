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
			{"not-since", "575", highestSince("2018"), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, 3, "figures/y2019"},
			{"since-higher", "650", highestSince("2018"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL, 3, "figures/y2018"}, // as such claims mostly mean it
			{"since-open", "575", highestSince("2018/.."), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, 3, "figures/y2019"},
			{"decade", "575", highestSince("201X"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL, 4, "figures/y2018figures/y2019"},
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

func TestM6WhatBoundsAndHedgesLeaveOpenCannotBeTold(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		bounded := func(lower, upper string) func(*metricsv1.Figure) {
			return func(f *metricsv1.Figure) {
				f.ValueKind, f.Value, f.Lower = metricsv1.Figure_LOWER_BOUND, nil, bound(lower, true)
				if upper != "" {
					f.ValueKind, f.Upper = metricsv1.Figure_RANGE, bound(upper, true)
				}
			}
		}
		value := func(value string) func(*metricsv1.Figure) {
			return func(f *metricsv1.Figure) { f.Value = number(value) }
		}
		about := func(of string) func(*metricsv1.Figure) {
			return func(f *metricsv1.Figure) { f.Value, f.Approximator = number(of), metricsv1.Figure_ABOUT }
		}
		asIs := func(*metricsv1.Figure) {}
		for name, c := range map[string]struct {
			base, own func(*metricsv1.Figure)
			claim     *metricsv1.ComparisonClaim
			outcome   metricsv1.CheckComparisonClaimsResponse_Outcome
		}{
			"double of at least 100":    {bounded("100", ""), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL},
			"double of 100 to 400":      {bounded("100", "400"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL},
			"double of 240 to 260":      {bounded("240", "260"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_HOLDS},
			"double of 400 to 500":      {bounded("400", "500"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED},
			"double of about 1000":      {about("1000"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED},
			"double of about 400":       {about("400"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL},
			"double of about 250":       {about("250"), asIs, multipleOf("2020", "2"), metricsv1.CheckComparisonClaimsResponse_HOLDS},
			"a record beside about 501": {about("501"), asIs, recordHigh(), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL},
			"a record beside about 100": {about("100"), asIs, recordHigh(), metricsv1.CheckComparisonClaimsResponse_HOLDS},
			"about 500 as a record":     {value("501"), about("500"), recordHigh(), metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL},
			"about 0 as a record":       {value("0"), about("0"), recordHigh(), metricsv1.CheckComparisonClaimsResponse_HOLDS},
			"a record beside about 0":   {about("0"), value("0"), recordHigh(), metricsv1.CheckComparisonClaimsResponse_HOLDS},
			"far below, as a record":    {value("1000"), about("500"), recordHigh(), metricsv1.CheckComparisonClaimsResponse_CONTRADICTED},
		} {
			t.Run(name, func(t *testing.T) {
				base, own := claimed("2020", "1000"), claimed("2021", "500", c.claim)
				c.base(base)
				c.own(own)
				names := []string{s.figure(t, "", base).GetName(), s.figure(t, "", own).GetName()}
				must.Equal(t, s.check(t, &metricsv1.CheckComparisonClaimsRequest{Name: names[1]}).GetOutcome(), c.outcome)
				for _, name := range names {
					_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: name, Reason: "next case"})
					must.OK(t, err)
				}
			})
		}
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
