package searchtext

import (
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// letters are letters that do not decompose but are commonly typed as others.
var letters = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ĸ': "k",
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه",
}

// wordRune reports whether r can be part of a token.
func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// accent reports whether r is a mark that is dropped. Marks of Hebrew, Arabic and of the Inherited script (those that
// go with Latin, Greek and Cyrillic letters) are; the voicing marks of Kana make other letters, and marks of Thai,
// Devanagari and so on are vowels.
func accent(r rune) bool {
	const voiced, semiVoiced = '\u3099', '\u309a'
	return unicode.Is(unicode.Mn, r) && r != voiced && r != semiVoiced &&
		unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Cyrillic)
}

// invisible reports whether r is dropped because it carries no letter: format characters, and the Arabic letter stretcher.
func invisible(r rune) bool {
	const tatweel = 'ـ'
	return r == tatweel || unicode.Is(unicode.Cf, r)
}

// foldRunes returns the case-folded segment without accents and invisible characters, decomposed.
func foldRunes(folded string) []rune {
	out := make([]rune, 0, len(folded))
	for _, r := range norm.NFKD.String(folded) {
		switch {
		case r < 0x80:
			out = append(out, unicode.ToLower(r))
		case accent(r), invisible(r):
		case unicode.Is(unicode.Nd, r):
			out = append(out, decimal.ASCIIDigit(r))
		default:
			if plain, ok := letters[r]; ok {
				out = append(out, []rune(plain)...)
			} else {
				out = append(out, r)
			}
		}
	}
	return out
}

// lightRunes returns the case-folded segment as a stemmer wants it: with its accents, composed, without invisible
// characters.
func lightRunes(folded string) []rune {
	out := make([]rune, 0, len(folded))
	for _, r := range norm.NFKC.String(folded) {
		switch {
		case invisible(r):
		case unicode.Is(unicode.Nd, r):
			out = append(out, decimal.ASCIIDigit(r))
		default:
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

// fold drops the accents of a word in lower case.
func fold(word string) string { return norm.NFC.String(string(foldRunes(word))) }
