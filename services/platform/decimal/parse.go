package decimal

import "strings"

// exponentCap stops the reading of an exponent long before it could overflow; anything this large is out of range.
const exponentCap = 1_000_000

// Parse reads a google.type.Decimal:
//
//	[sign] digits [ "." [digits] ] [ ("e"|"E") [sign] digits ]   or   [sign] "." digits …
//
// The point is the only decimal separator; grouping, spaces, NaN, infinities and the empty text are refused (whether a
// missing number means zero is for the caller to say). Errors are *ParseError.
func Parse(s string) (Decimal, error) {
	if len(s) > MaxLength {
		return Decimal{}, refuse(TooLong, "a decimal has at most %d characters", MaxLength)
	}
	if isPlain(s) {
		return Decimal{text: s}, nil
	}
	t, err := scan(s)
	if err != nil {
		return Decimal{}, err
	}
	p := parts{
		negative: t.negative,
		digits:   strings.TrimLeft(t.whole+t.fraction, "0"),
		exponent: t.exponent - len(t.fraction),
	}
	if err := p.check(); err != nil {
		return Decimal{}, err
	}
	whole := strings.TrimLeft(t.whole, "0")
	if whole == "" {
		whole = "0"
	}
	var b strings.Builder
	if p.negative && p.digits != "" {
		b.WriteByte('-')
	}
	b.WriteString(whole)
	if t.fraction != "" {
		b.WriteByte('.')
		b.WriteString(t.fraction)
	}
	writeExponent(&b, t.exponent)
	return ofText(b.String()), nil
}

// isPlain reports whether s is surely canonical and within the limits, so that it
// need not be written anew: an optional minus, a whole number that begins with 1
// to 9, perhaps a point and digits. Nearly all numbers are.
func isPlain(s string) bool {
	whole, rest := cutDigits(strings.TrimPrefix(s, "-"))
	if whole == "" || whole[0] == '0' {
		return false
	}
	if rest == "" {
		return len(whole) <= MaxDigits
	}
	fraction, end := cutDigits(rest[1:])
	return rest[0] == '.' && fraction != "" && end == "" && len(whole)+len(fraction) <= MaxDigits
}

// check applies the limits that every Decimal keeps.
func (p parts) check() error {
	if len(p.digits) > MaxDigits {
		return refuse(TooManyDigits, "%d significant digits; at most %d are kept and none is rounded away", len(p.digits), MaxDigits)
	}
	if a := p.adjusted(); a > MaxExponent || a < -MaxExponent {
		return refuse(ExponentOutOfRange, "the number is outside 1E-%d to 1E+%d", MaxExponent, MaxExponent+1)
	}
	return nil
}

// tokens are the pieces of a decimal text, as they came.
type tokens struct {
	negative        bool
	whole, fraction string
	exponent        int
}

func scan(s string) (tokens, error) {
	var t tokens
	rest := s
	t.negative, rest = cutSign(rest)
	t.whole, rest = cutDigits(rest)
	if after, ok := strings.CutPrefix(rest, "."); ok {
		t.fraction, rest = cutDigits(after)
	}
	if t.whole == "" && t.fraction == "" {
		return t, malformed(s, rest, "a decimal needs at least one digit")
	}
	if rest == "" {
		return t, nil
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return t, malformed(s, rest, "only digits, one point and an exponent may stand in a decimal")
	}
	negative, rest := cutSign(rest[1:])
	digits, rest := cutDigits(rest)
	if digits == "" || rest != "" {
		return t, malformed(s, rest, "an exponent is an optional sign and digits")
	}
	for _, c := range []byte(digits) {
		t.exponent = min(exponentCap, t.exponent*10+int(c-'0'))
	}
	if negative {
		t.exponent = -t.exponent
	}
	return t, nil
}

func cutSign(s string) (negative bool, rest string) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[0] == '-', s[1:]
	}
	return false, s
}

func cutDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

// malformed names the first character that does not fit, by its position in the whole text.
func malformed(whole, rest, rule string) error {
	if rest == "" {
		return refuse(Malformed, "not a decimal: %s", rule)
	}
	for _, r := range rest {
		return refuse(Malformed, "not a decimal: unexpected %q at position %d (%s)", r, len(whole)-len(rest), rule)
	}
	return nil
}
