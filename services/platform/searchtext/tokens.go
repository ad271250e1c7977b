package searchtext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxTokenLength is the greatest length of a token in code points. It keeps every token within the limits of every
// engine (PostgreSQL holds 2046 bytes); words that agree so far are the same word.
const MaxTokenLength = 64

// Tokens returns the tokens of s in order; the package comment says how they are made. Bytes that are not UTF-8 separate
// words. Any input is accepted.
func Tokens(s string) []string { return tokenize(s, foldRunes) }

// tokenize cuts s into words; plain is what is left of a case-folded segment that is not simply ASCII.
func tokenize(s string, plain func(string) []rune) []string {
	var out []string
	caser := cases.Fold() // not shared: a Caser may be stateful
	for segments := words.FromString(norm.NFKC.String(s)); segments.Next(); {
		segment := segments.Value()
		first, size := utf8.DecodeRuneInString(segment)
		single := size == len(segment)
		switch {
		case isASCIIWord(segment):
			out = appendToken(out, strings.ToLower(segment))
		case single && !wordRune(first):
			// A space or a punctuation mark: most segments that are no words.
		case single && unicode.IsLetter(first) && unicode.Is(unicode.Han, first):
			out = append(out, segment) // the common case of Chinese and Japanese: nothing to fold
		default:
			for _, piece := range pieces(plain(caser.String(segment))) {
				out = appendToken(out, norm.NFC.String(string(piece)))
			}
		}
	}
	return out
}

// Stored returns the form in which the tokens of s are stored and indexed: joined by single spaces.
func Stored(s string) string { return strings.Join(Tokens(s), " ") }

// StoredTokens returns the tokens of a stored form or an entry.
func StoredTokens(stored string) []string { return strings.Fields(stored) }

func appendToken(out []string, token string) []string {
	if len(token) > MaxTokenLength {
		n := 0
		for at := range token {
			if n == MaxTokenLength {
				token = token[:at]
				break
			}
			n++
		}
	}
	return append(out, token)
}

func isASCIIWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
