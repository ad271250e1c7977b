package domain

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// powersOfTen are the printed multipliers that only move the point. Which power a word stands for is not asked ("billion" has two
// meanings); "dozen" and the like are not here.
var powersOfTen = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`hundred hundreds thousand thousands million millions billion billions trillion trillions
		quadrillion quadrillions lakh lakhs crore crores k m mn bn tn tr mln mio mrd b t`) {
		set[word] = true
	}
	return set
}()

// checkReported compares what is printed with the amount, and refuses only what is certainly a contradiction:
//
//   - a currency sign that stands for one currency beside another unit;
//   - a printed number beside an amount of other digits, in the same unit and with no multiplier but a power of ten. The editor is free to
//     write 860 × 10^9 as 860, as 0.86 × 10^12 or multiplied out, and another unit than the printed one may give other digits.
//
// No words are read beyond that: what a multiplier or hedge means is for the writer to say.
func checkReported(v *errs.Violations, prefix string, r *Reported, point bool, value *decimal.Decimal, unit units.Unit) {
	if r == nil {
		return
	}
	for i, span := range r.Spans {
		if span.Role == "" {
			v.Add(prefix+"reported."+index("spans", i)+".role", fieldRequired,
				"say what the span shows: CONTENT, NUMBER, UNIT, HEDGE or OBJECT")
		}
	}
	currencies := units.SignCurrencies(r.UnitSymbol)
	denoted := r.UnitSymbol == "" || r.UnitSymbol == unit.Code
	if len(currencies) > 0 {
		denoted = unit.System == units.ISO4217 && slices.Contains(currencies, unit.Code)
		if !denoted {
			v.Add(prefix+"unit.code", contradictory, "%q stands for %s: set that code of ISO4217, or correct reported.unit_symbol",
				r.UnitSymbol, strings.Join(currencies, " or "))
			v.Add(prefix+"reported.unit_symbol", contradictory, "%q does not stand for %s", r.UnitSymbol, unit)
		}
	}
	multiplier := strings.ToLower(strings.TrimSpace(r.MultiplierText))
	if !point || value == nil || r.Value == nil || !denoted || multiplier != "" && !powersOfTen[multiplier] {
		return
	}
	if digitsOf(*r.Value) != digitsOf(*value) {
		v.Add(prefix+"value", contradictory, "the source prints %s and the value is %s: one is not the other times a power of ten", r.Value, value)
		v.Add(prefix+"reported.value", contradictory, "the value is %s: correct one of the two", value)
	}
}

// digitsOf returns the sign and the digits of a number without leading and trailing zeros: equal exactly if the numbers differ by a
// power of ten.
func digitsOf(d decimal.Decimal) string {
	text, _, _ := strings.Cut(d.String(), "E")
	sign := ""
	if d.Sign() < 0 {
		sign = "-"
	}
	return sign + strings.Trim(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text), "0")
}
