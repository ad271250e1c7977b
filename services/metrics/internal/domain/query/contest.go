package query

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
)

// Contest is a period of a series for which different numbers are stated. Nothing is averaged.
type Contest struct {
	Period       domain.TimePeriod
	Observations []*domain.Observation
	// Low and High are the lowest and the highest number stated, nil where one is open on that side; Spread is nil too if no decimal holds it.
	Low, High, Spread *decimal.Decimal
	Unit              units.Unit
}

// contested makes a contest of the observations of one period; false unless two of them cannot be the same number. Those that state none, or in
// another unit, do not count but are kept. There may be several of one source: a document that states two numbers contests itself.
func contested(observations []*domain.Observation) (Contest, bool) {
	byUnit := map[units.Unit][]interval{}
	for _, o := range observations {
		if numbers, ok := stated(o); ok {
			byUnit[o.Normalized.Unit] = append(byUnit[o.Normalized.Unit], numbers)
		}
	}
	for _, o := range observations { // in their order, so that the best source's unit comes first
		unit := o.Normalized.Unit
		if disagree(byUnit[unit]) {
			contest := Contest{Period: observations[0].Period, Observations: observations, Unit: unit}
			contest.spread()
			return contest, true
		}
	}
	return Contest{}, false
}

// disagree reports whether two of them have no number in common.
func disagree(intervals []interval) bool {
	for i, a := range intervals {
		if slices.ContainsFunc(intervals[i+1:], func(b interval) bool { return !a.meets(b) }) {
			return true
		}
	}
	return false
}

// spread fills what lies between the numbers that are stated in the contest's unit.
func (c *Contest) spread() {
	var openBelow, openAbove bool
	for _, o := range c.Observations {
		if _, ok := stated(o); !ok || o.Normalized.Unit != c.Unit {
			continue
		}
		low, high := endsOf(o)
		openBelow, openAbove = openBelow || low == nil, openAbove || high == nil
		if low != nil && (c.Low == nil || low.Cmp(*c.Low) < 0) {
			c.Low = low
		}
		if high != nil && (c.High == nil || high.Cmp(*c.High) > 0) {
			c.High = high
		}
	}
	if openBelow {
		c.Low = nil
	}
	if openAbove {
		c.High = nil
	}
	if c.Low == nil || c.High == nil {
		return
	}
	difference := c.High.Rat()
	if spread, inexact, err := decimal.FromRat(difference.Sub(difference, c.Low.Rat())); err == nil && !inexact {
		c.Spread = &spread
	}
}

// endsOf returns the numbers as they are stated, without rounding.
func endsOf(o *domain.Observation) (low, high *decimal.Decimal) {
	if o.Kind == domain.Point {
		return o.Normalized.Value, o.Normalized.Value
	}
	if b := o.Normalized.Lower; b != nil {
		low = &b.Value
	}
	if b := o.Normalized.Upper; b != nil {
		high = &b.Value
	}
	return low, high
}

// stated returns the numbers that an observation may stand for: its bounds, or, of a point, what it may have been rounded from. ok is false if it
// states none that others can be held against: a list, a change, none, or one in a unit that is unresolved.
func stated(o *domain.Observation) (numbers interval, ok bool) {
	switch {
	case o.Normalized.Unit == units.Unit{}:
		return numbers, false
	case o.Kind == domain.Point && o.RoundingInterval != nil:
		return interval{low: fractionOf(o.RoundingInterval.Low), lowIn: true, high: fractionOf(o.RoundingInterval.High)}, true
	case o.Kind == domain.Point && o.Normalized.Value != nil:
		return exactly(fractionOf(*o.Normalized.Value)), true
	case o.Kind == domain.Range || o.Kind == domain.LowerBound || o.Kind == domain.UpperBound:
		if b := o.Normalized.Lower; b != nil {
			numbers.low, numbers.lowIn = fractionOf(b.Value), b.Inclusive
		}
		if b := o.Normalized.Upper; b != nil {
			numbers.high, numbers.highIn = fractionOf(b.Value), b.Inclusive
		}
		return numbers, true
	default:
		return numbers, false
	}
}

// above reports whether every number of i is above every number of o.
func (i interval) above(o interval) bool {
	if i.low == nil || o.high == nil {
		return false
	}
	order := i.low.Cmp(o.high)
	return order > 0 || order == 0 && !(i.lowIn && o.highIn)
}

// meets reports whether some number is in both.
func (i interval) meets(o interval) bool { return !i.above(o) && !o.above(i) }

// notAbove reports whether no number of i is above any of o.
func (i interval) notAbove(o interval) bool {
	return i.high != nil && o.low != nil && i.high.Cmp(o.low) <= 0
}

// Contests returns the contests of a series, whose observations come in time order. Those without a date may be about different times.
func Contests(observations []*domain.Observation) (contests []Contest) {
	for len(observations) > 0 {
		end := 1
		for end < len(observations) && samePeriod(observations[0].Period, observations[end].Period) {
			end++
		}
		if observations[0].Period.Dated() {
			if contest, is := contested(observations[:end]); is {
				contests = append(contests, contest)
			}
		}
		observations = observations[end:]
	}
	return contests
}
