package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWhatIsPrintedIsErasedButForNumeralsUnitsAndPowersOfTen: a clause may stand in any of the texts, of an alternate too.
func TestWhatIsPrintedIsErasedButForNumeralsUnitsAndPowersOfTen(t *testing.T) {
	three := func() *decimal.Decimal { return ptr(num(t, "3")) }
	for name, test := range map[string]struct {
		value         string
		unit          units.Unit
		printed, left domain.Reported
	}{
		"what is no wording stays": {"3", usd,
			domain.Reported{Text: "a quokka", NumberText: "3", Value: three(), UnitSymbol: "US$", MultiplierText: "Mrd."},
			domain.Reported{NumberText: "3", Value: three(), UnitSymbol: "US$", MultiplierText: "Mrd."}},
		"a former currency": {"3", units.Unit{System: units.ISO4217, Code: "DEM"},
			domain.Reported{NumberText: "3", UnitSymbol: "DM"}, domain.Reported{NumberText: "3", UnitSymbol: "DM"}},
		"a number in words": {"3", usd,
			domain.Reported{NumberText: "three quokkas", Value: three()}, domain.Reported{Value: three()}},
		"a clause as unit": {"3", units.One,
			domain.Reported{NumberText: "3", UnitSymbol: "quokkas of Jane"}, domain.Reported{NumberText: "3"}},
		"a clause in a code": {"3", units.One,
			domain.Reported{NumberText: "3", UnitSymbol: "{quokka}"}, domain.Reported{NumberText: "3"}},
		"a clause as multiplier": {"3", usd,
			domain.Reported{NumberText: "3", MultiplierText: "times a quokka"}, domain.Reported{NumberText: "3"}},
		"a number that is another without its multiplier": {"36", usd,
			domain.Reported{NumberText: "3", Value: three(), MultiplierText: "dozen"}, domain.Reported{}},
		"a number word": {"12", usd,
			domain.Reported{NumberText: "zwölf", MultiplierText: "dozen"}, domain.Reported{}},
		"a share": {"50", percentUnit,
			domain.Reported{NumberText: "die Hälfte", MultiplierText: "two-thirds"}, domain.Reported{}},
		"a number with its multiplier": {"3000000", usd,
			domain.Reported{NumberText: "3 million", Value: three()}, domain.Reported{Value: three()}},
		"a person's name": {"3", usd,
			domain.Reported{NumberText: "3", UnitSymbol: "Елена"}, domain.Reported{NumberText: "3"}},
		"a word for another unit in another language": {"3", usd,
			domain.Reported{NumberText: "3", UnitSymbol: "stop"}, domain.Reported{NumberText: "3"}},
		"its own unit in another language": {"3", km,
			domain.Reported{NumberText: "3", UnitSymbol: "Kilometer"}, domain.Reported{NumberText: "3", UnitSymbol: "Kilometer"}},
		"a number that is another without its unit": {"165", km,
			domain.Reported{NumberText: "3", Value: three(), UnitSymbol: "old leagues"}, domain.Reported{}},
		"a number of a known other unit": {"4.8", km,
			domain.Reported{NumberText: "3", Value: three(), UnitSymbol: "miles"}, domain.Reported{NumberText: "3", Value: three(), UnitSymbol: "miles"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := pointOf(t, test.value, test.unit, 0)
			if test.printed.MultiplierText == "Mrd." {
				f.UnitMult = 9
			}
			first, second := test.printed, test.printed
			f.Reported = &first
			f.Alternates = []domain.Alternate{{Reported: &second, Value: *f.Value, Unit: f.Unit, UnitMult: f.UnitMult}}
			for range 2 { // again changes nothing
				f.EraseWords()
				must.Equal(t, *f.Reported, test.left)
				must.Equal(t, *f.Alternates[0].Reported, test.left)
			}
			f.Alternates = nil
			must.OK(t, f.Check()) // what is left can be corrected
		})
	}
}
