package query

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
)

// numbers are what an observation says, as fractions.
type numbers struct {
	kind    domain.ValueKind // NoValue: nothing is known
	within  interval         // of all kinds but List and NoValue
	list    []*fraction
	unit    units.Unit
	inexact bool // whether digits were lost before
	about   bool // whether the source itself says "about"
}

// none are the numbers of a result that cannot be had.
func none(unit units.Unit) *numbers { return &numbers{kind: domain.NoValue, unit: unit} }

// known reports whether there is a number, or a bound of one, to compute with. Changes are not compared with what is none, and a list is
// not one number.
func (n *numbers) known() bool {
	return n != nil && n.kind != domain.NoValue && n.kind != domain.List && n.kind != domain.KindChange
}

// computed are the numbers of a result that may be within an interval.
func computed(within interval, unit units.Unit, of ...*numbers) *numbers {
	n := &numbers{kind: kindOf(within), within: within, unit: unit}
	for _, input := range of {
		n.inexact, n.about = n.inexact || input.inexact, n.about || input.about
	}
	return n
}

// kindOf is the kind of what lies within an interval.
func kindOf(i interval) domain.ValueKind {
	switch {
	case i.isPoint():
		return domain.Point
	case i.low != nil && i.high != nil:
		return domain.Range
	case i.low != nil:
		return domain.LowerBound
	case i.high != nil:
		return domain.UpperBound
	default:
		return domain.NoValue
	}
}

// numbersOf reads what an observation says in its base unit.
func numbersOf(o *domain.Observation) *numbers {
	n := o.Normalized
	return read(o, n.Value, n.Values, n.Lower, n.Upper, n.Unit, n.Inexact, nil)
}

// read makes numbers of what stands in an observation, multiplied by factor; nil: by 1.
func read(
	o *domain.Observation, value *decimal.Decimal, values []decimal.Decimal, lower, upper *domain.Bound, unit units.Unit, inexact bool,
	factor *fraction,
) *numbers {
	times := func(d decimal.Decimal) *fraction {
		f := fractionOf(d)
		if factor != nil {
			f = f.times(factor)
		}
		return f
	}
	n := &numbers{kind: o.Kind, unit: unit, inexact: inexact, about: o.Approximator == domain.Around}
	switch {
	case o.Kind == domain.NoValue:
	case o.Kind == domain.List:
		for _, d := range values {
			n.list = append(n.list, times(d))
		}
	case value != nil:
		n.within = exactly(times(*value))
	case lower == nil && upper == nil: // amounts of an unresolved currency are not multiplied out
		n.kind = domain.NoValue
	default:
		if lower != nil {
			n.within.low, n.within.lowIn = times(lower.Value), lower.Inclusive
		}
		if upper != nil {
			n.within.high, n.within.highIn = times(upper.Value), upper.Inclusive
		}
	}
	return n
}

// scaled returns the numbers times a number above zero, in another unit.
func (n *numbers) scaled(by *fraction, unit units.Unit) *numbers {
	s := *n
	s.unit, s.within, s.list = unit, n.within.scaled(by), nil
	for _, r := range n.list {
		s.list = append(s.list, r.times(by))
	}
	return &s
}

// write puts the numbers into an observation, rounded. Bounds are rounded away from what they enclose, so that they still hold it.
func (n *numbers) write(o *domain.Observation, places *int) {
	o.Kind, o.Approximator, o.RoundingInterval = n.kind, approximator(n, o.Approximator), nil
	o.Normalized = domain.Normalized{Unit: n.unit, Inexact: n.inexact}
	w := writer{into: &o.Normalized, places: places}
	switch {
	case n.kind == domain.NoValue:
	case n.kind == domain.List:
		for _, r := range n.list {
			o.Normalized.Values = append(o.Normalized.Values, *w.round(r, halfEven))
		}
	case n.within.isPoint():
		o.Normalized.Value = w.round(n.within.low, halfEven)
	default:
		o.Normalized.Lower = w.bound(n.within.low, n.within.lowIn, down)
		o.Normalized.Upper = w.bound(n.within.high, n.within.highIn, up)
	}
	if w.err != nil { // a number beyond 1E±400 cannot be written, so there is none
		o.Kind, o.Approximator, o.Normalized = domain.NoValue, "", domain.Normalized{Unit: n.unit}
	}
	if o.Kind != domain.NoValue {
		o.Missing = ""
	}
}

// approximator is the hedge of computed numbers: what hedges bound stands in the bounds.
func approximator(n *numbers, own domain.Approximator) domain.Approximator {
	switch {
	case n.kind == domain.NoValue:
		return ""
	case n.about:
		return domain.Around
	case own == domain.Around:
		return ""
	default:
		return own
	}
}

// writer rounds numbers into an observation.
type writer struct {
	into   *domain.Normalized
	places *int
	err    error
}

func (w *writer) round(r *fraction, to direction) *decimal.Decimal {
	d, inexact, err := rounded(r, w.places, to)
	w.into.Inexact = w.into.Inexact || inexact
	if err != nil {
		w.err = err
	}
	return &d
}

func (w *writer) bound(r *fraction, in bool, to direction) *domain.Bound {
	if r == nil {
		return nil
	}
	return &domain.Bound{Value: *w.round(r, to), Inclusive: in}
}
