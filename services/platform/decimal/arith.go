package decimal

import (
	"math/big"

	"github.com/cockroachdb/apd/v3"
)

// rounding is how every computed result is rounded: to MaxDigits significant digits, half to even. Its own exponent
// limits are far outside ours, so range is judged once, in build.
func rounding() *apd.Context {
	c := apd.BaseContext.WithPrecision(MaxDigits)
	c.Rounding = apd.RoundHalfEven
	return c
}

type operation func(c *apd.Context, result, x, y *apd.Decimal) (apd.Condition, error)

func apply(op operation, x, y Decimal) (Decimal, bool, error) {
	result := new(apd.Decimal)
	condition, err := op(rounding(), result, x.apd(), y.apd())
	if err != nil {
		return Decimal{}, false, refuse(ExponentOutOfRange, "the result cannot be computed: %v", err)
	}
	p := parts{negative: result.Negative, exponent: int(result.Exponent)}
	if result.Coeff.Sign() != 0 {
		p.digits = result.Coeff.String()
	} else { // zero is in range, however many places it has
		p.exponent = max(-MaxExponent, min(MaxExponent, p.exponent))
	}
	d, err := build(p)
	return d, condition.Inexact(), err
}

// Add returns d + e, rounded half to even to MaxDigits if it must be; inexact says whether digits were lost. The error is a
// *ParseError with ExponentOutOfRange.
func (d Decimal) Add(e Decimal) (sum Decimal, inexact bool, err error) {
	return apply((*apd.Context).Add, d, e)
}

// Sub returns d − e under the rules of Add.
func (d Decimal) Sub(e Decimal) (difference Decimal, inexact bool, err error) {
	return apply((*apd.Context).Sub, d, e)
}

// Mul returns d × e under the rules of Add.
func (d Decimal) Mul(e Decimal) (product Decimal, inexact bool, err error) {
	return apply((*apd.Context).Mul, d, e)
}

// Quo returns d ÷ e under the rules of Add, without trailing zeros; ErrDivisionByZero if e is zero. A chain of
// operations is better done on Rat values and rounded once by FromRat.
func (d Decimal) Quo(e Decimal) (quotient Decimal, inexact bool, err error) {
	if e.IsZero() {
		return Decimal{}, false, ErrDivisionByZero
	}
	return FromRat(new(big.Rat).Quo(d.Rat(), e.Rat()))
}

// Neg returns −d in the same printed form.
func (d Decimal) Neg() Decimal {
	switch d.Sign() {
	case 0:
		return d
	case -1:
		return Decimal{text: d.text[1:]}
	default:
		return Decimal{text: "-" + d.text}
	}
}

// Abs returns d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Scale10 returns d × 10^n, always exact ("860 billion" is 860 scaled by 9). The error is a *ParseError with
// ExponentOutOfRange.
func (d Decimal) Scale10(n int) (Decimal, error) {
	if n == 0 {
		return d, nil
	}
	p := d.split()
	p.exponent += max(-exponentCap, min(exponentCap, n))
	return build(p)
}

// Reduce returns the same number without trailing zeros after the point and in the notation of computed results:
// 1.10 → 1.1, 1E+3 → 1000.
func (d Decimal) Reduce() Decimal {
	p := d.split()
	if p.digits == "" {
		return Decimal{}
	}
	reduced, err := build(p.reduced())
	if err != nil { // cannot happen: the number was within the limits and has fewer digits now
		return d
	}
	return reduced
}

// Quantize returns d with exactly places digits after the point, rounded half to even; inexact says whether digits
// other than zero were lost. The error is a *ParseError with TooManyDigits if that many digits do not fit.
func (d Decimal) Quantize(places int) (result Decimal, inexact bool, err error) {
	places = max(0, min(MaxExponent, places))
	p := d.split()
	shift := p.exponent + places
	coefficient := p.coefficient()
	if shift >= 0 {
		coefficient.Mul(coefficient, Pow10(shift))
	} else {
		coefficient, inexact = divideHalfEven(coefficient, Pow10(-shift))
	}
	result, err = build(partsOf(coefficient, -places))
	return result, inexact, err
}
