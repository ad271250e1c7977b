package query

import (
	"math/big"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// direction says to which side a number is rounded.
type direction int

const (
	halfEven direction = iota
	down
	up
)

// rounded returns r with so many digits after the point or, if places is nil or asks for more, 38 significant digits. inexact says whether
// digits were lost; the error is that of a number beyond 1E±400.
func rounded(r *fraction, places *int, to direction) (result decimal.Decimal, inexact bool, err error) {
	if places != nil {
		// A number of more than 38 digits falls through.
		if result, inexact, err := atPlace(r, -*places, to); err == nil {
			return result, inexact, nil
		}
	}
	result, inexact, err = decimal.FromFraction(r.num, orOne(r.den), r.exp)
	if err != nil || !inexact || to == halfEven {
		return result, inexact, err
	}
	difference := fractionOf(result).Cmp(r)
	if to == down && difference > 0 || to == up && difference < 0 {
		place := lastPlace(result)
		if result, _, err = atPlace(r, place, to); err != nil { // carried to a 39th digit, which is a zero
			result, _, err = atPlace(r, place+1, to)
		}
	}
	return result, true, err
}

// lastPlace is the power of ten of the 38th significant digit.
func lastPlace(d decimal.Decimal) int {
	digits, exponent := d.Coefficient()
	return exponent + len(digits.Abs(digits).String()) - decimal.MaxDigits
}

// atPlace rounds r to a multiple of 10^place.
func atPlace(r *fraction, place int, to direction) (result decimal.Decimal, inexact bool, err error) {
	numerator, denominator := r.num, orOne(r.den)
	if shift := r.exp - place; shift >= 0 {
		numerator = times(numerator, power(shift))
	} else {
		denominator = times(denominator, power(-shift))
	}
	quotient, remainder := new(big.Int).DivMod(numerator, denominator, new(big.Int)) // the remainder is never negative
	if remainder.Sign() != 0 {
		inexact = true
		twice := remainder.Lsh(remainder, 1).Cmp(denominator)
		if to == up || to == halfEven && (twice > 0 || twice == 0 && quotient.Bit(0) == 1) {
			quotient.Add(quotient, big.NewInt(1))
		}
	}
	if result, err = decimal.Parse(quotient.String()); err == nil {
		result, err = result.Scale10(place)
	}
	return result, inexact, err
}
