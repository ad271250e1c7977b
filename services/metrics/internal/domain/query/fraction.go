package query

import (
	"math/big"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// fraction is an exact number: num ÷ den × 10^exp, den above zero, or 1 if it is nil. It is not kept in lowest terms: a query computes a few
// steps with each number and rounds once, and to reduce every step would cost more than all else. It is never changed.
type fraction struct {
	num *big.Int
	den *big.Int
	exp int
}

// reducedFrom is from how many bits of the denominator on a sum is reduced, so that long sums do not grow.
const reducedFrom = 512

func fractionOf(d decimal.Decimal) *fraction {
	num, exp := d.Coefficient()
	return &fraction{num: num, exp: exp}
}

func fractionFrom(r *big.Rat) *fraction {
	f := &fraction{num: r.Num(), den: r.Denom()}
	return f.tidy()
}

func whole(n int64) *fraction { return &fraction{num: big.NewInt(n)} }

// tidy drops a denominator of 1.
func (f *fraction) tidy() *fraction {
	if f.den != nil && f.den.IsInt64() && f.den.Int64() == 1 {
		f.den = nil
	}
	return f
}

// Sign returns -1, 0 or +1.
func (f *fraction) Sign() int { return f.num.Sign() }

// Cmp compares numbers.
func (f *fraction) Cmp(o *fraction) int {
	if s, t := f.Sign(), o.Sign(); s != t {
		return s - t
	}
	return f.minus(o).Sign()
}

func (f *fraction) negative() *fraction {
	return &fraction{num: new(big.Int).Neg(f.num), den: f.den, exp: f.exp}
}

func (f *fraction) plus(o *fraction) *fraction { return f.sum(o, false) }

func (f *fraction) minus(o *fraction) *fraction { return f.sum(o, true) }

// sum adds, or subtracts.
func (f *fraction) sum(o *fraction, subtract bool) *fraction {
	a, b, den := f.num, o.num, f.den
	if !sameInt(f.den, o.den) {
		a, b, den = times(a, o.den), times(b, f.den), times(orOne(f.den), o.den)
	}
	exp := min(f.exp, o.exp)
	a, b = times(a, power(f.exp-exp)), times(b, power(o.exp-exp))
	result := &fraction{num: new(big.Int), den: den, exp: exp}
	if subtract {
		result.num.Sub(a, b)
	} else {
		result.num.Add(a, b)
	}
	return result.reduced()
}

func (f *fraction) times(o *fraction) *fraction {
	result := &fraction{num: new(big.Int).Mul(f.num, o.num), den: o.den, exp: f.exp + o.exp}
	switch {
	case f.den != nil && o.den != nil:
		result.den = new(big.Int).Mul(f.den, o.den)
	case f.den != nil:
		result.den = f.den
	}
	return result.reduced()
}

// over divides by what is not zero.
func (f *fraction) over(o *fraction) *fraction {
	result := &fraction{num: f.num, den: o.num, exp: f.exp - o.exp}
	if !sameInt(f.den, o.den) {
		result.num, result.den = times(f.num, o.den), times(o.num, f.den)
	}
	if result.den.Sign() < 0 {
		result.num, result.den = new(big.Int).Neg(result.num), new(big.Int).Neg(result.den)
	}
	return result.reduced()
}

// reduced brings a fraction that grew into lowest terms.
func (f *fraction) reduced() *fraction {
	if f.den == nil || f.den.BitLen() < reducedFrom {
		return f
	}
	divisor := new(big.Int).GCD(nil, nil, new(big.Int).Abs(f.num), f.den)
	if divisor.Sign() == 0 || divisor.IsInt64() && divisor.Int64() == 1 {
		return f
	}
	reduced := &fraction{num: new(big.Int).Quo(f.num, divisor), den: new(big.Int).Quo(f.den, divisor), exp: f.exp}
	return reduced.tidy()
}

// times returns a × b; a nil b is 1.
func times(a, b *big.Int) *big.Int {
	if b == nil {
		return a
	}
	return new(big.Int).Mul(a, b)
}

// power returns 10^n, nil for 1.
func power(n int) *big.Int {
	if n == 0 {
		return nil
	}
	return decimal.Pow10(n)
}

func orOne(n *big.Int) *big.Int {
	if n == nil {
		return decimal.Pow10(0)
	}
	return n
}

func sameInt(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }
