package domain_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func fraction(t must.TB, n, d string) domain.Fraction {
	return domain.Fraction{Numerator: num(t, n), Denominator: num(t, d)}
}

func TestArticleRate(t *testing.T) { // F25
	for name, test := range map[string]struct {
		value, alternate string
		unit             units.Unit
		want             *domain.Rate
	}{
		"14 and 18": {"14", "18", sgd, &domain.Rate{
			From: "USD", To: "SGD", Rate: fraction(t, "9", "7"), Low: fraction(t, "35", "29"), High: fraction(t, "37", "27"),
		}},
		"whole": {"10", "20", sgd, &domain.Rate{
			From: "USD", To: "SGD", Rate: fraction(t, "2", "1"), Low: fraction(t, "13", "7"), High: fraction(t, "41", "19"),
		}},
		"a loss": {"-10", "-20", sgd, &domain.Rate{
			From: "USD", To: "SGD", Rate: fraction(t, "2", "1"), Low: fraction(t, "13", "7"), High: fraction(t, "41", "19"),
		}},
		"of nothing":             {"0", "18", sgd, nil},
		"to nothing":             {"14", "0", sgd, nil},
		"too many digits":        {"12345678901234567890123456789012345678", "98765432109876543210987654321098765431", sgd, nil},
		"to what is no currency": {"14", "18", km, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := pointOf(t, test.value, usd, 9)
			f.Alternates = []domain.Alternate{{Value: num(t, test.alternate), Unit: test.unit, UnitMult: 9}}
			must.OK(t, f.Compute())
			must.Equal(t, f.Alternates[0].Rate, test.want)
		})
	}
}

func TestRateUsesThePrintedDigits(t *testing.T) {
	f := pointOf(t, "14000", usd, 6) // the editor counts in millions, the source prints 14 billion
	f.Reported = &domain.Reported{NumberText: "14", Value: ptr(num(t, "14"))}
	f.Alternates = []domain.Alternate{{Value: num(t, "18"), Unit: sgd, UnitMult: 9}}
	must.OK(t, f.Compute())
	must.Equal(t, f.Alternates[0].Rate.Low, fraction(t, "35", "29"))
}

func TestRateConvertsBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(1, 1e12)
		mult := rapid.IntRange(-3, 9)
		f := pointOf(t, decimal.FromInt64(amount.Draw(t, "amount")).String(), usd, mult.Draw(t, "mult"))
		alternate := domain.Alternate{Value: decimal.FromInt64(amount.Draw(t, "alternate")), Unit: sgd, UnitMult: mult.Draw(t, "other mult")}
		f.Alternates = []domain.Alternate{alternate}
		must.OK(t, f.Compute())
		rate := f.Alternates[0].Rate
		must.True(t, rate.Low.Rat().Cmp(rate.Rate.Rat()) < 0 && rate.Rate.Rat().Cmp(rate.High.Rat()) < 0, "low < rate < high")
		converted := new(big.Rat).Mul(f.Normalized.Value.Rat(), rate.Rate.Rat())
		must.Equal(t, converted.RatString(), f.Alternates[0].Normalized.Value.Rat().RatString())
	})
}
