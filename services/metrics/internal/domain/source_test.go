package domain_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestSourceOf(t *testing.T) {
	f := domain.Figure{
		DocumentVersion: "documents/d/versions/3", Claimant: "entities/e", AttributedProducer: "Bureau",
		Origin: &domain.Origin{Producer: "Census", Title: "FT900", URI: "https://example.org", License: "l", CitationFull: "c"},
	}
	got := domain.SourceOf(f)
	must.Equal(t, got, domain.Source{
		ID: got.ID, Producer: "Census", Title: "FT900", Document: "d", Claimant: "entities/e", URI: "https://example.org", License: "l", CitationFull: "c",
	})
	must.Equal(t, got.ID, "j1f13gjdjfihmenl") // stored and served: it never changes
	f.DocumentVersion = "documents/d/versions/4"
	must.Equal(t, domain.SourceOf(f).ID, got.ID)
	f.Origin = nil
	must.Equal(t, domain.SourceOf(f).Producer, "Bureau")
	must.False(t, domain.SourceOf(f).ID == got.ID)
}

// TestExchangedCodesAreOneSeries: a symmetric metric has one series for both orders, whatever else a key has.
func TestExchangedCodesAreOneSeries(t *testing.T) {
	m := domain.Metric{Symmetric: []string{"A", "B"}}
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[A-Z]{0,3}`)
		key := map[string]string{"A": code.Draw(t, "a"), "B": code.Draw(t, "b"), "C": code.Draw(t, "c")}
		other := map[string]string{"A": key["B"], "B": key["A"], "C": key["C"]}
		series := func(key map[string]string) string {
			return domain.Figure{Dimensions: key, SeriesDimensions: m.SeriesDimensionsOf(key)}.Series().Text()
		}
		must.Equal(t, series(key), series(other))
		delete(key, "B")
		must.True(t, m.SeriesDimensionsOf(key) == nil)
		must.True(t, domain.Metric{}.SeriesDimensionsOf(other) == nil)
	})
}
