package query_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestSumsOfWholePeriodsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years := rapid.IntRange(1, 3).Draw(t, "years")
		var all []*domain.Observation
		sums := make([]*big.Rat, years)
		for i := range 12 * years {
			o := point(t, month(i), drawNumber(t, "number").String())
			all = append(all, o)
			if sums[i/12] == nil {
				sums[i/12] = new(big.Rat)
			}
			sums[i/12].Add(sums[i/12], o.Normalized.Value.Rat())
		}
		answer := run(t, query.Plan{Frequency: "A", Method: query.Sum}, "M", all...)
		must.Equal(t, len(answer), years)
		for i, o := range answer {
			must.Equal(t, o.Period.EDTF, fmt.Sprint(2000+i))
			must.Equal(t, o.Normalized.Value.Rat().RatString(), sums[i].RatString())
			must.False(t, o.Normalized.Inexact)
			must.Equal(t, o.AggregatedCount, 12)
			must.Equal(t, o.Figure, "")
		}
		for i, o := range run(t, query.Plan{Frequency: "A", Method: query.Average}, "M", all...) {
			mean := new(big.Rat).Quo(sums[i], big.NewRat(12, 1))
			must.Equal(t, o.Normalized.Value.Rat().Cmp(mean) == 0, !o.Normalized.Inexact)
		}
	})
}

// TestBoundsHoldEveryInput draws numbers, hides some in bounds that hold them, and looks for the true result.
func TestBoundsHoldEveryInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hidden []*domain.Observation
		sum := new(big.Rat)
		for i := range 4 {
			value := drawNumber(t, "number")
			sum.Add(sum, value.Rat())
			hidden = append(hidden, hide(t, point(t, fmt.Sprintf("2000-%d", 33+i), value.String())))
		}
		for _, plan := range []query.Plan{{Method: query.Sum}, {Method: query.Average}} {
			plan.Frequency = "A"
			truth := new(big.Rat).Set(sum)
			if plan.Method == query.Average {
				truth.Quo(truth, big.NewRat(4, 1))
			}
			answer := run(t, plan, "Q", hidden...)
			must.Equal(t, len(answer), 1)
			if answer[0].Kind != domain.NoValue && !answer[0].Normalized.Inexact {
				must.True(t, holds(answer[0], truth), say(answer[0])+" holds "+truth.RatString())
			}
		}
	})
}

// hide replaces a number by bounds that hold it.
func hide(t *rapid.T, o *domain.Observation) *domain.Observation {
	value := *o.Normalized.Value
	low, _, _ := value.Add(*number(t, fmt.Sprint(-rapid.IntRange(1, 5).Draw(t, "below"))))
	high, _, _ := value.Add(*number(t, fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "above"))))
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return between(t, o.Period.EDTF, low.String(), high.String())
	case 1:
		return between(t, o.Period.EDTF, low.String(), "")
	case 2:
		return between(t, o.Period.EDTF, "", high.String())
	default:
		return o
	}
}

func TestWhatIsMissingIsNoZero(t *testing.T) {
	year := func(edit func(int, *domain.Observation) *domain.Observation) (all []*domain.Observation) {
		for i := range 12 {
			if o := edit(i, point(t, month(i), "1")); o != nil {
				all = append(all, o)
			}
		}
		return all
	}
	absent := year(func(i int, o *domain.Observation) *domain.Observation {
		if i == 5 {
			return nil
		}
		return o
	})
	empty := year(func(i int, o *domain.Observation) *domain.Observation {
		if i == 11 {
			return missing(t, month(i))
		}
		return o
	})
	for _, method := range []query.Method{query.Sum, query.Average} {
		plan := query.Plan{Frequency: "A", Method: method}
		must.Equal(t, shown(run(t, plan, "M", absent...)), []string{"2000 -"})
		must.Equal(t, shown(run(t, plan, "M", empty...)), []string{"2000 -"})
	}
	last := query.Plan{Frequency: "A", Method: query.EndOfPeriod}
	must.Equal(t, shown(run(t, last, "M", absent...)), []string{"2000 1"})
	must.Equal(t, shown(run(t, last, "M", empty...)), []string{"2000 -"})
	must.Equal(t, run(t, last, "M", absent...)[0].Figure, "f2000-12")
	gone := year(func(int, *domain.Observation) *domain.Observation { return nil })
	must.Equal(t, len(run(t, last, "M", gone...)), 0)
}

func TestAggregatedFrequencies(t *testing.T) {
	var days []*domain.Observation
	for d := 1; d <= 31; d++ {
		days = append(days, point(t, fmt.Sprintf("2024-01-%02d", d), "1"))
	}
	sum := query.Plan{Method: query.Sum}
	sum.Frequency = "M"
	must.Equal(t, shown(run(t, sum, "D", days...)), []string{"2024-01 31"})
	sum.Frequency = "W"
	must.Equal(t, shown(run(t, sum, "D", days[:14]...)), []string{"2024-01-01/2024-01-07 7", "2024-01-08/2024-01-14 7"})
	sum.Frequency = "S"
	quarters := []*domain.Observation{point(t, "2024-33", "1"), point(t, "2024-34", "2"), point(t, "2024-35", "4"), point(t, "2024-36", "8")}
	must.Equal(t, shown(run(t, sum, "Q", quarters...)), []string{"2024-40 3", "2024-41 12"})
	sum.Frequency = "Q"
	must.Equal(t, shown(run(t, sum, "Q", quarters...)), []string{"2024-33 1", "2024-34 2", "2024-35 4", "2024-36 8"})
	sum.Frequency = "A"
	fiscal := []*domain.Observation{point(t, "2023-11/2024-01", "1"), point(t, "2024~", "2")}
	must.Equal(t, len(run(t, sum, "Q", fiscal...)), 0)
}

func TestAggregatedQualifiers(t *testing.T) {
	first, second := point(t, "2024-40", "1"), point(t, "2024-41", "2")
	second.Approximator, second.Corrected, second.Stale, second.ObsStatus = domain.Around, true, true, []string{"P"}
	a, b := released(t, first, "2024-08"), released(t, second, "2025-02")
	a.About.ConfStatus, b.About.ConfStatus = "F", "C"
	a.About.Attributes = map[string]string{"TITLE": "x", "COLLECTION": "A"}
	b.About.Attributes = map[string]string{"TITLE": "x", "COLLECTION": "B"}
	o := run(t, query.Plan{Frequency: "A", Method: query.Sum}, "S", a, b)[0]
	must.Equal(t, o.Approximator, domain.Around)
	must.True(t, o.Corrected && o.Stale)
	must.Equal(t, o.ObsStatus, []string{"P"})
	must.Equal(t, o.About.ConfStatus, "C")
	must.Equal(t, o.About.Attributes, map[string]string{"TITLE": "x"})
	must.Equal(t, o.About.Release.EDTF, "2025-02")
	must.Equal(t, a.About.ConfStatus, "F") // inputs stay as they are
}

func TestSourcesAreAggregatedByThemselves(t *testing.T) {
	a := of("A", point(t, "2024-40", "1"), point(t, "2024-41", "2"))
	b := of("B", point(t, "2024-40", "10"))
	all := []*domain.Observation{a[0], b[0], a[1]}
	plan := query.Plan{Frequency: "A", Method: query.Sum, Policy: []domain.SourcePreference{{Producer: "B"}}}
	must.Equal(t, shown(run(t, plan, "S", all...)), []string{"2024 -", "2024 3"})
	plan.Best = true
	must.Equal(t, shown(run(t, plan, "S", all...)), []string{"2024 3"})
}

// TestTheLastDayWithAFigureEndsAPeriod: a source that states none on Sundays has an end of every month that is over.
func TestTheLastDayWithAFigureEndsAPeriod(t *testing.T) {
	friday, saturday, monday := point(t, "2024-03-29", "1"), missing(t, "2024-03-30"), point(t, "2024-04-01", "3")
	plan := query.Plan{Frequency: "M", Method: query.EndOfPeriod}
	answer := run(t, plan, "D", friday, saturday, monday)
	must.Equal(t, shown(answer), []string{"2024-03 1", "2024-04 -"}) // of April nobody knows whether it is over
	must.Equal(t, answer[0].FilledFrom.EDTF, "2024-03-29")
	must.Equal(t, answer[0].Figure, friday.Figure)
	must.Equal(t, answer[0].AggregatedCount, 1)
	must.Equal(t, shown(run(t, plan, "D", friday, saturday)), []string{"2024-03 -"})
	must.Equal(t, shown(run(t, plan, "D", friday, missing(t, "2024-03-31"))), []string{"2024-03 1"})
	last := run(t, plan, "D", friday, point(t, "2024-03-31", "2"))
	must.Equal(t, shown(last), []string{"2024-03 2"})
	must.True(t, last[0].FilledFrom == nil)
	must.Equal(t, shown(run(t, plan, "D", missing(t, "2024-03-29"), monday)), []string{"2024-03 -", "2024-04 -"})
	plan.Method = query.Sum
	must.Equal(t, shown(run(t, plan, "D", friday, monday)), []string{"2024-03 -", "2024-04 -"})
}
