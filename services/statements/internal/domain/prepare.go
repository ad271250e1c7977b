package domain

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// Reasons for which the text of a statement is refused.
const (
	TextMismatch = "TEXT_MISMATCH"
	TextRequired = "TEXT_REQUIRED"
	TextTooLong  = "TEXT_TOO_LONG"
	// TextNotASummary is that of the passage of a withheld text, word for word.
	TextNotASummary = "TEXT_NOT_A_SUMMARY"
)

const (
	// passageGap joins the passages of a statement in its text.
	passageGap = " […] "
	// maxText is the greatest length of a statement's text, in code points.
	maxText = 20_000
)

// Prepare verifies the spans of a statement as written and fills what follows
// from them: hashes, context, text. Where the document's text is withheld, most of
// its words are dropped. path is the field of the statement in the
// request.
//
// INVALID_ARGUMENT with every fault: SPAN_MISMATCH, SPAN_OUT_OF_RANGE,
// SPAN_HASH_MISMATCH, SPAN_CONTEXT_MISMATCH, SPAN_TOO_LONG, SPANS_OVERLAP,
// TEXT_MISMATCH, TEXT_NOT_A_SUMMARY, TEXT_REQUIRED, TEXT_TOO_LONG,
// FIELD_REQUIRED, CONTRADICTORY, and those of CheckEditing.
func (s Statement) Prepare(path string, source Source, withheld bool) (Statement, error) {
	var faults errs.Violations
	s = s.clone()
	s.checkOrder(path, &faults)
	s.checkBlank(path, &faults)
	for _, at := range s.spans() {
		source.anchor(at.span, errs.JoinPath(path, at.field), &faults)
	}
	s.Time.checkPrinted(errs.JoinPath(path, "statement_time"), &faults)
	s.Text = s.text(path, source.Text != nil, withheld, &faults)
	s.TextKey = KeyOf(s.Text)
	for i := range s.Speakers {
		s.Speakers[i].prepare(errs.JoinPath(path, indexed("speakers", i)), &faults)
	}
	s.checkOriginal(path, withheld, &faults)
	s.CheckEditing(path, &faults)
	if withheld {
		s.withhold()
	}
	return s, faults.Err()
}

// withhold drops the words of a document whose text is withheld. A direct
// quotation keeps its passages with their context, and of its cue the words; of
// every other span offsets and hash are left.
func (s Statement) withhold() {
	for _, at := range s.spans() {
		switch {
		case s.Type == Direct && at.kind == content:
		case s.Type == Direct && at.kind == cue:
			at.span.Prefix, at.span.Suffix = "", ""
		default:
			at.span.withhold()
		}
	}
}

// clone makes spans of the statement's own, so that preparing changes nobody
// else's.
func (s Statement) clone() Statement {
	s.Contents, s.SourceMentions, s.Speakers = slices.Clone(s.Contents), slices.Clone(s.SourceMentions), slices.Clone(s.Speakers)
	if s.Cue != nil {
		cue := *s.Cue
		s.Cue = &cue
	}
	s.Time = s.Time.clone()
	return s
}

// fieldSpan is a span with its field in the statement.
type fieldSpan struct {
	span  *Span
	field string
	kind  spanKind
}

// spanKind is what a span shows.
type spanKind int

const (
	other spanKind = iota
	content
	cue
)

// spans returns all spans of the statement, to be changed in place.
func (s Statement) spans() []fieldSpan {
	var spans []fieldSpan
	for i := range s.Contents {
		spans = append(spans, fieldSpan{&s.Contents[i], indexed("contents", i), content})
	}
	if s.Cue != nil {
		spans = append(spans, fieldSpan{s.Cue, "cue", cue})
	}
	for i := range s.SourceMentions {
		spans = append(spans, fieldSpan{&s.SourceMentions[i], indexed("source_mentions", i), other})
	}
	if span := s.Time.span(); span != nil {
		spans = append(spans, fieldSpan{span, "statement_time.printed.span", other})
	}
	return spans
}

// checkOrder refuses passages that overlap or are not in text order.
func (s Statement) checkOrder(path string, faults *errs.Violations) {
	for i := 1; i < len(s.Contents); i++ {
		if before, span := s.Contents[i-1], s.Contents[i]; span.Start < before.End {
			faults.Add(errs.JoinPath(path, indexed("contents", i)+".start"), SpansOverlap,
				"%d is before the end of the passage before, %d: passages stand in text order and do not overlap", span.Start, before.End)
		}
	}
}

// checkBlank refuses words of which nothing can be seen.
func (s Statement) checkBlank(path string, faults *errs.Violations) {
	if s.Text != "" && fieldcheck.Blank(s.Text) {
		faults.Add(errs.JoinPath(path, "text"), TextRequired, "is white space alone: leave it out, or say it in words")
	}
	for i, span := range s.Contents {
		if span.Exact != "" && fieldcheck.Blank(span.Exact) {
			faults.Add(errs.JoinPath(path, indexed("contents", i)+".exact"), TextRequired, "is white space alone: a passage has words")
		}
	}
	for i, speaker := range s.Speakers {
		if speaker.Entity == "" && speaker.Known() != None && fieldcheck.Blank(speaker.AttributionText) {
			faults.Add(errs.JoinPath(path, indexed("speakers", i)+".attribution_text"), FieldRequired, "is required without an entity: white space alone names nobody")
		}
	}
}

// words returns the passages joined.
func (s Statement) words() string {
	passages := make([]string, len(s.Contents))
	for i, span := range s.Contents {
		passages[i] = span.Exact
	}
	return strings.Join(passages, passageGap)
}

// isPassage reports whether the text is the passages, as far as words or hashes
// tell.
func (s Statement) isPassage() bool {
	if s.Text == s.words() {
		return true
	}
	parts := strings.Split(s.Text, passageGap)
	return slices.EqualFunc(parts, s.Contents, func(part string, span Span) bool {
		return sourcetext.HashOf(part) == span.SHA256
	})
}

// text decides the text of a statement: the passages of a direct quotation; else
// the editor's summary, or the passages where they may be kept.
func (s Statement) text(path string, verified, withheld bool, faults *errs.Violations) string {
	field, words := errs.JoinPath(path, "text"), s.words()
	if s.Type != Direct && s.Text != "" {
		if withheld && s.isPassage() {
			faults.Add(field, TextNotASummary,
				"the document's text is withheld, and this is its passage word for word: say it in words of your own")
		}
		return s.Text
	}
	switch {
	case s.Type != Direct && withheld:
		faults.Add(field, TextRequired,
			"the document's text is withheld, so a statement that is not DIRECT needs a summary in the editor's own words")
	case !verified && s.wordless(path, faults):
	case s.Text != "" && s.Text != words:
		faults.Add(field, TextMismatch, "the text of a DIRECT statement is its passages joined by %q: leave it empty or send exactly that", passageGap)
	case utf8.RuneCountInString(words) > maxText && faults.Len() == 0:
		faults.Add(errs.JoinPath(path, "contents"), TextTooLong,
			"the passages together have more than %d code points", maxText)
	}
	return words
}

// wordless refuses a direct quotation without its words: there is no text to
// take them from.
func (s Statement) wordless(path string, faults *errs.Violations) (found bool) {
	for i, span := range s.Contents {
		if span.Exact == "" && span.SHA256 != "" {
			found = true
			faults.Add(errs.JoinPath(path, indexed("contents", i)+".exact"), FieldRequired,
				"the words of a direct quotation are required where nobody has brought the text")
		}
	}
	return found
}

func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
