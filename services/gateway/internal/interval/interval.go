// Package interval computes with the intervals that printed numbers, bounds and hedges leave
// open. Everything is exact: ends are fractions, and rounding, where a number must be
// written, is outwards, so that what is written still holds what was computed.
package interval

import (
	"math/big"
)

// End is an end of an interval.
type End struct {
	// Value is the number.
	Value *big.Rat
	// Inclusive says whether the number itself belongs to the interval.
	Inclusive bool
}

// Interval is a set of numbers without gaps. A nil end is none: the interval goes on.
type Interval struct{ Low, High *End }

// Point is the interval of one number.
func Point(value *big.Rat) Interval {
	return Interval{Low: &End{Value: value, Inclusive: true}, High: &End{Value: value, Inclusive: true}}
}

// Holds reports whether every number of the other is one of i.
func (i Interval) Holds(other Interval) bool {
	return reaches(i.Low, other.Low, -1) && reaches(i.High, other.High, 1)
}

// reaches reports whether an outer end is at an inner one or beyond it, on the side of sign.
func reaches(outer, inner *End, sign int) bool {
	switch {
	case outer == nil:
		return true
	case inner == nil:
		return false
	}
	beyond := outer.Value.Cmp(inner.Value) * sign
	return beyond > 0 || beyond == 0 && (outer.Inclusive || !inner.Inclusive)
}

// Meets reports whether both have a number in common.
func (i Interval) Meets(other Interval) bool {
	return notBelow(i.High, other.Low) && notBelow(other.High, i.Low)
}

// notBelow reports whether a number up to high can be from low on.
func notBelow(high, low *End) bool {
	if high == nil || low == nil {
		return true
	}
	order := high.Value.Cmp(low.Value)
	return order > 0 || order == 0 && high.Inclusive && low.Inclusive
}

// Minus is the set of differences between a number of i and one of the other.
func (i Interval) Minus(other Interval) Interval {
	return Interval{Low: subtract(i.Low, other.High), High: subtract(i.High, other.Low)}
}

func subtract(a, b *End) *End {
	if a == nil || b == nil {
		return nil
	}
	return &End{Value: new(big.Rat).Sub(a.Value, b.Value), Inclusive: a.Inclusive && b.Inclusive}
}

// PercentOf is the set of differences from a number of base, in per cent of the size of that
// number: (a - b) / |b| × 100. Both ends are nil if base may be zero or has no end on the
// side of it that counts.
func (i Interval) PercentOf(base Interval) Interval {
	switch {
	case base.Low == nil || base.High == nil:
		return Interval{}
	case base.Low.Value.Sign() > 0:
		return Interval{Low: i.Low.percent(base, least), High: i.High.percent(base, most)}
	case base.High.Value.Sign() < 0:
		// Mirrored at zero: (a - b) / |b| = -((-a) - (-b)) / |-b|.
		mirrored := i.mirror().PercentOf(base.mirror())
		return mirrored.mirror()
	default:
		return Interval{}
	}
}

// least and most say which of two results is looked for.
const (
	least = -1
	most  = 1
)

// percent is the end of (a - b) / b × 100 for an end a, over both ends b of a base above
// zero: a quotient by a positive number grows or falls all the way, so its extremes are at
// the ends.
func (e *End) percent(base Interval, which int) *End {
	if e == nil {
		return nil
	}
	low, high := e.percentOf(base.Low), e.percentOf(base.High)
	switch order := low.Value.Cmp(high.Value) * which; {
	case order > 0:
		return low
	case order < 0:
		return high
	default: // of zero, or of one number, all of the base have the same result
		return &End{Value: low.Value, Inclusive: e.Inclusive}
	}
}

func (e *End) percentOf(b *End) *End {
	quotient := new(big.Rat).Quo(new(big.Rat).Sub(e.Value, b.Value), b.Value)
	return &End{Value: quotient.Mul(quotient, big.NewRat(100, 1)), Inclusive: e.Inclusive && b.Inclusive}
}

// mirror is the interval of the negative numbers.
func (i Interval) mirror() Interval { return Interval{Low: i.High.negative(), High: i.Low.negative()} }

func (e *End) negative() *End {
	if e == nil {
		return nil
	}
	return &End{Value: new(big.Rat).Neg(e.Value), Inclusive: e.Inclusive}
}
