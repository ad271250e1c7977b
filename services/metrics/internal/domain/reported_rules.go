package domain

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// powersOfTen are the printed multipliers that only move the point, in lower case, with the powers that each may stand for: a billion is
// 10^9 on the short scale and 10^12 on the long one. "dozen" and the like are not here: what they mean is for the writer to say.
var powersOfTen = func() map[string][]int {
	table := map[string][]int{}
	for _, of := range []struct {
		powers []int
		words  string
	}{
		{[]int{2}, "hundred hundreds hundert 百"},
		{[]int{3}, "thousand thousands k tausend tsd mille duizend тысяча тысячи тысяч тыс tys 千"},
		{[]int{3, 6}, "m mil mm"},
		{[]int{4}, "万 萬 만"},
		{[]int{5}, "lakh lakhs"},
		{[]int{6}, "million millions mn mln mio millionen millón millones milhão milhões milione milioni miljoen миллион миллиона миллионов млн 百万"},
		{[]int{7}, "crore crores"},
		{[]int{8}, "億 亿 억"},
		{[]int{9}, "milliard milliards mrd milliarde milliarden mil_millones mil_milhões miliardo miliardi miljard mld миллиард миллиарда миллиардов млрд"},
		{[]int{9, 12}, "billion billions bn b bilhão bilhões"},
		{[]int{12}, "billionen billón billones bilione bilioni biljoen 万亿"},
		{[]int{3, 12}, "t"},
		{[]int{6, 12}, "兆"},
		{[]int{12, 18}, "trillion trillions tn tr trilhão trilhões"},
		{[]int{12}, "триллион триллиона триллионов трлн"},
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
//   - a currency sign that stands for one currency beside another unit, or one or a name that stands for several beside none of those;
//   - a printed number beside an amount of other digits, in the same unit and with no multiplier but a power of ten. The editor is free to
//     write 860 × 10^9 as 860, as 0.86 × 10^12 or multiplied out, and another unit than the printed one may give other digits;
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
	denoted := r.UnitSymbol == "" || r.UnitSymbol == unit.Code
	if len(currencies) > 0 {
		denoted = unit.System == units.ISO4217 && slices.Contains(currencies, unit.Code)
		if !denoted {
			v.Add(prefix+"unit.code", contradictory, "%q stands for %s: set that code of ISO4217, or correct reported.unit_symbol",
				r.UnitSymbol, strings.Join(currencies, " or "))
			v.Add(prefix+"reported.unit_symbol", contradictory, "%q does not stand for %s", r.UnitSymbol, unit)
		}
	} else if others := units.OthersPrinted(r.UnitSymbol, unit.Code); unit.System == units.ISO4217 && len(others) > 0 {
		v.Add(prefix+"unit.code", contradictory, "%q is printed for %s, not for %s: set one of those, or correct reported.unit_symbol or leave it out",
			r.UnitSymbol, strings.Join(others, ", "), unit.Code)
		v.Add(prefix+"reported.unit_symbol", contradictory, "%q is not printed for %s", r.UnitSymbol, unit)
	}
	multiplier := strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(r.MultiplierText), " "), "."))
	powers, known := powersOfTen[multiplier]
	if value == nil || r.Value == nil || !denoted || multiplier != "" && !known {
		return
	}
	if digitsOf(*r.Value) != digitsOf(*value) {
		v.Add(prefix+"value", contradictory, "the source prints %s and the value is %s: one is not the other times a power of ten", r.Value, value)
		v.Add(prefix+"reported.value", contradictory, "the value is %s: correct one of the two", value)
		return
	}
	if known && !slices.ContainsFunc(powers, func(power int) bool { return sameAmount(*value, mult, *r.Value, power) }) {
		v.Add(prefix+"unit_mult", contradictory, "the source prints %s %s, which %s × 10^%d is not", r.Value, r.MultiplierText, value, mult)
		v.Add(prefix+"reported.multiplier_text", contradictory, "it does not fit value and unit_mult: correct one of the three")
	}
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
	if ok && (digits != strings.TrimPrefix(digitsOf(*r.Value), "-") || negative && r.Value.Sign() > 0) {
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
