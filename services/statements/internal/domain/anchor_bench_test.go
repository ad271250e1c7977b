package domain_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// BenchmarkFind finds 10,000 spans in the longest text there can be, of which a
// tenth was changed.
func BenchmarkFind(b *testing.B) {
	old, changed := longTexts(b)
	spans := make([]domain.Span, 10_000)
	for i := range spans {
		start := i * (old.Len() - 200) / len(spans)
		spans[i] = spanIn(b, old, start, start+60+i%90)
	}
	for b.Loop() {
		finder := domain.NewFinder(old.Len(), &old, &changed)
		for _, span := range spans {
			finder.Find(span)
		}
	}
}

// BenchmarkFindRepeated finds short words that stand in so many places of a text, each
// with one side of its frame left: the time of one must not grow with the places.
func BenchmarkFindRepeated(b *testing.B) {
	for _, places := range []int{500, 5_000} {
		b.Run(fmt.Sprint(places), func(b *testing.B) {
			old, changed, spans := repeated(b, places)
			for b.Loop() {
				finder := domain.NewFinder(old.Len(), &old, &changed)
				for _, span := range spans {
					finder.Find(span)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*places), "ns/span")
		})
	}
}

// repeated is a text in which the same answer is given to so many questions, and one in
// which other words come after each.
func repeated(t must.TB, times int) (old, changed sourcetext.Text, spans []domain.Span) {
	var before strings.Builder
	for i := range times {
		fmt.Fprintf(&before, "\u8bae\u5458 asked the chair about the items of the list, number %06d: Yes. Then he rose again and spoke. ", i)
	}
	old = normal(t, before.String())
	changed = normal(t, strings.ReplaceAll(before.String(), "Yes. Then", "Yes. Thus"))
	length := old.Len() / times
	for i := range times {
		start := i*length + strings.Index(old.String(), "Yes.") - len("\u8bae\u5458") + 2
		spans = append(spans, spanIn(t, old, start, start+len("Yes.")))
	}
	return old, changed, spans
}

// longTexts are a text of a million code points and an edited one.
func longTexts(t must.TB) (old, changed sourcetext.Text) {
	words := strings.Fields("the minister said that trade with caf\u00e9s at the border was up and nobody \U0001F600 asked why it rose")
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
	var before, after strings.Builder
	for before.Len() < 950_000 {
		word := words[random.IntN(len(words))] + " "
		before.WriteString(word)
		if random.IntN(50) > 0 {
			after.WriteString(word)
		}
	}
	return normal(t, before.String()), normal(t, after.String())
}
