package domain_test

import (
	"maps"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var decimals = rapid.Custom(func(t *rapid.T) decimal.Decimal {
	return num(t, rapid.StringMatching(`-?[1-9][0-9]{0,20}(\.[0-9]{1,10})?`).Draw(t, "decimal"))
})

func TestBoundsKeepTheirOrderMultipliedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := units.Unit{System: units.UCUM, Code: rapid.SampledFrom([]string{"km", "[ft_us]", "%", "a", "kW.h", "[gal_us]"}).Draw(t, "unit")}
		f := pointOf(t, "1", unit, rapid.IntRange(-30, 30).Draw(t, "mult"))
		f.Kind, f.Value = domain.Range, nil
		f.Lower, f.Upper = &domain.Bound{Value: decimals.Draw(t, "lower"), Inclusive: true}, &domain.Bound{Value: decimals.Draw(t, "upper"), Inclusive: true}
		ordered := f.Lower.Value.Cmp(f.Upper.Value) <= 0
		must.Equal(t, f.Check() == nil, ordered)
		must.OK(t, f.Compute())
		must.Equal(t, f.Normalized.Lower.Value.Cmp(f.Normalized.Upper.Value) <= 0, ordered)
	})
}

func TestTheAmountMayBeWrittenWithAnyPowerOfTen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		printed := decimals.Draw(t, "printed")
		power := rapid.IntRange(-24, 30).Draw(t, "power")
		value, err := printed.Scale10(power)
		must.OK(t, err)
		f := pointOf(t, value.String(), usd, 6-power)
		f.Reported = &domain.Reported{Value: &printed, MultiplierText: "million", UnitSymbol: "US$"}
		must.OK(t, f.Check())
		f.UnitMult++
		must.Err(t, f.Check())
		f.UnitMult--
		sum, _, err := value.Add(value)
		must.OK(t, err)
		f.Value = &sum
		must.Err(t, f.Check())
	})
}

func TestSeriesKeysAreEqualForEqualSeriesOnly(t *testing.T) {
	keys := rapid.Custom(func(t *rapid.T) domain.SeriesKey {
		return domain.SeriesKey{
			Metric:     rapid.SampledFrom([]string{"a", "b"}).Draw(t, "metric"),
			Frequency:  rapid.SampledFrom([]string{"", "A", "Q"}).Draw(t, "frequency"),
			Dimensions: rapid.MapOfN(rapid.SampledFrom([]string{"A", "B", "REF_AREA"}), rapid.SampledFrom([]string{"US", "A", "$-@"}), 0, 3).Draw(t, "dimensions"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		one, other := keys.Draw(t, "one"), keys.Draw(t, "other")
		same := one.Metric == other.Metric && one.Frequency == other.Frequency && maps.Equal(one.Dimensions, other.Dimensions)
		must.Equal(t, one.Text() == other.Text(), same)
		back, err := domain.ParseDimensions(domain.CanonicalDimensions(one.Dimensions))
		must.OK(t, err)
		must.True(t, maps.Equal(back, one.Dimensions))
	})
}

// TestPropertyWhatIsConvertedIsNotRefused: a printed number may stand in any unit of its dimension, and as any power of ten, if it is the same
// amount.
func TestPropertyWhatIsConvertedIsNotRefused(t *testing.T) {
	printedIn := map[string]string{
		"km": "km", "kilometres": "km", "Kilometer": "km", "километров": "km", "metres": "m", "mm": "mm", "miles": "[mi_i]", "Meilen": "[mi_i]", "%": "%",
		"Prozent": "%", "per cent": "%", "‰": "[ppth]", "ppm": "[ppm]", "tonnes": "t", "kilogramos": "kg", "Hektar": "har", "km²": "km2", "hours": "h", "Jahre": "a",
		"megawatts": "MW", "kWh": "kW.h", "bytes": "By", "GB": "GBy", "litres": "L", "gallons": "[gal_us]",
	}
	targets := []string{
		"m", "km", "mm", "[mi_i]", "1", "%", "[ppm]", "kg", "t", "Mt", "g", "m2", "har", "km2", "[acr_us]", "s", "h", "a", "W", "kW", "GW", "J", "MJ", "kW.h", "bit", "By", "MBy",
		"L", "m3", "[gal_us]",
	}
	rapid.Check(t, func(t *rapid.T) {
		sign := rapid.SampledFrom(slices.Sorted(maps.Keys(printedIn))).Draw(t, "sign")
		from, err := units.Resolve(units.Unit{System: units.UCUM, Code: printedIn[sign]})
		must.OK(t, err)
		var fits []units.Resolved // units of the same dimension
		for _, code := range slices.Concat(targets, []string{printedIn[sign]}) {
			to, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
			must.OK(t, err)
			if _, ok := from.Convert(big.NewRat(1, 1), to); ok {
				fits = append(fits, to)
			}
		}
		to := rapid.SampledFrom(fits).Draw(t, "unit")
		printed := decimal.FromInt64(int64(rapid.IntRange(-2000, 2000).Draw(t, "printed")))
		power := rapid.SampledFrom([]int{0, 0, 6}).Draw(t, "power")
		amount, err := printed.Scale10(power)
		must.OK(t, err)
		converted, ok := from.Convert(amount.Rat(), to)
		must.True(t, ok)
		value, inexact, err := decimal.FromRat(converted)
		must.OK(t, err)
		must.True(t, !inexact || from.Unit != to.Unit)
		mult := rapid.IntRange(-3, 9).Draw(t, "mult")
		value, err = value.Scale10(-mult)
		must.OK(t, err)
		f := pointOf(t, value.String(), to.Unit, mult)
		f.Reported = &domain.Reported{Value: &printed, UnitSymbol: sign}
		if power == 6 {
			f.Reported.MultiplierText = "Millionen"
		}
		must.OK(t, f.Check())
	})
}
