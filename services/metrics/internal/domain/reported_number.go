package domain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

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

// amount is the number with its power of ten for people.
func (n number) amount() string {
	if n.mult == 0 {
		return n.value.String()
	}
	return n.value.String() + " × 10^" + strconv.Itoa(n.mult)
}

// isOf says that it is one of the printed numbers, or that times a power of ten.
func (n number) isOf(printed []decimal.Decimal) bool {
	digits := digitsOf(*n.value)
	return slices.ContainsFunc(printed, func(d decimal.Decimal) bool { return digitsOf(d) == digits })
}

// checkMeasure refuses a printed number that has become one of another unit without being converted.
func (n number) checkMeasure(v *errs.Violations, prefix string, p printed) {
	if !n.isOf(p.numbers) {
		return
	}
	amount, err := n.value.Scale10(n.mult)
	if err != nil || !units.NeverMeasuredIn(amount.Rat(), p.UnitSymbol, n.unit) && !n.isUnscaled(p) {
		return
	}
	v.Add(prefix+"unit.code", contradictory, "the source prints %s %s, and the figure says %s %s: set the printed unit, or convert the number",
		p, p.UnitSymbol, n.amount(), n.unit)
	v.Add(prefix+"reported.unit_symbol", contradictory, "%q does not stand for %s", p.UnitSymbol, n.unit)
}

// maxElsewhere is the greatest power of ten that stands elsewhere, such as in the head of a table.
const maxElsewhere = 18

// isUnscaled says that a printed number stands in a unit that is a power of ten off, which is not made up for: 5 % as 5, 3 kilometres as 3 m.
func (n number) isUnscaled(p printed) bool {
	shift, isShare, sure := units.ShiftOf(p.UnitSymbol, n.unit)
	if !sure || shift == 0 {
		return false
	}
	powers, elsewhere := []int{0}, maxElsewhere
	if p.multiplier != "" {
		powers, elsewhere = p.powers, 0
	} else if isShare {
		elsewhere = 0
	}
	for _, d := range p.numbers {
		for _, power := range powers {
			for more := range elsewhere + 1 {
				if sameAmount(*n.value, n.mult-shift, d, power+more) {
					return false
				}
			}
		}
	}
	return len(powers) > 0
}

// checkPower compares the digits, and what the printed multiplier makes of them. Of one that is not known it says nothing.
func (n number) checkPower(v *errs.Violations, prefix string, p printed) {
	if p.multiplier != "" && p.powers == nil {
		return
	}
	if !n.isOf(p.numbers) {
		n.differs(v, prefix, p)
		return
	}
	fits := func(d decimal.Decimal) bool {
		return slices.ContainsFunc(p.powers, func(power int) bool { return sameAmount(*n.value, n.mult, d, power) })
	}
	if p.powers != nil && !slices.ContainsFunc(p.numbers, fits) {
		v.Add(prefix+"unit_mult", contradictory, "the source prints %s, that is × 10^%s, and this is %s × 10^%d",
			p, written(p.powers), n.value, n.mult)
		v.Add(prefix+"reported."+p.multiplierField, contradictory, "it does not fit value and unit_mult: correct one of the three")
	}
}

// differs says that the amount is no power of ten of the printed number, or not of its sign.
func (n number) differs(v *errs.Violations, prefix string, p printed) {
	field := prefix + "reported." + p.numberField()
	if opposite := n.value.Neg(); (number{value: &opposite}).isOf(p.numbers) {
		v.Add(prefix+n.field, contradictory, "the source prints %s and this is %s: the sign differs: write %s, or correct %s", p, n.value, opposite, field)
		v.Add(field, contradictory, "%s is %s, and this is %s: the sign differs: correct one of the two", prefix+n.field, n.value, p.number())
		return
	}
	v.Add(prefix+n.field, contradictory, "the source prints %s and this is %s: one is not the other times a power of ten; where it was "+
		"converted, set what is printed, and the other amount as an alternate", p, n.value)
	v.Add(field, contradictory, "%s is %s, and this is %s: correct one of the two", prefix+n.field, n.value, p.number())
}

// written writes powers for people: "9 or × 10^12".
func written(powers []int) string {
	texts := make([]string, len(powers))
	for i, power := range powers {
		texts[i] = strconv.Itoa(power)
	}
	return strings.Join(texts, " or × 10^")
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
