package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// toll is a death toll of one event on one day, as one claimant states it.
func toll(claimant, day string, edit func(*metricsv1.Figure)) *metricsv1.Figure {
	return count(func(f *metricsv1.Figure) {
		f.TimePeriod, f.Frequency, f.Claimant = period(day), metricsv1.Figure_D, claimant
		f.Origin = &metricsv1.Origin{Producer: "Civil protection desk"}
		edit(f)
	})
}

func atLeast(value string) func(*metricsv1.Figure) {
	return func(f *metricsv1.Figure) {
		f.ValueKind, f.Value, f.Lower, f.Approximator = metricsv1.Figure_LOWER_BOUND, nil, bound(value, true), metricsv1.Figure_AT_LEAST
	}
}

func TestM27ContestedFiguresAreListedWithTheirSpreadAndNeverAveraged(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "army", toll("statements/army", "2023-10-01", point("120")))
		s.figure(t, "mayor", toll("statements/mayor", "2023-10-01", point("95")))
		s.figure(t, "clinic", toll("statements/clinic", "2023-10-01", atLeast("100")))
		s.figure(t, "army2", toll("statements/army", "2023-10-02", point("130")))
		s.figure(t, "clinic2", toll("statements/clinic", "2023-10-02", atLeast("110")))

		got := must.Get(s.metrics.ListContestedFigures(t.Context(), &metricsv1.ListContestedFiguresRequest{Parent: "metrics/deaths"}))(t)
		must.Equal(t, len(got.GetContests()), 1)
		contest := got.GetContests()[0]
		must.Equal(t, contest.GetTimePeriod().GetEdtf(), "2023-10-01")
		claimed := map[string]string{}
		for _, o := range contest.GetObservations() {
			claimed[o.GetClaimant()] = o.GetValue().GetValue() + o.GetLower().GetValue().GetValue()
		}
		must.Equal(t, fmt.Sprint(claimed), "map[statements/army:120 statements/clinic:100 statements/mayor:95]")
		must.Equal(t, contest.GetLow().GetValue(), "95")
		must.Equal(t, contest.GetHigh() == nil, true) // "at least 100" has no highest number
		must.Equal(t, contest.GetSpread() == nil, true)
		must.Equal(t, len(got.GetSources()), 3)
	})
}

func TestM27SpreadOfStatedNumbersAndPages(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for day := 1; day <= 3; day++ {
			date := fmt.Sprintf("2023-10-%02d", day)
			s.figure(t, fmt.Sprintf("a%d", day), toll("statements/a", date, point("120")))
			s.figure(t, fmt.Sprintf("b%d", day), toll("statements/b", date, point(fmt.Sprint(100+day))))
		}
		req := &metricsv1.ListContestedFiguresRequest{Parent: "metrics/deaths", PageSize: 2}
		first := must.Get(s.metrics.ListContestedFigures(t.Context(), req))(t)
		req.PageToken = first.GetNextPageToken()
		second := must.Get(s.metrics.ListContestedFigures(t.Context(), req))(t)
		var spreads []string
		for _, c := range append(first.GetContests(), second.GetContests()...) {
			spreads = append(spreads, c.GetTimePeriod().GetEdtf()+" "+c.GetSpread().GetValue())
		}
		must.Equal(t, fmt.Sprint(spreads), "[2023-10-03 17 2023-10-02 18 2023-10-01 19]")
		must.Equal(t, second.GetNextPageToken(), "")

		window := &metricsv1.ListContestedFiguresRequest{Parent: "metrics/deaths", Period: "2023-10-02"}
		must.Equal(t, len(must.Get(s.metrics.ListContestedFigures(t.Context(), window))(t).GetContests()), 1)
	})
}

func TestContestsThatCannotBeAskedFor(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		_, err := s.metrics.ListContestedFigures(t.Context(), &metricsv1.ListContestedFiguresRequest{Parent: "metrics/deaths", Period: "20233"})
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "period")
		_, err = s.metrics.ListContestedFigures(t.Context(), &metricsv1.ListContestedFiguresRequest{Parent: "metrics/nothing"})
		statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
		_, err = s.metrics.ListContestedFigures(t.Context(), &metricsv1.ListContestedFiguresRequest{
			Parent: "metrics/deaths", Dimensions: map[string]string{"FLOWER": "ROSE"},
		})
		statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_DIMENSION", `dimensions["FLOWER"]`)
	})
}

// TestM27OfTwoCurrenciesTheBestSourcesIsShown: amounts of different currencies are not held against each other, and the answer is the same each time.
func TestM27OfTwoCurrenciesTheBestSourcesIsShown(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for i, amount := range []struct{ currency, value string }{{"MXN", "900"}, {"MXN", "700"}, {"USD", "50"}, {"USD", "40"}} {
			f := observed("2022", amount.value, area("US"))
			f.Unit, f.Claimant = money(amount.currency), fmt.Sprintf("statements/s%d", i)
			s.figure(t, fmt.Sprintf("f%d", i), f)
		}
		for range 10 {
			got := must.Get(s.metrics.ListContestedFigures(t.Context(), &metricsv1.ListContestedFiguresRequest{Parent: "metrics/trade"}))(t)
			must.Equal(t, len(got.GetContests()), 1)
			contest := got.GetContests()[0]
			must.Equal(t, len(contest.GetObservations()), 4)
			must.Equal(t, contest.GetUnit().GetCode(), contest.GetObservations()[0].GetUnit().GetCode())
			must.Equal(t, contest.GetSpread().GetValue(), map[string]string{"MXN": "200", "USD": "10"}[contest.GetUnit().GetCode()])
		}
	})
}
