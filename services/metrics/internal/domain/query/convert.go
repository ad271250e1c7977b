package query

import (
	"math/big"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// converter converts the observations of a series to the unit of a plan.
type converter struct {
	plan      *Plan
	frequency string
	target    units.Resolved
	factors   map[units.Unit]*fraction // by which amounts in a unit are multiplied; nil: not at all
}

// convert converts all rows that can be; those of another kind of unit, such as a change in percent, stay as they are.
func (p *Plan) convert(frequency string, rows []row) error {
	if p.transforms() || p.aggregates(frequency) {
		p.unrounded(rows)
	}
	if p.Unit == nil {
		return nil
	}
	c := converter{plan: p, frequency: frequency, target: *p.Unit, factors: map[units.Unit]*fraction{}}
	for i := range rows {
		var err error
		if p.Unit.IsCurrency() {
			err = c.amount(&rows[i])
		} else {
			c.measure(&rows[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unrounded takes what was rounded when it was multiplied out as it was written, to compute with: a difference would have fewer digits.
func (p *Plan) unrounded(rows []row) {
	for i := range rows {
		o := rows[i].o
		if base, err := units.Resolve(o.Normalized.Unit); err == nil && o.Normalized.Inexact {
			converter{plan: p, target: base}.asWritten(&rows[i])
		}
	}
}

// measure converts by the definition of units. What was written in the unit that is asked for is taken from there, digit for digit.
func (c converter) measure(r *row) {
	o := r.o
	own := o.Normalized.Unit
	if own == c.target.Unit {
		return
	}
	factor, known := c.factors[own]
	if !known {
		if unit, err := units.Resolve(own); err == nil && unit.Compatible(c.target) {
			factor = fractionFrom(unit.Factor()).over(fractionFrom(c.target.Factor()))
		}
		c.factors[own] = factor
	}
	if factor == nil {
		return
	}
	if o.Kind == domain.NoValue {
		r.numbers, r.made = none(c.target.Unit), true
		return
	}
	if c.asWritten(r) {
		return
	}
	n := o.Normalized
	r.numbers, r.made = read(o, n.Value, n.Values, n.Lower, n.Upper, c.target.Unit, n.Inexact, factor), true
}

// asWritten takes the numbers as they were written, if that is in the unit asked for, or if they were rounded since.
func (c converter) asWritten(r *row) bool {
	about, w := r.o.About, r.o.Written
	if about == nil || w.Value == nil && w.Values == nil && w.Lower == nil && w.Upper == nil {
		return false
	}
	same := about.Unit == c.target.Unit
	if !same && !r.o.Normalized.Inexact {
		return false
	}
	unit, err := units.Resolve(about.Unit)
	if err != nil {
		return false
	}
	factor := fractionFrom(unit.Factor())
	if same {
		factor = whole(1)
	} else {
		factor = factor.over(fractionFrom(c.target.Factor()))
	}
	factor = &fraction{num: factor.num, den: factor.den, exp: factor.exp + about.UnitMult}
	r.numbers, r.made = read(r.o, w.Value, w.Values, w.Lower, w.Upper, c.target.Unit, false, factor), true
	return true
}

// amount converts money.
func (c converter) amount(r *row) error {
	own := r.o.Normalized.Unit
	if own.System != units.ISO4217 || own.Code == c.target.Unit.Code || r.o.Kind == domain.NoValue {
		return nil
	}
	switch c.plan.Basis {
	case domain.ArticleBasis:
		c.byArticle(r)
		return nil
	case domain.ReferenceBasis:
		c.byReference(r)
		return nil
	default:
		return errs.Invalid("rate_basis", "RATE_BASIS_REQUIRED",
			"figures/%s is in %s: converting it to %s takes a rate, and rate_basis says whose", r.o.Figure, own.Code, c.target.Unit.Code)
	}
}

// byArticle answers the amount that the source itself prints in the currency. A currency is its own base unit: it was not rounded when it was
// multiplied out.
func (c converter) byArticle(r *row) {
	if r.o.Kind != domain.Point || r.o.About == nil {
		return
	}
	for _, a := range r.o.About.Alternates {
		if a.Normalized.Unit != c.target.Unit || a.Normalized.Value == nil || a.Rate == nil {
			continue
		}
		n := &numbers{
			kind: domain.Point, within: exactly(fractionOf(*a.Normalized.Value)), unit: c.target.Unit,
			about: r.o.Approximator == domain.Around,
		}
		r.converted(n, domain.Conversion{
			Basis: domain.ArticleBasis, Rate: a.Rate.Rate, Figure: r.o.Figure, Revision: r.o.Revision, Period: r.o.Period,
			From: a.Rate.From, To: a.Rate.To,
		})
		return
	}
}

// byReference converts by the rate of the same period.
func (c converter) byReference(r *row) {
	from, to := r.o.Normalized.Unit.Code, c.target.Unit
	var rate Rate
	found := false
	if c.plan.Rates != nil {
		rate, found = c.plan.Rates.Rate(from, c.frequency, r.o.Period)
	}
	if !found {
		r.numbers, r.made = none(r.o.Normalized.Unit), true
		r.faults = []*noRate{{from: from, to: to.Code, frequency: c.frequency, period: wordsOf(r.o.Period), figure: r.o.Figure}}
		return
	}
	fraction, exact := domain.NewFraction(rate.Value)
	value := rate.Value
	if !exact { // more digits than can be said: the rate that is said is the one that counts
		var ok bool
		if fraction, ok = nearFraction(value); !ok {
			r.numbers, r.made = none(r.o.Normalized.Unit), true
			return
		}
		value = fraction.Rat()
	}
	n := r.says().scaled(fractionFrom(value), to)
	n.inexact = n.inexact || !exact
	r.converted(n, domain.Conversion{
		Basis: domain.ReferenceBasis, Rate: fraction, Figure: rate.Figure, Revision: rate.Revision, Period: rate.Period,
		CrossFigure: rate.CrossFigure, CrossRevision: rate.CrossRevision, From: from, To: to.Code,
	})
}

// converted puts converted numbers into a row, labelled.
func (r *row) converted(n *numbers, by domain.Conversion) {
	o := *r.o
	o.Conversion = &by
	r.o, r.numbers, r.made = &o, n, true
}

// nearFraction is a rate rounded to 38 digits, as a fraction.
func nearFraction(r *big.Rat) (domain.Fraction, bool) {
	d, _, err := decimal.FromRat(r)
	if err != nil {
		return domain.Fraction{}, false
	}
	places := d.Places()
	numerator, err := d.Scale10(places)
	if err != nil {
		return domain.Fraction{}, false
	}
	denominator, err := decimal.FromInt64(1).Scale10(places)
	return domain.Fraction{Numerator: numerator, Denominator: denominator}, err == nil
}
