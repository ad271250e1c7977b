package domain

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// contextLength is how many code points of context a span keeps on each side.
const contextLength = 32

// SourceText is what a write brings along of the document. The text is used and not kept.
type SourceText struct {
	// Text is the document version's text in its normal form; nil if the write has none.
	Text *sourcetext.Text
	// SHA256 is the hash of Text; "" without it.
	SHA256 string
	// Withheld says that the words of the document may not be kept.
	Withheld bool
	// EmbargoEnd is when the embargo of the document ends; 0 without one.
	EmbargoEnd recordtime.Time
}

// Anchor verifies every span of the figure against the text, fills context and hashes, compares what is said to be printed, and then drops
// the words if the document is withheld: of its spans the offsets and hashes stay, of its wording the number, sign and multiplier. Without a text the spans are
// UNVERIFIED: words and context stay as the writer gave them, and every answer says so.
func (s SourceText) Anchor(f *Figure) error { return s.anchorAfter(f, nil) }

// AnchorAfter is Anchor for another state of a figure that is on record. As CheckAfter, it reports no words beside a span that are on record so.
func (s SourceText) AnchorAfter(f *Figure, before Figure) error { return s.anchorAfter(f, &before) }

func (s SourceText) anchorAfter(f *Figure, before *Figure) error {
	var v errs.Violations
	for _, at := range f.spans() {
		s.anchor(&v, at)
	}
	if v.Len() == 0 {
		f.checkPrinted(&v, before)
	}
	s.settle(f)
	return v.Err()
}

// settle keeps of the text what may be kept: its hash, and the words unless they are withheld.
func (s SourceText) settle(f *Figure) {
	f.SourceSHA256 = ""
	if f.HasSpans() {
		f.SourceSHA256 = s.SHA256
	}
	if s.Withheld {
		f.withhold()
	}
}

func (s SourceText) anchor(v *errs.Violations, at spanAt) {
	span := at.span
	if span.Exact != "" {
		hash := sourcetext.HashOf(span.Exact)
		if span.SHA256 != "" && span.SHA256 != hash {
			v.Add(at.path+".exact_sha256", "SPAN_HASH_MISMATCH", "the SHA-256 of exact is %s", hash)
			return
		}
		span.SHA256 = hash
	}
	if s.Text == nil {
		checkShape(v, at)
		span.State = Unverified
		return
	}
	if span.Exact == "" {
		words, err := s.Text.Slice(span.Start, span.End)
		if err != nil {
			addSpanError(v, at.path, err)
			return
		}
		if sourcetext.HashOf(words) != span.SHA256 {
			v.Add(at.path+".exact_sha256", "SPAN_MISMATCH", "the text at [%d, %d) is %q, which has another SHA-256",
				span.Start, span.End, excerpt(words))
			return
		}
		span.Exact = words
	} else if err := s.Text.VerifySpan(span.Start, span.End, span.Exact); err != nil {
		addSpanError(v, at.path, err)
		return
	}
	prefix, suffix := s.Text.Context(span.Start, span.End, contextLength)
	if !strings.HasSuffix(prefix, span.Prefix) {
		v.Add(at.path+".prefix", "SPAN_CONTEXT_MISMATCH", "before the span stands %q", prefix)
	}
	if !strings.HasPrefix(suffix, span.Suffix) {
		v.Add(at.path+".suffix", "SPAN_CONTEXT_MISMATCH", "after the span stands %q", suffix)
	}
	span.State, span.Prefix, span.Suffix = Anchored, prefix, suffix
}

// excerpt cuts words to what an error shows.
func excerpt(words string) string {
	if runes := []rune(words); len(runes) > sourcetext.MaxFound {
		return string(runes[:sourcetext.MaxFound]) + "…"
	}
	return words
}

// checkShape is what can be known of a span without the text: whether the words could stand there at all.
func checkShape(v *errs.Violations, at spanAt) {
	span := at.span
	if span.Exact == "" {
		return
	}
	if have, want := utf8.RuneCountInString(span.Exact), span.End-span.Start; have != want {
		v.Add(at.path+".exact", "SPAN_MISMATCH", "the words have %d code points, the span [%d, %d) has %d", have, span.Start, span.End, want)
		return
	}
	if normal, err := sourcetext.Normalize(span.Exact); err != nil || normal.String() != span.Exact {
		v.Add(at.path+".exact", "SPAN_MISMATCH", "the words are not in normal form (NFC, LF), so no text can hold them")
	}
}

func addSpanError(v *errs.Violations, path string, err error) {
	var spanErr *sourcetext.SpanError
	switch {
	case !errors.As(err, &spanErr):
		v.AddErr(path, err)
	case spanErr.Reason == sourcetext.OutOfRange:
		v.Add(path+".end", "SPAN_OUT_OF_RANGE", "%v", err)
	default:
		v.Add(path+".exact", "SPAN_MISMATCH", "%v", err)
	}
}

// withhold drops the document's words.
func (f *Figure) withhold() {
	for _, at := range f.spans() {
		at.span.Exact, at.span.Prefix, at.span.Suffix = "", "", ""
	}
	if f.Reported != nil {
		f.Reported.Text = ""
	}
	for i := range f.Alternates {
		if f.Alternates[i].Reported != nil {
			f.Alternates[i].Reported.Text = ""
		}
	}
}
