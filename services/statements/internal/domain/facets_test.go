package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestFacetValues(t *testing.T) {
	period := func(text string) domain.Period {
		p, err := domain.NewPeriod(text, "")
		must.OK(t, err)
		return p
	}
	s := domain.Statement{
		Document: "d", Type: domain.Direct, LanguageCode: "en-GB",
		Speakers:    []domain.Speaker{{Entity: "entities/b"}, {Entity: "entities/a"}, {Entity: "entities/b"}, {}},
		Appearances: []domain.Appearance{{Document: "c"}, {Document: "d"}},
		Time:        period("2023-11-17"),
	}
	for field, want := range map[string][]string{
		"speaker": {"entities/a", "entities/b"}, "topics": {""}, "document": {"documents/c", "documents/d"},
		"statement_type": {"DIRECT"}, "language_code": {"en-GB"}, "year": {"2023"},
	} {
		must.Equal(t, s.FacetValues(field), want)
	}
	for _, field := range domain.Facets {
		must.Equal(t, len(domain.Statement{}.FacetValues(field)), 1)
	}
	for text, year := range map[string]string{"2019/..": "2019", "../2019": "2019", "1999/2003": "1999", "": ""} {
		s.Time = period(text)
		must.Equal(t, s.FacetValues("year"), []string{year})
	}
}
