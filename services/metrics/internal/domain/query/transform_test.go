package query_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestTransforms(t *testing.T) {
	var all []*domain.Observation
	for i := range 14 {
		all = append(all, point(t, month(i), fmt.Sprint(100+i)))
	}
	last := func(transform query.Transform) *domain.Observation {
		answer := run(t, query.Plan{Transform: transform}, "M", all...)
		must.Equal(t, len(answer), len(all))
		return answer[len(answer)-1]
	}
	for transform, want := range map[query.Transform]string{
		query.Linear: "113", query.Change: "1", query.YearChange: "12", query.Index: "113",
		query.PercentChange:     "0.89285714285714285714285714285714285714", // 100/112
		query.YearPercentChange: "11.881188118811881188118811881188118812",  // 1200/101
	} {
		must.Equal(t, say(last(transform)), want)
	}
	percent := last(query.YearPercentChange)
	must.Equal(t, percent.Kind, domain.KindChange)
	must.Equal(t, percent.BasePeriod.EDTF, "2000-02")
	must.True(t, percent.Normalized.Inexact)
	must.Equal(t, percent.Normalized.Unit.Code, "%")
	must.Equal(t, percent.Figure, "f2001-02")
	first := run(t, query.Plan{Transform: query.PercentChange}, "M", all...)[0]
	must.Equal(t, first.Kind, domain.NoValue)
	must.Equal(t, last(query.Index).Kind, domain.Point)
	two := 2
	rounded := run(t, query.Plan{Transform: query.YearPercentChange, Decimals: &two}, "M", all...)
	must.Equal(t, say(rounded[13]), "11.88")
}

// TestPercentChangeIsTheFraction compares with the fraction, rounded once.
func TestPercentChangeIsTheFraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawNumber(t, "x"), drawNumber(t, "y")
		answer := run(t, query.Plan{Transform: query.PercentChange}, "A", point(t, "2000", y.String()), point(t, "2001", x.String()))
		if y.IsZero() {
			must.Equal(t, answer[1].Kind, domain.NoValue)
			return
		}
		truth := new(big.Rat).Quo(x.Rat(), y.Rat())
		truth.Sub(truth, big.NewRat(1, 1)).Mul(truth, big.NewRat(100, 1))
		got := answer[1].Normalized.Value.Rat()
		must.Equal(t, got.Cmp(truth) == 0, !answer[1].Normalized.Inexact)
		difference := got.Sub(got, truth)
		difference.Abs(difference)
		limit := new(big.Rat).Mul(new(big.Rat).Abs(truth), big.NewRat(1, 1e18))
		must.True(t, difference.Cmp(limit) <= 0)
	})
}

func TestTransformsOfBoundsHoldTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawNumber(t, "x"), drawNumber(t, "y")
		first, second := hide(t, point(t, "2000", y.String())), hide(t, point(t, "2001", x.String()))
		for _, transform := range []query.Transform{query.Change, query.YearChange, query.PercentChange, query.YearPercentChange, query.Index} {
			answer := run(t, query.Plan{Transform: transform}, "A", first, second)[1]
			if answer.Kind == domain.NoValue || y.IsZero() {
				continue
			}
			truth := new(big.Rat).Sub(x.Rat(), y.Rat())
			if transform == query.PercentChange || transform == query.YearPercentChange {
				truth.Quo(truth, y.Rat()).Mul(truth, big.NewRat(100, 1))
			}
			if transform == query.Index {
				truth.Quo(x.Rat(), y.Rat()).Mul(truth, big.NewRat(100, 1))
			}
			if answer.Normalized.Value == nil { // bounds hold it even where they were rounded
				must.True(t, holds(answer, truth), fmt.Sprint(transform, " ", say(answer), " holds ", truth.RatString()))
			}
		}
	})
}

func TestBoundsAreSharp(t *testing.T) {
	few, many := between(t, "2000", "1", "2"), between(t, "2001", "10", "")
	one := func(transform query.Transform, observations ...*domain.Observation) string {
		answer := run(t, query.Plan{Transform: transform}, "A", observations...)
		return say(answer[len(answer)-1])
	}
	must.Equal(t, one(query.Change, few, many), "(8,)")
	must.Equal(t, one(query.PercentChange, few, many), "(400,)")
	must.Equal(t, one(query.PercentChange, point(t, "2000", "4"), between(t, "2001", "5", "6")), "[25,50)")
	must.Equal(t, one(query.PercentChange, between(t, "2000", "-1", "1"), point(t, "2001", "5")), "-")
	must.Equal(t, one(query.PercentChange, between(t, "2000", "", "0"), point(t, "2001", "-5")), "(-100,)")
	must.Equal(t, one(query.Change, between(t, "2000", "", "0"), between(t, "2001", "", "7")), "-")
	must.Equal(t, one(query.Index, few), "100")
}

func TestNoChangeOfWhatIsNotComparable(t *testing.T) {
	change, list, euro := point(t, "2000", "1"), point(t, "2000", "1"), point(t, "2000", "1")
	change.Kind, euro.Normalized.Unit = domain.KindChange, eur
	list.Kind = domain.List
	list.Normalized.Value, list.Normalized.Values = nil, nil
	for _, o := range []*domain.Observation{change, list, euro, missing(t, "2000"), point(t, "2000~", "1"), point(t, "1999", "1")} {
		answer := run(t, query.Plan{Transform: query.Change}, "A", o, point(t, "2001", "2"))
		must.Equal(t, answer[len(answer)-1].Kind, domain.NoValue)
	}
}

// TestAChangeSaysWhatItsBaseIs: one from a number that was corrected, is provisional or stale is so itself; the number's own observation is not.
func TestAChangeSaysWhatItsBaseIs(t *testing.T) {
	base, next := point(t, "2000", "4"), point(t, "2001", "5")
	base.Corrected, base.Stale, base.ObsStatus = true, true, []string{"P", "E"}
	next.ObsStatus = []string{"E", "B"}
	for _, transform := range []query.Transform{query.Change, query.YearChange, query.PercentChange, query.YearPercentChange, query.Index} {
		o := run(t, query.Plan{Transform: transform}, "A", base, next)[1]
		must.True(t, o.Corrected && o.Stale)
		must.Equal(t, o.ObsStatus, []string{"E", "B", "P"})
	}
	must.Equal(t, next.ObsStatus, []string{"E", "B"})
	must.True(t, !next.Corrected && !next.Stale)
	back := run(t, query.Plan{Transform: query.Index}, "A", point(t, "1999", "2"), base)
	must.True(t, !back[0].Corrected && back[1].Corrected) // an index stands on the first, not on later ones
}

func TestYearsBeforeDaysAndWeeks(t *testing.T) {
	days := []*domain.Observation{point(t, "2023-02-28", "1"), point(t, "2024-02-28", "2"), point(t, "2024-02-29", "3")}
	must.Equal(t, shown(run(t, query.Plan{Transform: query.YearChange}, "D", days...)), []string{"2023-02-28 -", "2024-02-28 1", "2024-02-29 -"})
	weeks := []*domain.Observation{point(t, "2023-01-02/2023-01-08", "1"), point(t, "2024-01-01/2024-01-07", "2")}
	must.Equal(t, say(run(t, query.Plan{Transform: query.YearChange}, "W", weeks...)[1]), "1")
}

// TestAnyPartOfASeriesIsAsTheWhole: what is read from ReadFrom on gives the same observations as the whole series.
func TestAnyPartOfASeriesIsAsTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*domain.Observation
		for i := range rapid.IntRange(1, 60).Draw(t, "months") {
			if rapid.IntRange(0, 4).Draw(t, "gap") > 0 {
				all = append(all, point(t, month(i), drawNumber(t, "number").String()))
			}
		}
		plan := query.Plan{
			AsOf: recordtime.Forever, Transform: rapid.SampledFrom([]query.Transform{"", query.Change, query.YearPercentChange}).Draw(t, "transform"),
			Frequency: rapid.SampledFrom([]string{"", "Q", "A"}).Draw(t, "frequency"), Method: query.Average,
		}
		if rapid.Bool().Draw(t, "window") {
			p := period(t, month(rapid.IntRange(0, 60).Draw(t, "first"))+"/"+month(61))
			plan.Window = &domain.Window{Start: p.Start, End: p.End}
		}
		whole := run(t, plan, "M", all...)
		if len(whole) == 0 {
			return
		}
		from := whole[rapid.IntRange(0, len(whole)-1).Draw(t, "from")].Period.Start
		readFrom := plan.ReadFrom("M", from)
		before := period(t, month(rapid.IntRange(0, 61).Draw(t, "before"))).Start
		var part []*domain.Observation
		for _, o := range all {
			if o.Period.Start >= readFrom && o.Period.Start < before {
				part = append(part, o)
			}
		}
		answer, err := plan.Run("M", part, query.Part{From: from, Before: before})
		must.OK(t, err)
		var got, want []string
		for _, o := range answer {
			if o.Period.Start >= from {
				got = append(got, shown([]*domain.Observation{o})...)
			}
		}
		for _, o := range whole {
			if o.Period.Start >= from && (o.Period.End <= before || plan.Frequency == "" && o.Period.Start < before) {
				want = append(want, shown([]*domain.Observation{o})...)
			}
		}
		must.Equal(t, got, want)
	})
}
