package domain

import (
	"math/big"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
)

// Rate is the exchange rate that a source asserts by printing one amount in two currencies, in units of To for one of From.
type Rate struct {
	From string   `json:"from"`
	To   string   `json:"to"`
	Rate Fraction `json:"rate"`
	// Low and High bound the rates at which both amounts round to what is printed.
	Low  Fraction `json:"low"`
	High Fraction `json:"high"`
}

// Fraction is a fraction in lowest terms: two integers, the denominator positive.
type Fraction struct {
	Numerator   decimal.Decimal `json:"numerator"`
	Denominator decimal.Decimal `json:"denominator"`
}

// NewFraction returns r as a fraction; ok is false if a term has more digits than a Decimal holds.
func NewFraction(r *big.Rat) (f Fraction, ok bool) {
	num, err := decimal.Parse(r.Num().String())
	if err != nil {
		return Fraction{}, false
	}
	den, err := decimal.Parse(r.Denom().String())
	return Fraction{Numerator: num, Denominator: den}, err == nil
}

// Rat returns the fraction as a number.
func (f Fraction) Rat() *big.Rat {
	return new(big.Rat).Quo(f.Numerator.Rat(), f.Denominator.Rat())
}

// rateOf returns the rate between the figure's amount and an alternate's: nil if one of them is no currency or is zero, or if the exact
// fraction has more than 38 digits, since half a rate would be none.
func (f *Figure) rateOf(a Alternate) *Rate {
	if f.Unit.System != units.ISO4217 || a.Unit.System != units.ISO4217 || f.Value == nil || f.Value.IsZero() || a.Value.IsZero() {
		return nil
	}
	from, ok := amountOf(*f.Value, f.UnitMult, f.Reported)
	if !ok {
		return nil
	}
	to, ok := amountOf(a.Value, a.UnitMult, a.Reported)
	if !ok {
		return nil
	}
	low, high := extremes(from, to)
	rate := &Rate{From: f.Unit.Code, To: a.Unit.Code}
	for _, term := range []struct {
		into  *Fraction
		value *big.Rat
	}{{&rate.Rate, new(big.Rat).Quo(to.value, from.value)}, {&rate.Low, low}, {&rate.High, high}} {
		if *term.into, ok = NewFraction(term.value); !ok {
			return nil
		}
	}
	return rate
}

// amount is a printed amount with the interval of numbers that print so.
type amount struct{ value, low, high *big.Rat }

// amountOf takes the interval from the number of digits printed: all digits count, since the question is which numbers print alike.
func amountOf(value decimal.Decimal, mult int, r *Reported) (amount, bool) {
	printed := significance(r)
	if printed == nil {
		printed = significance(&Reported{Value: &value})
	}
	if printed == nil {
		return amount{}, false
	}
	low, high, err := decimal.RoundingInterval(value, printed.Max)
	if err != nil {
		return amount{}, false
	}
	scale := tenTo(mult)
	a := amount{value: value.Rat(), low: low.Rat(), high: high.Rat()}
	for _, r := range []*big.Rat{a.value, a.low, a.high} {
		r.Mul(r, scale)
	}
	return a, true
}

// extremes returns the least and the greatest quotient to/from. Neither interval contains zero: half a unit of the last place is less
// than a number that is not zero.
func extremes(from, to amount) (low, high *big.Rat) {
	for _, numerator := range []*big.Rat{to.low, to.high} {
		for _, denominator := range []*big.Rat{from.low, from.high} {
			q := new(big.Rat).Quo(numerator, denominator)
			if low == nil || q.Cmp(low) < 0 {
				low = q
			}
			if high == nil || q.Cmp(high) > 0 {
				high = q
			}
		}
	}
	return low, high
}
