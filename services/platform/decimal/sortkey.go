package decimal

import "fmt"

// The first byte of a sort key puts negative numbers before zero and zero before positive ones.
const (
	keyNegative = '-'
	keyZero     = '0'
	keyPositive = '1'
	// keyEnd closes the digits of a negative number: being greater than any digit, it puts -12 after -123.
	keyEnd = '~'
	// keyBias makes every adjusted exponent three digits without a sign.
	keyBias = 500
	keyTop  = 999
)

// SortKey returns ASCII text whose bytewise order is the order of the numbers, so that a text column with binary
// collation (SQLite BINARY, PostgreSQL "C") can be compared, indexed and paged. Equal numbers have equal keys: 1.10 and
// 1.1 share one. A key has at most 43 bytes:
//
//	zero      "0"
//	positive  "1" + (adjusted exponent + 500, three digits) + digits without trailing zeros
//	negative  "-" + (999 − that exponent) + nine's complement of the digits + "~"
func (d Decimal) SortKey() string {
	p := d.split().reduced()
	if p.digits == "" {
		return string(keyZero)
	}
	biased := p.adjusted() + keyBias
	if !p.negative {
		return fmt.Sprintf("%c%03d%s", keyPositive, biased, p.digits)
	}
	return fmt.Sprintf("%c%03d%s%c", keyNegative, keyTop-biased, complement(p.digits), keyEnd)
}

func complement(digits string) string {
	out := []byte(digits)
	for i, c := range out {
		out[i] = '0' + '9' - c
	}
	return string(out)
}
