package decimal

import (
	"strconv"
	"strings"
)

// plainDigits is the greatest number of digits (before the point, or after it) that a computed number is written with in
// plain notation; beyond it scientific notation is used.
const plainDigits = MaxDigits

// build makes a Decimal from a computed number, or says which limit it breaks.
//
// Computed numbers are written in plain notation while they fit ("860" × 10^9 is "860000000000"), since readers and
// spreadsheets understand that best; how many digits are significant is recorded apart from the number.
func build(p parts) (Decimal, error) {
	if err := p.check(); err != nil {
		return Decimal{}, err
	}
	var b strings.Builder
	if p.negative && p.digits != "" {
		b.WriteByte('-')
	}
	switch {
	case p.exponent >= 0 && (p.digits == "" || len(p.digits)+p.exponent <= plainDigits):
		writeInteger(&b, p)
	case p.exponent < 0 && -p.exponent <= plainDigits:
		writeFraction(&b, p)
	default:
		writeScientific(&b, p)
	}
	return ofText(b.String()), nil
}

func writeInteger(b *strings.Builder, p parts) {
	if p.digits == "" {
		b.WriteByte('0')
		return
	}
	b.WriteString(p.digits)
	b.WriteString(strings.Repeat("0", p.exponent))
}

func writeFraction(b *strings.Builder, p parts) {
	places := -p.exponent
	digits := p.digits
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	b.WriteString(digits[:len(digits)-places])
	b.WriteByte('.')
	b.WriteString(digits[len(digits)-places:])
}

func writeScientific(b *strings.Builder, p parts) {
	digits := p.digits
	if digits == "" {
		digits = "0"
	}
	b.WriteByte(digits[0])
	if len(digits) > 1 {
		b.WriteByte('.')
		b.WriteString(digits[1:])
	}
	writeExponent(b, p.adjusted())
}

func writeExponent(b *strings.Builder, exponent int) {
	if exponent == 0 {
		return
	}
	b.WriteByte('E')
	if exponent > 0 {
		b.WriteByte('+')
	}
	b.WriteString(strconv.Itoa(exponent))
}
