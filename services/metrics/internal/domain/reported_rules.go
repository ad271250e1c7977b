package domain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// powersOfTen are the printed multipliers that only move the point, in lower case, with the powers that each may stand for in any language
// and country: a billion is 10^9 on the short scale and 10^12 on the long one, a "tr" 10^6 in Vietnam. "dozen" and the like are not here:
// what they mean is for the writer to say.
var powersOfTen = func() map[string][]int {
	table := map[string][]int{}
	for _, of := range []struct {
		powers []int
		words  string
	}{
		{[]int{2}, "hundred hundreds hundert 百"},
		{[]int{3}, "thousand thousands k tausend tsd mille duizend тысяча тысячи тысяч тыс tys 千"},
		{[]int{3, 6, 9}, "m"},
		{[]int{3, 6}, "mil mm"},
		{[]int{4}, "万 萬 만"},
		{[]int{5}, "lakh lakhs"},
		{[]int{6}, "million millions mn mln mio millionen millón millones milhão milhões milione milioni miljoen миллион миллиона миллионов млн 百万"},
		{[]int{7}, "crore crores"},
		{[]int{8}, "億 亿 억"},
		{[]int{9}, "milliard milliards mrd milliarde milliarden mil_millones mil_milhões miliardo miliardi miljard mld миллиард миллиарда миллиардов млрд"},
		{[]int{9, 12}, "billion billions bn b bilhão bilhões billón billones bilione bilioni"},
		{[]int{3, 12}, "t"},
		{[]int{6, 12}, "兆"},
		{[]int{12, 18}, "trillion trillions tn trilhão trilhões"},
		{[]int{6, 12, 18}, "tr"},
		{[]int{12}, "billionen biljoen 万亿 триллион триллиона триллионов трлн"},
		{[]int{15, 24}, "quadrillion quadrillions"},
	} {
		for word := range strings.FieldsSeq(of.words) {
			table[strings.ReplaceAll(word, "_", " ")] = of.powers
		}
	}
	return table
}()

// checkReported compares what is printed with the amount, and refuses only what is certainly a contradiction:
//
//   - a number printed in figures beside a value of other digits;
//   - a currency sign that stands for one currency beside another unit, or a sign or name beside a currency that it surely is not printed for;
//   - a printed number beside an amount of other digits, in a unit that the printed one may be and with no multiplier but a power of ten. The
//     editor is free to write 860 × 10^9 as 860, as 0.86 × 10^12 or multiplied out, and another unit than the printed one may give other
//     digits;
//   - a printed power of ten, such as "million", that value and unit_mult do not multiply out to. Without one, the power may stand
//     elsewhere, as in the head of a table.
//
// No words are read beyond that: what a hedge means is for the writer to say.
func checkReported(v *errs.Violations, prefix string, r *Reported, value *decimal.Decimal, mult int, unit units.Unit) {
	if r == nil {
		return
	}
	for i, span := range r.Spans {
		if span.Role == "" {
			v.Add(prefix+"reported."+index("spans", i)+".role", fieldRequired,
				"say what the span shows: CONTENT, NUMBER, UNIT, HEDGE or OBJECT")
		}
	}
	r.checkNumber(v, prefix+"reported.")
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
	multiplier := strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(r.MultiplierText), " "), "."))
	powers, known := powersOfTen[multiplier]
	if value == nil || r.Value == nil || !denoted || multiplier != "" && !known {
		return
	}
	if digitsOf(*r.Value) != digitsOf(*value) {
		v.Add(prefix+"value", contradictory, "the source prints %s and the value is %s: one is not the other times a power of ten; where it was "+
			"converted, set what is printed, and the other amount as an alternate", r.Value, value)
		v.Add(prefix+"reported.value", contradictory, "the value is %s: correct one of the two", value)
		return
	}
	if known && !slices.ContainsFunc(powers, func(power int) bool { return sameAmount(*value, mult, *r.Value, power) }) {
		v.Add(prefix+"unit_mult", contradictory, "the source prints %s %s, which is %s × 10^%s, and not %s × 10^%d",
			r.Value, r.MultiplierText, r.Value, written(powers), value, mult)
		v.Add(prefix+"reported.multiplier_text", contradictory, "it does not fit value and unit_mult: correct one of the three")
	}
}

// written writes powers for people: "9 or × 10^12".
func written(powers []int) string {
	texts := make([]string, len(powers))
	for i, power := range powers {
		texts[i] = strconv.Itoa(power)
	}
	return strings.Join(texts, " or × 10^")
}

// checkNumber compares the number with its words, where those are written in figures. Words such as "tens of thousands" are not read.
func (r *Reported) checkNumber(v *errs.Violations, prefix string) {
	if r.Value == nil {
		return
	}
	field, words := prefix+"number_text", r.NumberText
	if words == "" {
		for i, span := range r.Spans {
			if span.Role == "NUMBER" && words != "" {
				return // several spans show no one number
			}
			if span.Role == "NUMBER" {
				field, words = prefix+index("spans", i)+".exact", span.Exact
			}
		}
	}
	digits, negative, ok := figuresOf(words)
	if ok && negative && r.Value.Sign() > 0 {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints a minus: write -%s, or correct %s", r.Value, r.Value, field)
		v.Add(field, contradictory, "is %q, with a minus, which reported.value %s has not", words, r.Value)
	} else if ok && digits != strings.TrimPrefix(digitsOf(*r.Value), "-") {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints %q: a number that stands elsewhere in the text has another number_text and other spans, "+
			"one that another version prints another document_version too", r.Value, words)
		v.Add(field, contradictory, "is %q, which reported.value %s is not", words, r.Value)
	}
}

// figuresOf returns the digits of a number written in figures, of any script, without leading and trailing zeros, whatever signs part and
// group them, and whether a minus is before it; ok is false of anything else. A number without a minus may still be negative: "fell by 5".
func figuresOf(words string) (digits string, negative, ok bool) {
	for _, r := range strings.TrimSpace(decimal.ASCIIDigits(words)) {
		switch {
		case r >= '0' && r <= '9':
			digits, ok = digits+string(r), true
		case strings.ContainsRune("-−", r) && !ok:
			negative = true
		case strings.ContainsRune(".,'’· \u00a0\u2009\u202f", r), r == '+' && !ok:
		default:
			return "", false, false
		}
	}
	return strings.Trim(digits, "0"), negative, ok
}

// sameAmount says whether a × 10^m and b × 10^n are one number. One that is out of range is no other.
func sameAmount(a decimal.Decimal, m int, b decimal.Decimal, n int) bool {
	left, errLeft := a.Scale10(m)
	right, errRight := b.Scale10(n)
	return errLeft == nil && errRight == nil && left.Cmp(right) == 0
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
