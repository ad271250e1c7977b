package query

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
)

// percent is the unit of what is compared with a hundred.
var percent = units.Unit{System: units.UCUM, Code: "%"}

// hundred makes percents of ratios, minusOne changes of them.
var hundred, minusOne = whole(100), exactly(whole(-1))

// TransformedUnit is the unit of transformed numbers where it is another than the observations' own.
func (p *Plan) TransformedUnit() (unit units.Unit, another bool) {
	another = p.Transform == PercentChange || p.Transform == YearPercentChange || p.Transform == Index
	return percent, another
}

// place is where a number stands on the line of its source.
type place struct {
	source string
	slot   int
}

// transform replaces numbers by what is computed of them and those of another period. others are all rows that may be compared with, those
// of the answer too.
func (p *Plan) transform(frequency string, rows, others []row) []row {
	switch {
	case !p.transforms():
		return rows
	case p.Transform == Index:
		return p.index(rows)
	}
	at := make(map[place]*row, len(others))
	put := func(list []row) {
		for i := range list {
			r := &list[i]
			if slot, regular := slotOf(frequency, r.o.Period); regular && r.o.Kind != domain.KindChange {
				at[place{r.source(), slot}] = r
			}
		}
	}
	put(others)
	if p.Fill != "" {
		put(rows) // those that fill gaps, too
	}
	transformed := make([]row, len(rows))
	for i := range rows {
		slot, regular := slotOf(frequency, rows[i].o.Period)
		if regular {
			slot, regular = p.basis(frequency, slot)
		}
		var base *row
		if regular {
			base = at[place{rows[i].source(), slot}]
		}
		transformed[i] = p.compared(&rows[i], base)
	}
	return transformed
}

// basis is the slot that a number is compared with.
func (p *Plan) basis(frequency string, slot int) (int, bool) {
	if p.Transform == YearChange || p.Transform == YearPercentChange {
		return yearBefore(frequency, slot)
	}
	return slot - stepOf(frequency), true
}

// compared is a row with the change since base; without a number if one of the two has none.
func (p *Plan) compared(r, base *row) row {
	o := *r.o
	o.Approximator = ""
	result := row{o: &o, made: true, own: true, faults: r.faults}
	if base == nil {
		result.numbers = none(p.unitOf(r))
		return result
	}
	standOn(&o, base.o)
	switch x, y := r.says(), base.says(); {
	case !x.known() || !y.known() || x.unit != y.unit || !o.Period.Dated():
		result.numbers = none(p.unitOf(r))
	case r == base: // of an index: whatever the number is, it is a hundred percent of itself
		result.numbers = computed(exactly(hundred), percent)
	default:
		result.numbers = p.change(x, y)
	}
	return result
}

// change is what a transform makes of two numbers of one unit.
func (p *Plan) change(x, y *numbers) *numbers {
	var n *numbers
	if p.Transform == Change || p.Transform == YearChange {
		n = computed(x.within.minus(y.within), x.unit, x, y)
	} else {
		ratio, ok := x.within.over(y.within)
		if !ok {
			return none(percent)
		}
		if p.Transform == Index {
			return computed(ratio.scaled(hundred), percent, x, y)
		}
		n = computed(ratio.plus(minusOne).scaled(hundred), percent, x, y)
	}
	if n.kind != domain.NoValue {
		n.kind = domain.KindChange
	}
	return n
}

// unitOf is the unit of the transformed numbers of a row.
func (p *Plan) unitOf(r *row) units.Unit {
	if unit, another := p.TransformedUnit(); another {
		return unit
	}
	return r.says().unit
}

// index sets every number beside the first one of its source.
func (p *Plan) index(rows []row) []row {
	bases := map[string]*row{}
	for i := range rows {
		r := &rows[i]
		if _, known := bases[r.source()]; !known && r.o.Period.Dated() && r.says().known() {
			bases[r.source()] = r
		}
	}
	indexed := make([]row, len(rows))
	for i := range rows {
		indexed[i] = p.compared(&rows[i], bases[rows[i].source()])
	}
	return indexed
}
