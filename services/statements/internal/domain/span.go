package domain

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// ContextLength is how many code points before and after a span are kept.
const ContextLength = 32

// Reasons for which a span is refused.
const (
	SpanMismatch        = "SPAN_MISMATCH"
	SpanOutOfRange      = "SPAN_OUT_OF_RANGE"
	SpanContextMismatch = "SPAN_CONTEXT_MISMATCH"
	SpanHashMismatch    = "SPAN_HASH_MISMATCH"
	SpanTooLong         = "SPAN_TOO_LONG"
	SpansOverlap        = "SPANS_OVERLAP"
	FieldRequired       = "FIELD_REQUIRED"
	// Contradictory is the reason of fields that cannot both be true.
	Contradictory = "CONTRADICTORY"
)

// Span is a passage of a document version. Offsets count code points.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
	// Exact, Prefix and Suffix are empty where the words are withheld.
	Exact  string `json:"exact,omitempty"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Anchored says that the words were found in the text.
	Anchored bool `json:"anchored,omitempty"`
	// SHA256 is that of the words.
	SHA256 string `json:"sha256"`
}

// Source is the text that spans are verified against.
type Source struct {
	// Length is the length of the version's text in code points.
	Length int
	// Text is the version's text; nil if nobody brought it.
	Text *sourcetext.Text
}

// anchor verifies a span, whose field is path, and fills what follows from its
// words.
func (s Source) anchor(span *Span, path string, faults *errs.Violations) {
	before := faults.Len()
	s.checkRange(span, path, faults)
	if faults.Len() > before {
		return
	}
	if span.Exact != "" {
		sum := sourcetext.HashOf(span.Exact)
		if span.SHA256 != "" && span.SHA256 != sum {
			faults.Add(path+".exact_sha256", SpanHashMismatch, "the words in exact have the SHA-256 %s", sum)
		}
		span.SHA256 = sum
	}
	if s.Text == nil {
		checkShape(span, path, faults)
		// The words and their context stay as the writer gave them, and every answer says so.
		span.Anchored = false
		return
	}
	s.checkWords(span, path, faults)
	prefix, suffix := s.Text.Context(span.Start, span.End, ContextLength)
	checkContext(span, path, prefix, suffix, faults)
	span.Anchored, span.Prefix, span.Suffix = true, prefix, suffix
}

func (s Source) checkRange(span *Span, path string, faults *errs.Violations) {
	switch {
	case span.End <= span.Start:
		faults.Add(path+".end", SpanOutOfRange, "%d is not greater than start, %d", span.End, span.Start)
	case span.End > s.Length:
		faults.Add(path+".end", SpanOutOfRange, "%d is beyond the end of the text, which has %d code points", span.End, s.Length)
	case span.End-span.Start > maxText:
		faults.Add(path+".end", SpanTooLong, "the span has %d code points, the limit is %d", span.End-span.Start, maxText)
	case span.Exact == "" && span.SHA256 == "":
		faults.Add(path+".exact", FieldRequired, "the words of the span, or their SHA-256 in exact_sha256, are required")
	}
}

// checkWords compares the span with the text; a span known by its hash alone
// gets its words.
func (s Source) checkWords(span *Span, path string, faults *errs.Violations) {
	if span.Exact != "" {
		if err := s.Text.VerifySpan(span.Start, span.End, span.Exact); err != nil {
			faults.Add(path+".exact", spanReason(err), "%s", err.Error())
		}
		return
	}
	words, err := s.Text.Slice(span.Start, span.End)
	switch {
	case err != nil:
		faults.Add(path+".end", SpanOutOfRange, "%s", err.Error())
	case sourcetext.HashOf(words) != span.SHA256:
		faults.Add(path+".exact_sha256", SpanMismatch, "the text at [%d, %d) is %q, which has another SHA-256",
			span.Start, span.End, Shown(words))
	default:
		span.Exact = words
	}
}

// Shown cuts words to what an error shows.
func Shown(words string) string {
	if runes := []rune(words); len(runes) > sourcetext.MaxFound {
		return string(runes[:sourcetext.MaxFound]) + "…"
	}
	return words
}

// withhold drops the words of a span.
func (s *Span) withhold() { s.Exact, s.Prefix, s.Suffix = "", "", "" }

func spanReason(err error) string {
	var fault *sourcetext.SpanError
	if errors.As(err, &fault) && fault.Reason == sourcetext.OutOfRange {
		return SpanOutOfRange
	}
	return SpanMismatch
}

// checkShape is what can be known of a span without the text: whether the words
// could stand there at all.
func checkShape(span *Span, path string, faults *errs.Violations) {
	if span.Exact == "" {
		return
	}
	if have, want := utf8.RuneCountInString(span.Exact), span.End-span.Start; have != want {
		faults.Add(path+".exact", SpanMismatch, "the words have %d code points, the span [%d, %d) has %d",
			have, span.Start, span.End, want)
		return
	}
	if normal, err := sourcetext.Normalize(span.Exact); err != nil || normal.String() != span.Exact {
		faults.Add(path+".exact", SpanMismatch, "the words are not in normal form (NFC, LF), so no text can hold them")
	}
}

func checkContext(span *Span, path, prefix, suffix string, faults *errs.Violations) {
	if !strings.HasSuffix(prefix, span.Prefix) {
		faults.Add(path+".prefix", SpanContextMismatch, "before the span stands %q", prefix)
	}
	if !strings.HasPrefix(suffix, span.Suffix) {
		faults.Add(path+".suffix", SpanContextMismatch, "after the span stands %q", suffix)
	}
}
