package units_test

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// codes draws UCUM terms from the table.
func codes(t *rapid.T) string {
	atoms := []string{
		"m", "km", "g", "t", "s", "h", "d", "a", "[mi_i]", "[ft_i]",
		"L", "W", "kW", "J", "Pa", "%", "1", "By", "K", "A", "(m/s)", "10*3", "{x}", "7",
	}
	var b strings.Builder
	for i := range rapid.IntRange(1, 4).Draw(t, "components") {
		if i > 0 {
			b.WriteString(rapid.SampledFrom([]string{".", "/"}).Draw(t, "operator"))
		}
		atom := rapid.SampledFrom(atoms).Draw(t, "atom")
		b.WriteString(atom)
		if !strings.ContainsAny(atom[len(atom)-1:], "0123456789)}%") {
			if exponent := rapid.SampledFrom([]int{0, 0, 2, 3, -1}).Draw(t, "exponent"); exponent != 0 {
				b.WriteString(strconv.Itoa(exponent))
			}
		}
	}
	return b.String()
}

func TestConversionsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit, err := units.Resolve(units.Unit{System: units.UCUM, Code: codes(t)})
		must.OK(t, err)
		base, err := units.Resolve(unit.Base)
		must.OK(t, err)
		must.True(t, base.IsBase(), "the base unit is its own base: "+unit.Base.Code)
		must.Equal(t, base.Base, unit.Base)
		must.True(t, unit.Compatible(base))
		amount := big.NewRat(rapid.Int64().Draw(t, "numerator"), rapid.Int64Range(1, 1e12).Draw(t, "denominator"))
		there, ok := unit.Convert(amount, base)
		must.True(t, ok)
		must.Equal(t, there.RatString(), new(big.Rat).Mul(amount, unit.Factor()).RatString())
		back, ok := base.Convert(there, unit)
		must.True(t, ok)
		must.Equal(t, back.RatString(), amount.RatString())
	})
}

func TestProductsMultiply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := codes(t), codes(t)
		resolve := func(code string) units.Resolved {
			r, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
			must.OK(t, err)
			return r
		}
		if len(a)+len(b)+5 > units.MaxCodeLength {
			return
		}
		left, right := resolve(a), resolve(b)
		product, quotient := resolve("("+a+").("+b+")"), resolve("("+a+")/("+b+")")
		must.Equal(t, product.Factor().RatString(), new(big.Rat).Mul(left.Factor(), right.Factor()).RatString())
		must.Equal(t, quotient.Factor().RatString(), new(big.Rat).Quo(left.Factor(), right.Factor()).RatString())
	})
}

func FuzzResolve(f *testing.F) {
	for _, code := range []string{"km/h", "kg.m2/s3", "10*-3", "[in_i'Hg]", "{a}", "m(", "Cel", "t/(har.a)", "1000000000", "Ym9.Ym9"} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		r, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
		if err != nil {
			return
		}
		base, err := units.Resolve(r.Base)
		must.OK(t, err)
		must.True(t, base.IsBase() && base.Compatible(r), code)
	})
}
