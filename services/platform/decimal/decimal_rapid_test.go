package decimal_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// texts draws decimal texts within the limits, near each other often enough to collide.
func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		sign := rapid.SampledFrom([]string{"", "-", "+"}).Draw(t, "sign")
		digits := rapid.OneOf(rapid.StringMatching(`[0-9]{1,38}`), rapid.StringMatching(`[0-2]{1,4}0{0,3}`)).Draw(t, "digits")
		point := rapid.IntRange(0, len(digits)).Draw(t, "point")
		exponent := rapid.OneOf(rapid.IntRange(-3, 3), rapid.IntRange(-360, 360)).Draw(t, "exponent")
		return fmt.Sprintf("%s%s.%se%d", sign, digits[:point], digits[point:], exponent)
	})
}

func decimals() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal { return parse(t, texts().Draw(t, "text")) })
}

func TestPropertyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		d := parse(t, text)
		must.Equal(t, parse(t, d.String()), d)
		exact, ok := new(big.Rat).SetString(text) // math/big as an independent reading of the same text
		must.True(t, ok)
		must.Equal(t, d.Rat().Cmp(exact), 0)
	})
}

func TestPropertySortKeyOrdersLikeCmp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := decimals().Draw(t, "x"), decimals().Draw(t, "y")
		must.Equal(t, strings.Compare(x.SortKey(), y.SortKey()), x.Cmp(y))
		must.Equal(t, x.Cmp(y), x.Rat().Cmp(y.Rat()))
		must.True(t, len(x.SortKey()) <= 43)
	})
}

func TestPropertyEqualNumbersShareAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := decimals().Draw(t, "x")
		must.Equal(t, x.Reduce().SortKey(), x.SortKey())
		must.Equal(t, x.Reduce().Cmp(x), 0)
	})
}

func TestPropertyArithmeticIsRoundedRationalArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := decimals().Draw(t, "x"), decimals().Draw(t, "y")
		for name, c := range map[string]struct {
			got   func(decimal.Decimal) (decimal.Decimal, bool, error)
			exact *big.Rat
		}{
			"add": {x.Add, new(big.Rat).Add(x.Rat(), y.Rat())},
			"sub": {x.Sub, new(big.Rat).Sub(x.Rat(), y.Rat())},
			"mul": {x.Mul, new(big.Rat).Mul(x.Rat(), y.Rat())},
		} {
			got, inexact, err := c.got(y)
			want, wantInexact, wantErr := decimal.FromRat(c.exact)
			must.Equal(t, err == nil, wantErr == nil || got.IsZero() && err == nil)
			if err != nil {
				continue
			}
			must.Equal(t, got.Cmp(want), 0)
			must.True(t, inexact == wantInexact, "%s: inexact %t", name, inexact)
			must.True(t, inexact != (got.Rat().Cmp(c.exact) == 0), "%s: inexact %t but result %s", name, inexact, got)
		}
	})
}

func TestPropertyRoundingIntervalHoldsItsValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Map(rapid.StringMatching(`-?[1-9][0-9]{0,8}(\.[0-9]{1,6})?`), func(s string) decimal.Decimal { return parse(t, s) }).Draw(t, "x")
		digits := rapid.IntRange(1, 20).Draw(t, "digits")
		low, high, err := decimal.RoundingInterval(x, digits)
		must.OK(t, err)
		must.True(t, low.Cmp(x) < 0 && x.Cmp(high) < 0)
		middle := new(big.Rat).Add(low.Rat(), high.Rat())
		must.Equal(t, middle.Quo(middle, big.NewRat(2, 1)).Cmp(x.Rat()), 0)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "0", "1.10", "-.5e-400", "1E+400", "+00012.3400e0005", "1e99999999999999999999", "9" + strings.Repeat("9", 38)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := decimal.Parse(s)
		if err != nil {
			return
		}
		must.Equal(t, parse(t, d.String()), d)
		must.True(t, d.Digits() <= decimal.MaxDigits)
		must.Equal(t, d.Neg().Neg(), d)
	})
}

func FuzzSignificantDigits(f *testing.F) {
	for _, seed := range []string{"3,000", "US$1.2e5", ".", ",,,", "1.234.567,89"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, printed string) {
		minimum, maximum := decimal.SignificantDigits(printed, nil)
		must.True(t, 0 <= minimum && minimum <= maximum && maximum <= len(printed))
	})
}

func TestFractionsNeedNotBeInLowestTerms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numerator := big.NewInt(rapid.Int64().Draw(t, "numerator"))
		denominator := big.NewInt(rapid.Int64Range(1, 1<<62).Draw(t, "denominator"))
		times := big.NewInt(rapid.Int64Range(1, 1<<40).Draw(t, "times"))
		exponent := rapid.IntRange(-60, 60).Draw(t, "exponent")
		exact := new(big.Rat).SetFrac(numerator, denominator)
		power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil))
		if exponent < 0 {
			power.Inv(power)
		}
		exact.Mul(exact, power)
		got, inexact, err := decimal.FromFraction(new(big.Int).Mul(numerator, times), new(big.Int).Mul(denominator, times), exponent)
		must.OK(t, err)
		must.Equal(t, inexact, got.Rat().Cmp(exact) != 0)
		// No decimal of as many digits is nearer: the difference is at most half a unit of the 38th digit.
		difference := new(big.Rat).Sub(got.Rat(), exact)
		limit := new(big.Rat).Mul(exact, new(big.Rat).SetFrac(big.NewInt(5), new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)))
		must.True(t, difference.Abs(difference).Cmp(limit.Abs(limit)) <= 0)
		integer, power10 := got.Coefficient()
		same, _, err := decimal.FromFraction(integer, big.NewInt(1), power10)
		must.OK(t, err)
		must.Equal(t, same.Cmp(got), 0)
	})
}
