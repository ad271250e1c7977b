package decimal

import (
	"math/big"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// groupers are the characters, besides point and comma, that printed numbers use between groups of digits.
const groupers = " '_\u00a0\u2009\u202f\u2019"

var (
	exponentSuffix = regexp.MustCompile(`[eE][+-]?[0-9]+$`)
	numeral        = regexp.MustCompile(`^[0-9]*(\.[0-9]*)?$`)
)

// SignificantDigits returns how many digits of a printed number are significant: at least minimum, at most maximum.
// They differ when an integer ends in zeros, which may be rounding or may not: "860" is 2 to 3, "3,000" is 1 to 4,
// "1.10" exactly 3, "0.05" exactly 1. Zero counts as one digit. Digits of any script are read.
//
// Words, signs and currency marks around the number are skipped ("US$860 billion"). Whether a point or a comma groups
// digits or begins a fraction follows from the number, if it is given: "3.000" is 1 to 4 of 3000 and exactly 4 of 3; and
// a text that has other digits than the number gives 0, 0. Else the later one of both is the decimal sign; a comma
// alone groups digits if three follow it or it repeats, else it is a decimal sign; a point alone is a decimal sign
// unless it repeats. A text without one plain number gives 0, 0.
func SignificantDigits(printed string, number *Decimal) (minimum, maximum int) {
	core := coreNumber(ASCIIDigits(printed))
	significand := exponentSuffix.ReplaceAllString(core, "")
	scientific := significand != core
	significand = readAs(significand, number)
	if significand == "" || !numeral.MatchString(significand) {
		return 0, 0
	}
	whole, fraction, pointed := strings.Cut(significand, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if number != nil && strings.TrimRight(digits, "0") != strings.TrimRight(number.split().digits, "0") {
		return 0, 0
	}
	if digits == "" {
		return 1, 1
	}
	if pointed && fraction != "" || scientific {
		return len(digits), len(digits)
	}
	return len(strings.TrimRight(digits, "0")), len(digits)
}

// ASCIIDigits writes the decimal digits of every script as 0 to 9, and the Arabic signs between them as point and comma.
func ASCIIDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u066b':
			return '.'
		case r == '\u066c':
			return ','
		case r >= utf8.RuneSelf && unicode.IsDigit(r):
			return ASCIIDigit(r)
		default:
			return r
		}
	}, s)
}

// ASCIIDigit is the ASCII digit of the same value as a decimal digit of any script; what is none stays as it is. Unicode promises that
// such digits come in runs of ten from zero.
func ASCIIDigit(r rune) rune {
	for _, block := range unicode.Nd.R16 {
		if low, high := rune(block.Lo), rune(block.Hi); low <= r && r <= high {
			return '0' + (r-low)%10
		}
	}
	for _, block := range unicode.Nd.R32 {
		if low, high := rune(block.Lo), rune(block.Hi); low <= r && r <= high {
			return '0' + (r-low)%10
		}
	}
	return r
}

// readAs returns the text of a number without grouping and with a point for its decimal sign: as it makes the number, if it does so one
// way or the other, else as such texts are mostly meant.
func readAs(s string, number *Decimal) string {
	usual := plainPoint(s)
	if number == nil {
		return usual
	}
	want := number.split().reduced()
	want.negative = false
	bare := func(s string) string { return strings.NewReplacer(".", "", ",", "").Replace(ungrouped(s)) }
	readings := []string{usual, bare(s)}
	for _, sign := range ".," {
		if at := strings.LastIndexByte(s, byte(sign)); at >= 0 {
			readings = append(readings, bare(s[:at])+"."+bare(s[at+1:]))
		}
	}
	for _, reading := range readings {
		if d, err := Parse(reading); err == nil && d.split().reduced() == want {
			return reading
		}
	}
	return usual
}

// coreNumber drops what stands before the first digit (a point that begins a fraction stays) and after the last one.
func coreNumber(printed string) string {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	first := strings.IndexFunc(printed, isDigit)
	if first < 0 {
		return ""
	}
	last := strings.LastIndexFunc(printed, isDigit)
	if first > 0 && printed[first-1] == '.' {
		first--
	}
	return printed[first : last+1]
}

// plainPoint removes grouping and turns the decimal sign into a point.
func plainPoint(s string) string {
	s = ungrouped(s)
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	comma, point := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case points > 0 && commas > 0 && comma > point:
		return strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	case points > 0 && commas > 0:
		return strings.ReplaceAll(s, ",", "")
	case commas > 1, commas == 1 && len(s)-comma == 4 && comma > 0:
		return strings.ReplaceAll(s, ",", "")
	case commas == 1:
		return strings.Replace(s, ",", ".", 1)
	case points > 1:
		return strings.ReplaceAll(s, ".", "")
	default:
		return s
	}
}

// ungrouped drops what only groups digits.
func ungrouped(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(groupers, r) {
			return -1
		}
		return r
	}, s)
}

// RoundingInterval returns the half-open interval [low, high) of numbers that print as value when rounded to the given
// number of significant digits: 14 at two digits is [13.5, 14.5); 860 is [855, 865). Fewer than one digit counts as
// one. For zero the last printed place is what was rounded: 0.0 is [-0.05, 0.05). Both bounds are exact; a *ParseError
// (TooManyDigits or ExponentOutOfRange) says that a bound does not fit a Decimal.
func RoundingInterval(value Decimal, digits int) (low, high Decimal, err error) {
	p := value.split()
	place := p.exponent
	if p.digits != "" {
		place = p.adjusted() - max(1, min(MaxDigits, digits)) + 1
	}
	// Half a unit of the place is 5 × 10^(place-1); both terms are brought to the smaller exponent and added as integers.
	half := big.NewInt(5)
	exponent := min(p.exponent, place-1)
	coefficient := new(big.Int).Mul(p.coefficient(), Pow10(p.exponent-exponent))
	half.Mul(half, Pow10(place-1-exponent))
	bound := func(n *big.Int) (Decimal, error) {
		q := partsOf(n, exponent)
		for q.exponent < 0 && strings.HasSuffix(q.digits, "0") { // keep the bound as short as it can be, but not shorter than an integer
			q.digits, q.exponent = q.digits[:len(q.digits)-1], q.exponent+1
		}
		return build(q)
	}
	if low, err = bound(new(big.Int).Sub(coefficient, half)); err != nil {
		return Decimal{}, Decimal{}, err
	}
	if high, err = bound(new(big.Int).Add(coefficient, half)); err != nil {
		return Decimal{}, Decimal{}, err
	}
	return low, high, nil
}
