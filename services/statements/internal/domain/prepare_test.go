package domain_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// texts draws texts with what offsets go wrong on: line ends, marks that
// compose and marks that cannot, code points beyond the basic plane.
var texts = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "Caf", "e\u0301", "\u00e9", "x\u0323\u0301", "\U0001F600", "\r\n", "\r", "\n", " ", "\u2003", "\u6f22", "said",
	}), 1, 30).Draw(t, "parts")
	return strings.Join(parts, "") + "z"
})

// cut draws a span of a text and its words: up to the end, where it would be white space alone.
func cut(t *rapid.T, text sourcetext.Text) domain.Span {
	start := rapid.IntRange(0, text.Len()-1).Draw(t, "start")
	end := rapid.IntRange(start+1, text.Len()).Draw(t, "end")
	words, err := text.Slice(start, end)
	must.OK(t, err)
	if strings.TrimSpace(words) == "" {
		end = text.Len()
		words, err = text.Slice(start, end)
		must.OK(t, err)
	}
	return domain.Span{Start: start, End: end, Exact: words}
}

func quote(span domain.Span) domain.Statement {
	return domain.Statement{Type: domain.Direct, Contents: []domain.Span{span}}
}

// A span is accepted exactly if its words stand at its offsets, and comes back
// with what stands around it.
func TestSpansHoldOrAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := sourcetext.Normalize(texts.Draw(t, "text"))
		must.OK(t, err)
		source := domain.Source{Length: text.Len(), Text: &text}
		span := cut(t, text)
		prepared, err := quote(span).Prepare("s", source, rapid.Bool().Draw(t, "withheld"))
		must.OK(t, err)
		got := prepared.Contents[0]
		must.Equal(t, prepared.Text, span.Exact)
		must.Equal(t, got.Exact, span.Exact)
		must.Equal(t, got.SHA256, sourcetext.HashOf(span.Exact))
		must.True(t, got.Anchored)
		must.Contains(t, text.String(), got.Prefix+got.Exact+got.Suffix)

		moved := span
		moved.Start, moved.End = cut(t, text).Start, 0
		moved.End = moved.Start + (span.End - span.Start)
		there, sliceErr := text.Slice(moved.Start, moved.End)
		_, err = quote(moved).Prepare("s", source, false)
		must.Equal(t, err == nil, sliceErr == nil && there == span.Exact)
	})
}

func TestWithheldWordsAreNotKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := sourcetext.Normalize(texts.Draw(t, "text"))
		must.OK(t, err)
		span := cut(t, text)
		statement := domain.Statement{Type: "INDIRECT", Text: "summary", Contents: []domain.Span{span}, Cue: &span}
		prepared, err := statement.Prepare("s", domain.Source{Length: text.Len(), Text: &text}, true)
		must.OK(t, err)
		for _, got := range []domain.Span{prepared.Contents[0], *prepared.Cue} {
			must.Equal(t, got.Exact+got.Prefix+got.Suffix, "")
			must.Equal(t, got.SHA256, sourcetext.HashOf(span.Exact))
		}
		must.Equal(t, prepared.SearchParts(), []searchtext.Part{{Text: "summary"}})
	})
}

func TestSpanFaults(t *testing.T) {
	text, err := sourcetext.Normalize(strings.Repeat("ab ", 10_000))
	must.OK(t, err)
	source := domain.Source{Length: text.Len(), Text: &text}
	long, err := text.Slice(0, 20_001)
	must.OK(t, err)
	for name, test := range map[string]struct {
		spans         []domain.Span
		reason, field string
	}{
		"backwards":     {[]domain.Span{{Start: 5, End: 5, Exact: "a"}}, domain.SpanOutOfRange, "s.contents[0].end"},
		"too long":      {[]domain.Span{{Start: 0, End: 20_001, Exact: long}}, domain.SpanTooLong, "s.contents[0].end"},
		"long together": {[]domain.Span{{Start: 0, End: 19_998, Exact: long[:19_998]}, {Start: 19_998, End: 20_001, Exact: "ab "}}, domain.TextTooLong, "s.contents"},
		"nothing":       {[]domain.Span{{Start: 0, End: 1}}, domain.FieldRequired, "s.contents[0].exact"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := domain.Statement{Type: domain.Direct, Contents: test.spans}.Prepare("s", source, false)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
}

func TestPeriodBounds(t *testing.T) {
	for text, want := range map[string]struct{ start, end bool }{
		"2023": {true, true}, "2023-11-17": {true, true}, "2019/..": {true, false}, "../2019": {false, true},
	} {
		period, err := domain.NewPeriod(text, "")
		must.OK(t, err)
		must.Equal(t, struct{ start, end bool }{period.HasStart, period.HasEnd}, want)
		start, end, ok := period.Bounds()
		must.True(t, ok && start < end)
		must.Equal(t, period.OrderKey(), start)
	}
	missing, err := domain.NewPeriod("", domain.NotStated)
	must.OK(t, err)
	_, _, ok := missing.Bounds()
	must.False(t, ok)
	must.Equal(t, missing.OrderKey(), domain.UnknownStart)
	_, err = domain.NewPeriod("2023-02-30", "")
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "edtf")
}

func TestETagsTellRevisionsAndResourcesApart(t *testing.T) {
	a := domain.Record{UID: "a"}.First(5)
	seen := map[string]bool{}
	for _, r := range []domain.Record{a, a.Next(6), a.Next(6).Retract(7, domain.Retraction{}), domain.Record{UID: "b"}.First(5)} {
		must.False(t, seen[r.ETag()])
		seen[r.ETag()] = true
		must.OK(t, r.CheckETag(r.ETag(), domain.EntityType, "entities/x"))
		must.OK(t, r.CheckETag("", domain.EntityType, "entities/x"))
		statustest.Check(t, r.CheckETag(`"other"`, domain.EntityType, "entities/x"), codes.Aborted, "ETAG_MISMATCH", "")
	}
}
