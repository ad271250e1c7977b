package numerals

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// Numeral is what a printed number may be. The zero Numeral is of a text that is not read.
type Numeral struct {
	// Numbers are what it may be, without a sign and without Multiplier.
	Numbers []decimal.Decimal
	// InWords says that it is no figures: "twelve".
	InWords bool
	// Negative says that a minus is before it. A number without one may still be below zero: "fell by 5", "(5)", "▲5".
	Negative bool
	// Multiplier is the word after the figures, as of "3 million"; "" if there is none.
	Multiplier string
}

// Is says whether the numeral may be a number, whatever its sign.
func (n Numeral) Is(d decimal.Decimal) bool {
	d = d.Abs()
	return slices.ContainsFunc(n.Numbers, func(number decimal.Decimal) bool {
		return number.Cmp(d) == 0 || slices.ContainsFunc(Powers(n.Multiplier), func(power int) bool {
			multiplied, err := number.Scale10(power)
			return err == nil && multiplied.Cmp(d) == 0
		})
	})
}

// Powers returns the powers of ten that a printed multiplier, such as "billion" or "Mrd.", may stand for in any language and country, on
// the short or the long scale; none of a text that is not known.
func Powers(multiplier string) []int {
	if multiplier == "" || len(multiplier) > maxLength {
		return nil
	}
	return table().powers[folded(multiplier)]
}

// The signs before a number: minuses are dashes of any length but the longest, which opens a line; of the others nobody can tell without
// knowing the country what they are: ▲ is below zero in Japan and above elsewhere.
const (
	minuses = "-−‐‑‒–－﹣"
	pluses  = "+＋"
	unsure  = "▲△▼▽↑↓±"
)

// maxLength is how many bytes a number may have that is read: 38 digits of any script, grouped in threes, have less.
const maxLength = 200

// Read returns what a text may be as a number: in figures of any script, whatever signs part and group them, in parentheses or with a known
// multiplier after it, or as a word.
func Read(text string) Numeral {
	if text = strings.TrimSpace(text); text == "" || len(text) > maxLength {
		return Numeral{}
	}
	text = decimal.ASCIIDigits(text)
	for _, around := range []string{"()", "（）"} {
		opening, size := utf8.DecodeRuneInString(around)
		if inner, closed := strings.CutSuffix(text, around[size:]); closed && strings.HasPrefix(inner, string(opening)) {
			text = strings.TrimSpace(inner[size:])
		}
	}
	negative := false
	if sign, size := utf8.DecodeRuneInString(text); strings.ContainsRune(minuses+pluses+unsure, sign) {
		text, negative = text[size:], strings.ContainsRune(minuses, sign)
	}
	n := unsigned(text)
	n.Negative = negative && len(n.Numbers) > 0
	return n
}

// unsigned reads what is after the sign.
func unsigned(text string) Numeral {
	at := strings.LastIndexFunc(text, unicode.IsNumber)
	if at < 0 {
		return Numeral{Numbers: table().words[folded(text)], InWords: true}
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	figures, multiplier := text[:at+size], strings.TrimSpace(text[at+size:])
	if isWhole(multiplier) && Powers(multiplier) != nil {
		return Numeral{Numbers: decimal.Readings(figures), Multiplier: multiplier}
	}
	return Numeral{Numbers: decimal.Readings(text)}
}

// isWhole says that a multiplier is none that may be a unit, or a word for one, after a number: "5 m", "5 mil.", "5 mille".
func isWhole(multiplier string) bool {
	first, _ := utf8.DecodeRuneInString(multiplier)
	word := folded(multiplier)
	return unicode.Is(unicode.Han, first) || utf8.RuneCountInString(word) > 4 && word != "mille" && word != "mhíle"
}
