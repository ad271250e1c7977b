package decimal

import (
	"fmt"
	"strconv"
)

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

// ParseSortKey returns the number that key stands for, in the notation of computed results (the printed form is not in a
// key). Text that SortKey does not write is refused with a *ParseError.
func ParseSortKey(key string) (Decimal, error) {
	if key == string(keyZero) {
		return Decimal{}, nil
	}
	if len(key) < 5 || len(key) > MaxDigits+5 {
		return Decimal{}, refuse(Malformed, "not a sort key: wrong length")
	}
	p := parts{negative: key[0] == keyNegative, digits: key[4:]}
	biased, err := strconv.ParseUint(key[1:4], 10, 16)
	if err != nil {
		return Decimal{}, refuse(Malformed, "not a sort key: the exponent is not three digits")
	}
	exponent := int(biased) // three digits
	if p.negative {
		exponent = keyTop - exponent
		p.digits = complement(p.digits[:len(p.digits)-1])
	}
	p.exponent = exponent - keyBias - len(p.digits) + 1
	d, err := build(p)
	if err != nil || d.SortKey() != key {
		return Decimal{}, refuse(Malformed, "not a sort key")
	}
	return d, nil
}

func complement(digits string) string {
	out := []byte(digits)
	for i, c := range out {
		out[i] = '0' + '9' - c
	}
	return string(out)
}
