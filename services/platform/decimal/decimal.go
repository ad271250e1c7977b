package decimal

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// The limits of every Decimal.
const (
	// MaxDigits is the greatest number of significant digits: all digits of the text after leading zeros.
	MaxDigits = 38
	// MaxExponent bounds the adjusted exponent, the power of ten of the first significant digit, on both sides.
	MaxExponent = 400
	// MaxLength is the greatest length of a text, in bytes.
	MaxLength = 512
)

// Decimal is an exact decimal number together with its printed form. It is immutable; the zero value is 0. Two values
// are == exactly when they print alike, so a Decimal can be a map key; use Cmp to compare numbers.
type Decimal struct {
	// text is the canonical form; "0" is held as "" so that the zero value is an ordinary 0.
	text string
}

// FromInt64 returns n as a Decimal.
func FromInt64(n int64) Decimal { return ofText(strconv.FormatInt(n, 10)) }

// String returns the canonical text described in the package comment; Parse of it gives an identical Decimal.
func (d Decimal) String() string {
	if d.text == "" {
		return "0"
	}
	return d.text
}

// Equal reports whether d and e print alike: 1.10 and 1.1 are not Equal, though Cmp finds them the same number.
func (d Decimal) Equal(e Decimal) bool { return d == e }

// Cmp compares the numbers and returns -1, 0 or +1. 1.10 and 1.1 compare as 0.
func (d Decimal) Cmp(e Decimal) int { return d.apd().Cmp(e.apd()) }

// Sign returns -1, 0 or +1.
func (d Decimal) Sign() int {
	p := d.split()
	switch {
	case p.digits == "":
		return 0
	case p.negative:
		return -1
	default:
		return 1
	}
}

// IsZero reports whether the number is zero, in whatever form (0, 0.00, 0E+3).
func (d Decimal) IsZero() bool { return d.Sign() == 0 }

// Digits returns the number of significant digits of the printed form, trailing zeros included: 3 for 1.10. Zero has none.
func (d Decimal) Digits() int { return len(d.split().digits) }

// Places returns the number of digits after the decimal point once an exponent is applied, at least 0: 2 for 1.10, 0
// for 1E+3, 4 for 1.5E-3.
func (d Decimal) Places() int { return max(0, -d.split().exponent) }

// MarshalText writes the canonical text, so JSON holds a string and never a number.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText parses text under the rules of Parse.
func (d *Decimal) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func ofText(canonical string) Decimal {
	if canonical == "0" {
		return Decimal{}
	}
	return Decimal{text: canonical}
}

// parts is a number as sign × digits × 10^exponent. digits has no leading zero and is empty for zero.
type parts struct {
	negative bool
	digits   string
	exponent int
}

// adjusted is the power of ten of the first significant digit; for zero, that of its last printed place.
func (p parts) adjusted() int {
	if p.digits == "" {
		return p.exponent
	}
	return p.exponent + len(p.digits) - 1
}

// split takes the canonical text apart.
func (d Decimal) split() parts {
	text, negative := strings.CutPrefix(d.text, "-")
	significand, exponentText, _ := strings.Cut(text, "E")
	exponent := 0
	if exponentText != "" {
		exponent, _ = strconv.Atoi(exponentText) // it was written by this package
	}
	whole, fraction, _ := strings.Cut(significand, ".")
	return parts{
		negative: negative,
		digits:   strings.TrimLeft(whole+fraction, "0"),
		exponent: exponent - len(fraction),
	}
}

// apd returns a fresh apd value, which the caller may change.
func (d Decimal) apd() *apd.Decimal {
	p := d.split()
	result := apd.New(0, int32(p.exponent)) // within ±(MaxExponent+MaxLength)
	if p.digits != "" {
		result.Coeff.SetString(p.digits, 10)
	}
	result.Negative = p.negative
	return result
}

// coefficient returns the signed integer of all significant digits.
func (p parts) coefficient() *big.Int {
	result := new(big.Int)
	if p.digits != "" {
		result.SetString(p.digits, 10)
	}
	if p.negative {
		result.Neg(result)
	}
	return result
}
