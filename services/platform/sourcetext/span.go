package sourcetext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxFound is the greatest number of code points that a SpanError shows of what it found.
const MaxFound = 64

// Slice returns the code points from start up to but not including end. start may equal end; otherwise the error is a
// *SpanError with OutOfRange. The time does not depend on the length of the text.
func (t Text) Slice(start, end int) (string, error) {
	if start < 0 || end < start || end > t.length {
		return "", t.outOfRange(start, end)
	}
	from := t.offset(start)
	return t.s[from : from+t.bytesOf(from, start, end)], nil
}

// bytesOf returns the number of bytes of [start, end), whose first byte is from.
func (t Text) bytesOf(from, start, end int) int {
	if end-start >= stride {
		return t.offset(end) - from
	}
	at := from
	for range end - start {
		_, size := utf8.DecodeRuneInString(t.s[at:])
		at += size
	}
	return at - from
}

// Context returns up to n code points before start and after end, fewer at the ends of the text: the prefix and suffix of
// a TextQuoteSelector. Offsets outside the text give empty strings.
func (t Text) Context(start, end, n int) (prefix, suffix string) {
	if start < 0 || end < start || end > t.length || n <= 0 {
		return "", ""
	}
	from, to := t.offset(start), t.offset(end)
	n = min(n, t.length)
	return t.s[t.offset(max(0, start-n)):from], t.s[to:t.offset(min(t.length, end+n))]
}

// VerifySpan returns nil exactly if start < end lie within the text and the code points between them are exact, byte for
// byte. Otherwise the error is a *SpanError: OutOfRange, or ExactMismatch with what stands there.
func (t Text) VerifySpan(start, end int, exact string) error {
	if start >= end {
		return t.outOfRange(start, end)
	}
	found, err := t.Slice(start, end)
	if err != nil {
		return err
	}
	if found == exact {
		return nil
	}
	return &SpanError{
		Reason: ExactMismatch, Start: start, End: end, Length: t.length,
		Found: cut(found, MaxFound), Hint: t.hint(start, end, found, exact),
	}
}

func (t Text) outOfRange(start, end int) error {
	return &SpanError{Reason: OutOfRange, Start: start, End: end, Length: t.length}
}

// hint recognises the usual ways of counting or encoding differently. It only explains; the span stays refused.
func (t Text) hint(start, end int, found, exact string) string {
	switch {
	case !utf8.ValidString(exact):
		return "the given words are not valid UTF-8"
	case len(exact) <= maxInputBytes && norm.NFC.String(unixLines(exact)) == found:
		return "the two are equal after NFC and LF normalisation: send the words as they stand in the normalised text"
	case end <= len(t.s) && t.s[start:end] == exact:
		return "the offsets seem to count UTF-8 bytes; they must count code points"
	case t.sliceUTF16(start, end) == exact:
		return "the offsets seem to count UTF-16 units; they must count code points"
	default:
		return ""
	}
}

// sliceUTF16 returns the text between offsets in UTF-16 code units, or "" if they do not fall between code points.
func (t Text) sliceUTF16(start, end int) string {
	units, from := 0, -1
	for at, r := range t.s {
		if units == start {
			from = at
		}
		if units >= end {
			if units > end || from < 0 {
				return ""
			}
			return t.s[from:at]
		}
		units += utf16.RuneLen(r)
	}
	if units == end && from >= 0 {
		return t.s[from:]
	}
	return ""
}

func unixLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// cut returns the first n code points of s.
func cut(s string, n int) string {
	for at := range s {
		if n == 0 {
			return s[:at]
		}
		n--
	}
	return s
}
