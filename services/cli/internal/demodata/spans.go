package demodata

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// Limits of the contract that annotations may exceed.
const (
	maxSpans       = 32
	maxAttribution = 500
	maxID          = 63
)

// What is said of an annotation that has other words, or more parts, than it may.
const (
	notThere = "the words of the annotation are not where it says: are its offsets in bytes, or of another text?"
	tooMany  = "the words are in more parts than a statement has"
)

// marks are the quotation marks that may stand around words.
const marks = "\"'„“”‚‘’»«›‹"

// passage is a part of a text, in code points.
type passage struct{ start, end int }

func (p passage) within(other passage) bool { return other.start <= p.start && p.end <= other.end }

// text is a text by code points.
type text []rune

func (t text) words(p passage) string {
	if p.start < 0 || p.end > len(t) || p.start >= p.end {
		return ""
	}
	return string(t[p.start:p.end])
}

// trim is a passage without space at its ends.
func (t text) trim(p passage) passage { return t.cut(p, " \n\t\u00a0") }

// unquoted is a passage without the quotation marks around it.
func (t text) unquoted(p passage) passage { return t.cut(t.trim(p), marks+" \n\t\u00a0") }

func (t text) cut(p passage, set string) passage {
	for p.start < p.end && strings.ContainsRune(set, t[p.start]) {
		p.start++
	}
	for p.end > p.start && strings.ContainsRune(set, t[p.end-1]) {
		p.end--
	}
	return p
}

// quoted says that a passage has quotation marks at both ends.
func (t text) quoted(p passage) bool {
	p = t.trim(p)
	p = t.cut(p, ".,;")
	return p.end-p.start > 2 && strings.ContainsRune(marks, t[p.start]) && strings.ContainsRune(marks, t[p.end-1])
}

// span is a passage as a span; nil if it has no words.
func (t text) span(p passage) *typev1.TextSpan {
	exact := t.words(p)
	if exact == "" {
		return nil
	}
	start := int32(p.start)
	return &typev1.TextSpan{Start: &start, End: int32(p.end), Exact: exact}
}

// spans are passages in text order, those that touch or overlap as one. Passages
// without words are left out.
func (t text) spans(passages []passage) []*typev1.TextSpan {
	passages = slices.Clone(passages)
	slices.SortFunc(passages, func(a, b passage) int { return a.start - b.start })
	var joined []passage
	for _, p := range passages {
		if t.words(p) == "" {
			continue
		}
		if n := len(joined); n > 0 && p.start <= joined[n-1].end {
			joined[n-1].end = max(joined[n-1].end, p.end)
			continue
		}
		joined = append(joined, p)
	}
	var spans []*typev1.TextSpan
	for _, p := range joined {
		spans = append(spans, t.span(p))
	}
	return spans
}

func reach(passages []passage) passage {
	whole := passage{start: -1}
	for _, p := range passages {
		if whole.start < 0 || p.start < whole.start {
			whole.start = p.start
		}
		whole.end = max(whole.end, p.end)
	}
	return whole
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// idFrom makes an id of words. Where letters of them are lost, as those of another script are, it
// ends with what tells the words from others; signs alone, as in "C" and "C++", do not.
func idFrom(words string) string {
	id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(words), "-"), "-")
	lost := len(id) > maxID || strings.ContainsFunc(words, func(r rune) bool { return r > unicode.MaxASCII })
	if !lost {
		return id
	}
	sum := sha256.Sum256([]byte(words))
	told := hex.EncodeToString(sum[:4])
	return strings.Trim(strings.Trim(id[:min(len(id), maxID-len(told)-1)], "-")+"-"+told, "-")
}

// clip is words as an attribution, of which the contract takes only so many: what is cut
// shows.
func clip(words string) string {
	runes := []rune(words)
	if len(runes) <= maxAttribution {
		return words
	}
	return string(runes[:maxAttribution-1]) + "…"
}

// timeOf is a day, or that there is none.
func timeOf(day string) *typev1.TimePeriod {
	if day == "" {
		return &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
	}
	return &typev1.TimePeriod{Edtf: day}
}

// extraction says who annotated what was taken from a corpus.
func extraction(method statementsv1.Extraction_Method, tool, annotator string) *statementsv1.Extraction {
	return &statementsv1.Extraction{Method: method, Tool: tool, Annotator: annotator}
}
