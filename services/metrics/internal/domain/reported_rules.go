package domain

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
		{[]int{3}, "thousand thousands k tausend tsd mille duizend тысяча тысячи тысяч тыс tys milliers 千 हज़ार हजार"},
		{[]int{3, 6, 9}, "m"},
		{[]int{3, 6}, "mil mm"},
		{[]int{4}, "万 萬 만"},
		{[]int{5}, "lakh lakhs lac lacs लाख"},
		{[]int{6}, "million millions mn mln mi mio millionen millón millones milhão milhões milione milioni miljoen миллион миллиона миллионов млн 百万"},
		{[]int{7}, "crore crores cr करोड़"},
		{[]int{8}, "億 亿 억"},
		{[]int{9}, "milliard milliards mrd milliarde milliarden mil_millones mil_milhões miliardo miliardi miljard mld миллиард миллиарда миллиардов млрд md mds mia bi अरब"},
		{[]int{9, 12}, "billion billions bn b bilhão bilhões billón billones bilione bilioni"},
		{[]int{3, 12}, "t"},
		{[]int{6, 12}, "兆"},
		{[]int{12, 18}, "trillion trillions tn trilhão trilhões"},
		{[]int{6, 12, 18}, "tr"},
		{[]int{12}, "billionen bio biljoen 万亿 триллион триллиона триллионов трлн"},
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
//   - a number printed in figures beside a value that they cannot be read as: "1.5" is not 15, "3.000" is 3 or 3000;
//   - a currency sign that stands for one currency beside another unit, or a sign or name beside a currency that it surely is not printed for;
//   - a printed number that stands unconverted in another unit of measure than the printed one: 3,000 km as 3,000 miles;
//   - a printed number beside an amount of other digits, in a unit that the printed one may be and with no multiplier but a power of ten. The
//     editor is free to write 860 × 10^9 as 860, as 0.86 × 10^12 or multiplied out, and another unit than the printed one may give other
//     digits; so is the sign where none is printed: "fell by 3.2 %" is -3.2, a minus lost is not;
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
	if printed := r.numbers(); of.value != nil && len(printed) > 0 {
		of.checkMeasure(v, prefix, r, printed)
		if denoted {
			of.checkPower(v, prefix, r, printed)
		}
	}
}

// number is what a printed one is put on record as, with the name of its field; without a value where there is no one such number.
type number struct {
	field string
	value *decimal.Decimal
	mult  int
	unit  units.Unit
}

// number is what the figure says as one number: the value, or the only bound, whose hedge stands beside the printed number.
func (f *Figure) number() number {
	n := number{field: "value", mult: f.UnitMult, unit: f.Unit}
	switch {
	case f.Kind != Point && f.Kind != KindChange && f.Kind != LowerBound && f.Kind != UpperBound:
	case f.Value != nil:
		n.value = f.Value
	case f.Lower != nil && f.Upper == nil:
		n.field, n.value = "lower.value", &f.Lower.Value
	case f.Upper != nil && f.Lower == nil:
		n.field, n.value = "upper.value", &f.Upper.Value
	}
	return n
}

// isOf says that it is one of the printed numbers, or that times a power of ten.
func (n number) isOf(printed []decimal.Decimal) bool {
	return slices.ContainsFunc(printed, func(d decimal.Decimal) bool { return digitsOf(d) == digitsOf(*n.value) })
}

// checkMeasure refuses a printed number that has become one of another unit without being converted.
func (n number) checkMeasure(v *errs.Violations, prefix string, r *Reported, printed []decimal.Decimal) {
	if n.value.Sign() == 0 || !n.isOf(printed) || !units.NeverMeasuredIn(r.UnitSymbol, n.unit) {
		return
	}
	v.Add(prefix+"unit.code", contradictory, "the source prints %s %s, and the figure says %s %s: set the printed unit, or convert the number",
		r.numeral(), r.UnitSymbol, n.value, n.unit)
	v.Add(prefix+"reported.unit_symbol", contradictory, "%q does not stand for %s", r.UnitSymbol, n.unit)
}

// checkPower compares the digits, and what the printed multiplier makes of them.
func (n number) checkPower(v *errs.Violations, prefix string, r *Reported, printed []decimal.Decimal) {
	multiplier := r.multiplier()
	powers, known := powersOfTen[multiplier]
	if multiplier != "" && !known {
		return
	}
	if !n.isOf(printed) {
		n.differs(v, prefix, r, printed)
		return
	}
	fits := func(d decimal.Decimal) bool {
		return slices.ContainsFunc(powers, func(power int) bool { return sameAmount(*n.value, n.mult, d, power) })
	}
	if known && !slices.ContainsFunc(printed, fits) {
		v.Add(prefix+"unit_mult", contradictory, "the source prints %s %s, which is %s × 10^%s, and not %s × 10^%d",
			r.numeral(), r.MultiplierText, r.numeral(), written(powers), n.value, n.mult)
		v.Add(prefix+"reported.multiplier_text", contradictory, "it does not fit value and unit_mult: correct one of the three")
	}
}

// multiplier is the printed one as powersOfTen has it.
func (r *Reported) multiplier() string {
	return strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(r.MultiplierText), " "), "."))
}

// differs says that the amount is no power of ten of the printed number, or not of its sign.
func (n number) differs(v *errs.Violations, prefix string, r *Reported, printed []decimal.Decimal) {
	field := prefix + "reported." + r.numberField()
	if opposite := n.value.Neg(); (number{value: &opposite}).isOf(printed) {
		v.Add(prefix+n.field, contradictory, "the source prints %s and this is %s: the sign differs: write %s, or correct %s", r.numeral(), n.value, opposite, field)
		v.Add(field, contradictory, "%s is %s, and this is %s: the sign differs: correct one of the two", prefix+n.field, n.value, r.numeral())
		return
	}
	v.Add(prefix+n.field, contradictory, "the source prints %s and this is %s: one is not the other times a power of ten; where it was "+
		"converted, set what is printed, and the other amount as an alternate", r.numeral(), n.value)
	v.Add(field, contradictory, "%s is %s, and this is %s: correct one of the two", prefix+n.field, n.value, r.numeral())
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
	field, words := r.words()
	numbers, negative := figuresOf(words)
	if r.Value == nil || len(numbers) == 0 {
		return
	}
	isPrinted := slices.ContainsFunc(numbers, func(d decimal.Decimal) bool { return d.Cmp(r.Value.Abs()) == 0 })
	if negative && r.Value.Sign() > 0 {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints a minus: write -%s, or correct %s", r.Value, r.Value, prefix+field)
		v.Add(prefix+field, contradictory, "is %q, with a minus, which reported.value %s has not", words, r.Value)
	} else if !isPrinted {
		v.Add(prefix+"value", contradictory, "is %s, and the source prints %q: correct one of the two; a number that stands elsewhere in the text has another "+
			"number_text and other spans, one that another version prints another document_version too", r.Value, words)
		v.Add(prefix+field, contradictory, "is %q, which reported.value %s is not", words, r.Value)
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

// numbers are what the printed number may be: the one that is given, else what its figures may be read as; with either sign, unless a minus is
// printed or given.
func (r *Reported) numbers() (numbers []decimal.Decimal) {
	_, words := r.words()
	readings, negative := figuresOf(words)
	if r.Value != nil {
		readings, negative = []decimal.Decimal{r.Value.Abs()}, r.Value.Sign() < 0
	}
	for _, d := range readings {
		if !negative {
			numbers = append(numbers, d)
		}
		numbers = append(numbers, d.Neg())
	}
	return numbers
}

// numberField is the field that gives the printed number.
func (r *Reported) numberField() string {
	if r.Value != nil {
		return "value"
	}
	field, _ := r.words()
	return field
}

// numeral is the printed number for people.
func (r *Reported) numeral() string {
	if r.Value != nil {
		return r.Value.String()
	}
	_, words := r.words()
	return words
}

// minuses are what is printed for a minus: a dash of any length but the longest, which opens a line.
const minuses = "-−‐‑‒–－﹣"

// figuresOf returns what a number written in figures, of any script, may be read as, whatever signs part and group them, and whether a
// minus is before it; none of anything else, such as a range ("10–12"). A number without a minus may still be negative: "fell by 5".
func figuresOf(words string) (numbers []decimal.Decimal, negative bool) {
	figures := strings.TrimSpace(decimal.ASCIIDigits(words))
	if sign, size := utf8.DecodeRuneInString(figures); strings.ContainsRune(minuses+"+＋", sign) {
		figures, negative = figures[size:], strings.ContainsRune(minuses, sign)
	}
	return decimal.Readings(figures), negative
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
