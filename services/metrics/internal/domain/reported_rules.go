package domain

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/numerals"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// checkReported compares what is printed with the amount, and refuses only what is certainly a contradiction:
//
//   - a number printed in figures, or as a word, beside a value that it cannot be read as: "1.5" is not 15, "3.000" is 3 or 3000, "dreizehn" is 13;
//   - a currency sign that stands for one currency beside another unit, or a sign or name beside a currency that it surely is not printed for;
//   - a printed number that stands unconverted in another unit of measure than the printed one: 3,000 km as 3,000 miles, 5 % as 5;
//   - a printed number, in figures or given, beside an amount of other digits, in a unit that the printed one may be and with no multiplier but
//     a power of ten. The editor is free to write 860 × 10^9 as 860, as 0.86 × 10^12 or multiplied out, and another unit than the printed one
//     may give other digits; so is the sign where none is printed: "fell by 3.2 %" is -3.2, a minus lost is not;
//   - a printed power of ten, such as "million", that value and unit_mult do not multiply out to. Without one, the power may stand
//     elsewhere, as in the head of a table.
//
// No words are read beyond that: what a hedge means is for the writer to say.
func checkReported(v *errs.Violations, prefix string, r *Reported, of number) {
	if r == nil {
		return
	}
	unit := of.unit
	for i, span := range r.Spans {
		if span.Role == "" {
			v.Add(prefix+"reported."+index("spans", i)+".role", fieldRequired,
				"say what the span shows: CONTENT, NUMBER, UNIT, HEDGE or OBJECT")
		}
	}
	p := r.read()
	p.checkNumber(v, prefix+"reported.")
	currencies := units.SignCurrencies(r.UnitSymbol)
	denoted := r.UnitSymbol == "" || units.MayStandFor(r.UnitSymbol, unit)
	if len(currencies) > 0 {
		denoted = unit.System == units.ISO4217 && slices.Contains(currencies, unit.Code)
		if !denoted {
			v.Add(prefix+"unit.code", contradictory, "%q stands for %s: set that code of ISO4217, or correct reported.unit_symbol",
				r.UnitSymbol, strings.Join(currencies, " or "))
			v.Add(prefix+"reported.unit_symbol", contradictory, "%q does not stand for %s", r.UnitSymbol, unit)
		}
	} else if unit.System == units.ISO4217 && units.NeverPrintedFor(r.UnitSymbol, unit.Code) {
		v.Add(prefix+"unit.code", contradictory, "%q is not printed for %s: set the code of the currency that it stands for here, "+
			"or correct reported.unit_symbol or leave it out", r.UnitSymbol, unit.Code)
		v.Add(prefix+"reported.unit_symbol", contradictory, "%q is not printed for %s", r.UnitSymbol, unit)
	}
	switch {
	case of.value == nil || len(p.numbers) == 0:
	case denoted:
		of.checkPower(v, prefix, p)
	default:
		of.checkMeasure(v, prefix, p)
	}
}

// printed is what stands in a source, with what its number and its multiplier may be.
type printed struct {
	*Reported
	field, words string // of the number; none where several spans show no one number
	numeral      numerals.Numeral
	// numbers are what the printed number may be: the one that is given, else what its figures may be read as; with either sign, unless a minus
	// is printed or given.
	numbers []decimal.Decimal
	// multiplier is the printed one with its field: that of the number where it is not given apart, unless the number is given as multiplied out.
	multiplierField, multiplier string
	powers                      []int // that it may stand for
}

// read reads the number and the multiplier.
func (r *Reported) read() printed {
	p := printed{Reported: r, multiplierField: "multiplier_text", multiplier: r.MultiplierText}
	p.field, p.words = r.words()
	p.numeral = numerals.Read(p.words)
	if p.multiplier == "" && (r.Value == nil || slices.ContainsFunc(p.numeral.Numbers, func(d decimal.Decimal) bool { return d.Cmp(r.Value.Abs()) == 0 })) {
		p.multiplierField, p.multiplier = p.field, p.numeral.Multiplier
	}
	p.powers = numerals.Powers(p.multiplier)
	readings, negative := p.numeral.Numbers, p.numeral.Negative
	switch {
	case r.Value != nil:
		readings, negative = []decimal.Decimal{r.Value.Abs()}, r.Value.Sign() < 0
	case p.numeral.InWords:
		return p
	}
	for _, d := range readings {
		if !negative {
			p.numbers = append(p.numbers, d)
		}
		p.numbers = append(p.numbers, d.Neg())
	}
	return p
}

// checkNumber compares the number with its words, where those are surely one number. Words such as "tens of thousands" are not read.
func (p printed) checkNumber(v *errs.Violations, prefix string) {
	value := p.Value
	if value == nil || len(p.numeral.Numbers) == 0 {
		return
	}
	if p.numeral.Negative && value.Sign() > 0 {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints a minus: write -%s, or correct %s", value, value, prefix+p.field)
		v.Add(prefix+p.field, contradictory, "is %q, with a minus, which reported.value %s has not", p.words, value)
	} else if !p.numeral.Is(*value) {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints %q: correct one of the two; a number that stands elsewhere in the text has another "+
			"number_text and other spans, one that another version prints another document_version too", value, p.words)
		v.Add(prefix+p.field, contradictory, "is %q, which reported.value %s is not", p.words, value)
	}
}

// words are those of the number as printed, with the field that they stand in; none where several spans show no one number.
func (r *Reported) words() (field, words string) {
	if r.NumberText != "" {
		return "number_text", r.NumberText
	}
	for i, span := range r.Spans {
		if span.Role == "NUMBER" && words != "" {
			return "", ""
		}
		if span.Role == "NUMBER" {
			field, words = index("spans", i)+".exact", span.Exact
		}
	}
	return field, words
}

// numberField is the field that gives the printed number.
func (p printed) numberField() string {
	if p.Value != nil {
		return "value"
	}
	return p.field
}

// String is the printed number with its multiplier for people.
func (p printed) String() string { return strings.TrimSpace(p.number() + " " + p.MultiplierText) }

// number is the printed number for people.
func (p printed) number() string {
	if p.Value != nil {
		return p.Value.String()
	}
	return p.words
}
