package interval

import (
	"math/big"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// Floor is the greatest decimal with so many digits after the point that is not above the
// number; Ceil the least that is not below it. A number of more than 38 significant digits
// has fewer of them. The error is that of a number beyond the exponents of decimals.
func Floor(value *big.Rat, places int) (decimal.Decimal, error) { return outwards(value, places, -1) }

// Ceil is described at Floor.
func Ceil(value *big.Rat, places int) (decimal.Decimal, error) { return outwards(value, places, 1) }

func outwards(value *big.Rat, places, sign int) (decimal.Decimal, error) {
	for ; ; places-- {
		scaled := new(big.Rat).Mul(value, power(places))
		whole, rest := new(big.Int).DivMod(scaled.Num(), scaled.Denom(), new(big.Int)) // rounds down
		if sign > 0 && rest.Sign() != 0 {
			whole.Add(whole, big.NewInt(1))
		}
		rounded, inexact, err := decimal.FromRat(new(big.Rat).Quo(new(big.Rat).SetInt(whole), power(places)))
		if err != nil || !inexact {
			return rounded, err
		}
	}
}

// power is 10 to the n.
func power(n int) *big.Rat {
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), decimal.Pow10(-n))
	}
	return new(big.Rat).SetInt(decimal.Pow10(n))
}
