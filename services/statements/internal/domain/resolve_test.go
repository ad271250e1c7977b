package domain_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestFit(t *testing.T) {
	e := domain.Entity{
		DisplayName: "Claudia Sheinbaum Pardo", Aliases: []string{"La Doctora", "CSP", "Jos\u00e9 Mujica"},
		Names:       []domain.LocalName{{Text: "克劳迪娅", LanguageCode: "zh"}},
		Identifiers: map[string]string{"wikidata": "Q5478117", "viaf": "77"},
	}
	for _, test := range []struct{ text, score, matched string }{
		{"Q5478117", "1.00", "Q5478117"},
		{"q5478117", "0.00", ""},
		{"Claudia Sheinbaum Pardo", "1.00", "Claudia Sheinbaum Pardo"},
		{" Claudia Sheinbaum Pardo\n", "1.00", "Claudia Sheinbaum Pardo"},
		{"La Doctora", "0.95", "La Doctora"},
		{"克劳迪娅", "0.95", "克劳迪娅"},
		{"la DOCTORA!", "0.90", "La Doctora"},
		{"Jose\u0301 Mujica", "0.95", "Jos\u00e9 Mujica"}, // canonically the same, however it was typed
		{"Jose Mujica", "0.90", "Jos\u00e9 Mujica"},
		{"CLÁUDIA sheinbaum, pardo", "0.90", "Claudia Sheinbaum Pardo"},
		{"Sheinbaum Pardo, Claudia", "0.85", "Claudia Sheinbaum Pardo"},
		{"Claudia Sheinbaum", "0.68", "Claudia Sheinbaum Pardo"},
		{"Sheinbaum", "0.42", "Claudia Sheinbaum Pardo"},
		{"Doctora House", "0.42", "La Doctora"},
		{"77 sunset strip", "0.00", ""},
	} {
		fit, ok := e.Fit(domain.NewNameQuery(test.text))
		must.Equal(t, ok, test.matched != "")
		must.Equal(t, []string{test.text, fit.Score(), fit.Text}, []string{test.text, test.score, test.matched})
	}
	must.Equal(t, len(domain.NewNameQuery(" -!? ").Words), 0)
}

// TestPropertyFitIsBounded: a score is between 0 and 1, and 1 for the name itself.
func TestPropertyFitIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := domain.Entity{DisplayName: rapid.StringN(1, 20, -1).Draw(t, "name"), Aliases: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "aliases")}
		fit, ok := e.Fit(domain.NewNameQuery(rapid.String().Draw(t, "query")))
		must.Equal(t, ok, fit.Hundredths > 0)
		must.True(t, fit.Hundredths >= 0 && fit.Hundredths <= 100)
		if own := domain.NewNameQuery(e.DisplayName); own.Text == e.DisplayName {
			fit, _ := e.Fit(own)
			must.Equal(t, fit.Hundredths, 100)
		}
	})
}
