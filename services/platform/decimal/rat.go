package decimal

import (
	"math/big"
	"strings"
)

// maxBitDifference is a cheap bound on the size of a quotient: 10^±401 has about 1332 binary digits.
const maxBitDifference = 1400

// Rat returns the number as an exact fraction. It is fresh: the caller may change it.
func (d Decimal) Rat() *big.Rat {
	p := d.split()
	if p.exponent >= 0 {
		return new(big.Rat).SetInt(new(big.Int).Mul(p.coefficient(), pow10(p.exponent)))
	}
	return new(big.Rat).SetFrac(p.coefficient(), pow10(-p.exponent))
}

// FromRat returns r rounded half to even to MaxDigits significant digits, without trailing zeros; inexact says whether
// digits were lost. The error is a *ParseError with ExponentOutOfRange.
func FromRat(r *big.Rat) (result Decimal, inexact bool, err error) {
	if r.Sign() == 0 {
		return Decimal{}, false, nil
	}
	numerator, denominator := new(big.Int).Abs(r.Num()), r.Denom()
	if diff := numerator.BitLen() - denominator.BitLen(); diff > maxBitDifference || diff < -maxBitDifference {
		return Decimal{}, false, refuse(ExponentOutOfRange, "the result is outside 1E-%d to 1E+%d", MaxExponent, MaxExponent+1)
	}
	exponent := floorLog10(numerator, denominator) - MaxDigits + 1
	if exponent < 0 {
		numerator.Mul(numerator, pow10(-exponent))
	} else {
		denominator = new(big.Int).Mul(denominator, pow10(exponent))
	}
	coefficient, inexact := divideHalfEven(numerator, denominator)
	p := partsOf(coefficient, exponent).reduced() // also turns a carry to 10^MaxDigits into a single 1
	p.negative = r.Sign() < 0
	result, err = build(p)
	return result, inexact, err
}

// floorLog10 returns the greatest n with 10^n ≤ numerator/denominator, both positive.
func floorLog10(numerator, denominator *big.Int) int {
	n := len(numerator.String()) - len(denominator.String())
	// The quotient lies in (10^(n-1), 10^(n+1)): one comparison decides.
	left, right := numerator, denominator
	if n >= 0 {
		right = new(big.Int).Mul(denominator, pow10(n))
	} else {
		left = new(big.Int).Mul(numerator, pow10(-n))
	}
	if left.Cmp(right) < 0 {
		return n - 1
	}
	return n
}

// divideHalfEven returns a/b rounded half to even, for b > 0, and whether that lost anything.
func divideHalfEven(a, b *big.Int) (quotient *big.Int, inexact bool) {
	quotient, remainder := new(big.Int).QuoRem(a, b, new(big.Int))
	if remainder.Sign() == 0 {
		return quotient, false
	}
	twice := new(big.Int).Abs(remainder)
	twice.Lsh(twice, 1)
	if c := twice.Cmp(b); c > 0 || c == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(int64(a.Sign())))
	}
	return quotient, true
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func partsOf(coefficient *big.Int, exponent int) parts {
	p := parts{negative: coefficient.Sign() < 0, exponent: exponent}
	if coefficient.Sign() != 0 {
		p.digits = strings.TrimPrefix(coefficient.String(), "-")
	}
	return p
}

// reduced drops trailing zeros of the digits.
func (p parts) reduced() parts {
	trimmed := strings.TrimRight(p.digits, "0")
	p.exponent += len(p.digits) - len(trimmed)
	p.digits = trimmed
	return p
}
