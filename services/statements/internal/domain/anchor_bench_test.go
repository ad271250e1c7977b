package domain_test

import (
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
