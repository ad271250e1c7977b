package sourcetext

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxLength is the greatest length of a text after normalisation, in code points.
	MaxLength = 1_000_000
	// maxInputBytes bounds the work of normalising: composing shortens a text by no more than this leaves room for.
	maxInputBytes = 4 * utf8.UTFMax * MaxLength
	// stride is the number of code points between two entries of the offset index.
	stride = 128
	// graphemeJoiner is what the normaliser inserts into endless runs of combining marks.
	graphemeJoiner = "\u034f"
)

// Text is a normalised text. It is immutable and safe for concurrent use; the zero value is the empty text.
type Text struct {
	s      string
	length int
	// index holds the byte offset of every stride-th code point; it is nil if every code point is one byte.
	index []int32
}

// Normalize returns s in the form that is stored: CRLF and CR become LF, then Unicode NFC. Nothing else changes: a byte
// order mark, tabs and trailing spaces stay. Normalising twice changes nothing. The error is a *TextError.
func Normalize(s string) (Text, error) {
	if len(s) > maxInputBytes {
		return Text{}, refuse(TooLong, "the text has more than %d code points", MaxLength)
	}
	if !utf8.ValidString(s) {
		return Text{}, refuse(InvalidUTF8, "the text is not valid UTF-8 (first bad byte at %d)", firstInvalid(s))
	}
	if at := strings.IndexByte(s, 0); at >= 0 {
		return Text{}, refuse(NULCharacter, "the text has a NUL character after %d code points", utf8.RuneCountInString(s[:at]))
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if normal := norm.NFC.String(s); normal != s {
		if strings.Count(normal, graphemeJoiner) > strings.Count(s, graphemeJoiner) {
			return Text{}, refuse(NotStreamSafe, "the text has more than 30 combining marks in a row")
		}
		s = normal
	}
	t := newText(s)
	if t.length > MaxLength {
		return Text{}, refuse(TooLong, "the text has %d code points; at most %d are kept", t.length, MaxLength)
	}
	return t, nil
}

func newText(s string) Text {
	t := Text{s: s, length: utf8.RuneCountInString(s)}
	if t.length == len(s) {
		return t
	}
	t.index = make([]int32, 0, t.length/stride+1)
	n := 0
	for at := range s {
		if n%stride == 0 {
			t.index = append(t.index, int32(at)) // at ≤ maxInputBytes
		}
		n++
	}
	return t
}

// String returns the text.
func (t Text) String() string { return t.s }

// Len returns the length in code points.
func (t Text) Len() int { return t.length }

// SHA256 returns the SHA-256 of the UTF-8 bytes, in lower-case hexadecimal. It is computed anew by each call.
func (t Text) SHA256() string { return HashOf(t.s) }

// HashOf returns the SHA-256 of the UTF-8 bytes of s, in lower-case hexadecimal: the hash that stands for the words of
// a span whose text is withheld.
func HashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// offset returns the byte at which code point n begins, for 0 ≤ n ≤ Len: one look-up and at most stride-1 steps.
func (t Text) offset(n int) int {
	if t.index == nil {
		return n
	}
	if n == t.length {
		return len(t.s)
	}
	at := int(t.index[n/stride])
	for range n % stride {
		_, size := utf8.DecodeRuneInString(t.s[at:])
		at += size
	}
	return at
}

func firstInvalid(s string) int {
	for at, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[at:]); size == 1 {
				return at
			}
		}
	}
	return len(s)
}

func refuse(reason Reason, format string, args ...any) error {
	return &TextError{Reason: reason, Message: fmt.Sprintf(format, args...)}
}
