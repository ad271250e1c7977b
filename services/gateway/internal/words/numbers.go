package words

import (
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	exact "github.com/onrecord/onrecord/services/platform/decimal"
)

// plainLength is up to how many characters a number is written out.
const plainLength = 60

// Number writes an exact decimal for people: 860,000,000,000. No digit is added
// or left out; a number too long to read is written as 8.6 × 10^300.
func Number(d *decimal.Decimal) string { return Scaled(d, 0) }

// Scaled is Number for d × 10^mult.
func Scaled(d *decimal.Decimal, mult int32) string {
	text := d.GetValue()
	value, err := exact.Parse(text)
	if err != nil {
		return text
	}
	if mult != 0 {
		if value, err = value.Scale10(int(mult)); err != nil {
			return Group(text) + " × 10^" + Itoa(mult)
		}
	}
	return Group(value.String())
}

// Group puts commas between thousands of the integer part of a canonical
// decimal.
func Group(text string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "−", rest
	}
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(text), "E")
	if scientific {
		if plain, ok := writeOut(mantissa, exponent); ok {
			mantissa, scientific = plain, false
		}
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	if scientific {
		return sign + whole + " × 10^" + strings.Replace(strings.TrimPrefix(exponent, "+"), "-", "−", 1)
	}
	return sign + whole
}

// writeOut turns scientific notation into plain digits if they are few enough.
func writeOut(mantissa, exponent string) (string, bool) {
	shift, ok := Atoi(exponent)
	if !ok || shift > plainLength || shift < -plainLength {
		return "", false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	switch {
	case point <= 0:
		digits = strings.Repeat("0", 1-point) + digits
		point = 1
	case point > len(digits):
		digits += strings.Repeat("0", point-len(digits))
	}
	digits, fraction = digits[:point], digits[point:]
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		digits = "0"
	}
	if fraction != "" {
		digits += "." + fraction
	}
	return digits, len(digits) <= plainLength
}
