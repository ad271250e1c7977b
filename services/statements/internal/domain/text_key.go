package domain

import (
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// KeyOf is the same for texts with the same words, whatever their case, accents,
// width, punctuation and quote marks: SHA-256, in hexadecimal digits, of the tokens
// that search makes of the text, joined by a space. A text without a word has that
// of itself.
func KeyOf(text string) string {
	if words := searchtext.Stored(text); words != "" {
		return sourcetext.HashOf(words)
	}
	return sourcetext.HashOf(text)
}
