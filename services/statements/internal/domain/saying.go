package domain

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// sayingOf is the same for texts that say the same: their words, as KeyOf takes them,
// and the signs between them that change what is said, which a search does not look
// at: "$5" is not "€5", "-5" not "5", "3.5" not "3-5", and a thumb up is not one down.
// How a house sets a number does not change it: "5 €" is "€5", "3,5" is "3.5". Where a
// sign may be either, the texts are taken for different: who merges them is told.
func sayingOf(text string) string {
	var saying strings.Builder
	runes := withCurrencyFirst([]rune(text))
	from := 0
	for i := range runes {
		if sign := signAt(runes, i); sign != "" {
			saying.WriteString(searchtext.Stored(string(runes[from:i])) + " " + sign + " ")
			from = i + 1
		}
	}
	return saying.String() + searchtext.Stored(string(runes[from:]))
}

// withCurrencyFirst puts each currency sign that stands behind a number in front of it.
func withCurrencyFirst(text []rune) []rune {
	out := make([]rune, 0, len(text))
	number := -1 // where the number begins that was read last
	for i, r := range text {
		before := at(text, i-1)
		switch {
		case beginsNumber(text, i):
			if number < 0 || unicode.IsSpace(before) {
				number = len(out)
			}
		case unicode.Is(unicode.Sc, r) && number >= 0 && !beginsNumber(text, i+1):
			out, number = slices.Insert(out, number, r), -1
			continue
		case !unicode.IsSpace(r) || unicode.IsSpace(before):
			number = -1
		}
		out = append(out, r)
	}
	return out
}

// signAt is the sign that stands at i, in one of its forms: a symbol, a number that is
// not written in digits, a percent sign, a minus, a mark before a number, or what
// separates two digits but groups of three; empty if none does.
func signAt(text []rune, i int) string {
	r := text[i]
	before, after := at(text, i-1), at(text, i+1)
	switch {
	case unicode.Is(unicode.Dash, r):
		return dashAt(text, i)
	case strings.ContainsRune("®©™", r):
		return ""
	case unicode.Is(unicode.No, r):
		return string(r)
	case unicode.In(r, unicode.Sc, unicode.Sm, unicode.So, emojiModifiers) || strings.ContainsRune("%‰‱٪؉؊﹪％^＾", r),
		strings.ContainsRune("#＃§¶", r) && numberFollows(text, i):
		return norm.NFKC.String(string(r))
	case unicode.IsDigit(before) && unicode.IsDigit(after) && unicode.IsPunct(r):
		return separatorAt(text, i)
	case isDecimalMark(r) && unicode.IsDigit(after) && before != r:
		return "0." // not as between two digits: "3 .5" is not "3.5"
	}
	return ""
}

// dashAt is the sign of the dash at i: "-" between two numbers, "−" before one; empty if
// it joins words or is a break between them. A break after a word is a dash longer than
// a hyphen with blanks on both sides, or the longest: with a hyphen people write minus.
func dashAt(text []rune, i int) string {
	r, before := text[i], at(text, i-1)
	left, spaced := beforeBlanks(text, i), unicode.IsSpace(at(text, i+1))
	switch {
	case !numberFollows(text, i):
		return ""
	case unicode.IsDigit(before), unicode.IsDigit(left) && spaced:
		return "-"
	case r == '—', unicode.In(before, unicode.L, unicode.M):
		return ""
	case spaced && unicode.In(left, unicode.L, unicode.M) && !strings.ContainsRune("-−﹣－", r):
		return ""
	}
	return "−"
}

// separatorAt is the sign of a mark between two digits. A decimal mark is the same
// whichever it is, unless three digits follow: "1.500" and "1,500" may be two numbers.
func separatorAt(text []rune, i int) string {
	switch r := text[i]; {
	case groups(text, i):
		return ""
	case isDecimalMark(r) && digitsFrom(text, i+1, 1) != 3:
		return "."
	case isApostrophe(r):
		return "'"
	default:
		return norm.NFKC.String(string(r))
	}
}

// emojiModifiers are the only modifier symbols that are no accents or apostrophes.
var emojiModifiers = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1F3FB, Hi: 0x1F3FF, Stride: 1}}}

// groups reports whether the mark between two digits only groups them: an apostrophe or
// a comma before three digits, after no more than three.
func groups(text []rune, i int) bool {
	return (text[i] == ',' || isApostrophe(text[i])) && digitsFrom(text, i+1, 1) == 3 && digitsFrom(text, i-1, -1) <= 3
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' }

func isDecimalMark(r rune) bool { return strings.ContainsRune(".,·٫．", r) }

// digitsFrom counts the digits from i on, in steps of 1 or -1, up to four.
func digitsFrom(text []rune, i, step int) (count int) {
	for ; count < 4 && unicode.IsDigit(at(text, i)); i += step {
		count++
	}
	return count
}

// beginsNumber reports whether a digit stands at i, or a mark that belongs to one.
func beginsNumber(text []rune, i int) bool {
	r := at(text, i)
	return unicode.IsDigit(r) || (isDecimalMark(r) || isApostrophe(r)) && unicode.IsDigit(at(text, i+1))
}

// numberFollows reports whether a number comes after i, with blanks and currency signs
// before it or without.
func numberFollows(text []rune, i int) bool {
	for i++; unicode.IsSpace(at(text, i)) || unicode.Is(unicode.Sc, at(text, i)); {
		i++
	}
	return beginsNumber(text, i)
}

// beforeBlanks is what stands before i, blanks left out.
func beforeBlanks(text []rune, i int) rune {
	for i--; unicode.IsSpace(at(text, i)); {
		i--
	}
	return at(text, i)
}

// at is the rune at i, 0 where there is none.
func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}
