package query

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
)

// row is an observation on its way through the steps. What it points to is not changed before the last one.
type row struct {
	o *domain.Observation
	// numbers are those of o where a step needed or made them.
	numbers *numbers
	// made says that a step computed them, so that they replace those of o.
	made bool
	// faults are why numbers that there are, of the oldest figure first, could not be converted. They count only if the row is answered.
	faults []*noRate
	// own says that o was made for this row, so that the last step may write into it.
	own bool
}

// says returns the numbers of the row.
func (r *row) says() *numbers {
	if r.numbers == nil {
		r.numbers = numbersOf(r.o)
	}
	return r.numbers
}

// hasNumber reports whether there is any number or bound, if only it could be converted.
func (r *row) hasNumber() bool {
	if len(r.faults) > 0 {
		return true
	}
	if r.numbers != nil {
		return r.numbers.kind != domain.NoValue
	}
	return numbered(r.o)
}

// numbered reports whether an observation has a number or a bound, multiplied out: an amount in an unresolved currency has none.
func numbered(o *domain.Observation) bool {
	n := &o.Normalized
	return o.Kind != domain.NoValue && (n.Value != nil || n.Values != nil || n.Lower != nil || n.Upper != nil)
}

// finish rounds what was computed.
func (r *row) finish(places *int) *domain.Observation {
	if !r.made {
		return r.o
	}
	o := r.o
	if !r.own {
		fresh := *o
		o = &fresh
	}
	r.numbers.write(o, places)
	return o
}

// source is the id of the row's source.
func (r *row) source() string {
	if r.o.About == nil {
		return ""
	}
	return r.o.About.Source.ID
}
