package decimal

import (
	"math/big"
	"strconv"
	"strings"
)

// Rat returns the number as an exact fraction. It is fresh: the caller may change it.
func (d Decimal) Rat() *big.Rat {
	p := d.split()
	if p.exponent >= 0 {
		return new(big.Rat).SetInt(new(big.Int).Mul(p.coefficient(), Pow10(p.exponent)))
	}
	return new(big.Rat).SetFrac(p.coefficient(), Pow10(-p.exponent))
}

// Coefficient returns the number as an integer times a power of ten, without making a fraction of it. The integer is fresh.
func (d Decimal) Coefficient() (integer *big.Int, exponent int) {
	p := d.split()
	if p.digits == "" {
		return new(big.Int), p.exponent
	}
	if len(p.digits) <= wordDigits {
		n, _ := strconv.ParseInt(p.digits, 10, 64) // digits only
		if p.negative {
			n = -n
		}
		return big.NewInt(n), p.exponent
	}
	return p.coefficient(), p.exponent
}

// wordDigits is how many digits always fit an int64.
const wordDigits = 18

// FromRat returns r rounded half to even to MaxDigits significant digits, without trailing zeros; inexact says whether
// digits were lost. The error is a *ParseError with ExponentOutOfRange.
func FromRat(r *big.Rat) (result Decimal, inexact bool, err error) {
	return FromFraction(r.Num(), r.Denom(), 0)
}

// FromFraction is FromRat of numerator ÷ denominator × 10^exponent. The denominator must be above zero; neither is changed, and they
// need not be in lowest terms.
func FromFraction(numerator, denominator *big.Int, exponent int) (result Decimal, inexact bool, err error) {
	if numerator.Sign() == 0 {
		return Decimal{}, false, nil
	}
	// The quotient lies between 2^(bits-1) and 2^(bits+1), so that its first digit is at power or the place before.
	bits := numerator.BitLen() - denominator.BitLen()
	power := floorLog10(bits - 1)
	if at := power + exponent; at > 2*MaxExponent || at < -2*MaxExponent {
		return Decimal{}, false, refuse(ExponentOutOfRange, "the result is outside 1E-%d to 1E+%d", MaxExponent, MaxExponent+1)
	}
	shift := MaxDigits - 1 - power
	scaled := new(big.Int).Abs(numerator)
	if shift >= 0 {
		scaled.Mul(scaled, Pow10(shift))
	} else {
		denominator = new(big.Int).Mul(denominator, Pow10(-shift))
	}
	coefficient, remainder := scaled.QuoRem(scaled, denominator, new(big.Int))
	if coefficient.CmpAbs(Pow10(MaxDigits)) < 0 {
		inexact = roundHalfEven(coefficient, remainder, denominator)
	} else { // one digit more
		inexact = dropDigit(coefficient, remainder.Sign() != 0)
		shift--
	}
	p := partsOf(coefficient, exponent-shift).reduced() // also turns a carry to 10^MaxDigits into a single 1
	p.negative = numerator.Sign() < 0
	result, err = build(p)
	return result, inexact, err
}

// floorLog10 returns the power of ten at or below 2^bits, or the one before it.
func floorLog10(bits int) int {
	const digits, places = 30_102_999, 100_000_000 // the logarithm of two is between this and one more in the last place
	if bits >= 0 {
		return bits * digits / places
	}
	return -((-bits*(digits+1) + places - 1) / places)
}

// divideHalfEven returns a/b rounded half to even, for b > 0, and whether that lost anything.
func divideHalfEven(a, b *big.Int) (quotient *big.Int, inexact bool) {
	quotient, remainder := new(big.Int).Abs(a), new(big.Int)
	quotient.QuoRem(quotient, b, remainder)
	inexact = roundHalfEven(quotient, remainder, b)
	if a.Sign() < 0 {
		quotient.Neg(quotient)
	}
	return quotient, inexact
}

// roundHalfEven rounds a quotient of numbers that are not negative by its remainder and says whether that lost anything.
func roundHalfEven(quotient, remainder, divisor *big.Int) (inexact bool) {
	if remainder.Sign() == 0 {
		return false
	}
	if c := remainder.Lsh(remainder, 1).Cmp(divisor); c > 0 || c == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, one)
	}
	return true
}

// dropDigit rounds the last digit away; more says that others follow it. It says whether that lost anything.
func dropDigit(n *big.Int, more bool) (inexact bool) {
	digit := new(big.Int)
	n.QuoRem(n, ten, digit)
	last := digit.Int64()
	if last > 5 || last == 5 && (more || n.Bit(0) == 1) {
		n.Add(n, one)
	}
	return last != 0 || more
}

var one, ten = big.NewInt(1), big.NewInt(10)

// powers are the powers of ten that are needed most.
var powers = func() (all [128]*big.Int) {
	all[0] = big.NewInt(1)
	for i := 1; i < len(all); i++ {
		all[i] = new(big.Int).Mul(all[i-1], ten)
	}
	return all
}()

// Pow10 returns 10^n, which must not be changed. n is not below 0.
func Pow10(n int) *big.Int {
	if n < len(powers) {
		return powers[n]
	}
	return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil)
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
