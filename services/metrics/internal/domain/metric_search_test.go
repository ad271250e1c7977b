package domain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func goodsTrade() domain.Metric {
	return domain.Metric{
		Meta: domain.Meta{ID: "goods-trade"}, DisplayName: "Trade in goods of the US and Mexico", Aliases: []string{"Bilateral goods trade"},
		MeasuredProperty: "trade", PopulationType: "countries", Coverage: "goods only, Census basis", Description: "Exports and imports.",
	}
}

func TestMetricFit(t *testing.T) {
	for text, want := range map[string]string{
		"Trade in goods of the US and Mexico": "100 display_name aliases measured_property coverage",
		"Bilateral goods trade":               "100 display_name aliases measured_property coverage",
		"bilateral GOODS-trade":               "95 display_name aliases measured_property coverage",
		"US Mexico goods trade":               "90 display_name aliases measured_property coverage",
		"export":                              "48 description",
		"country":                             "72 population_type",
		"the":                                 "",
		"steel":                               "",
		"…":                                   "",
	} {
		fit, ok := goodsTrade().Fit(domain.NewMetricQuery(text))
		must.Equal(t, ok, want != "")
		if ok {
			must.Equal(t, strings.Join(append([]string{decimalOf(fit.Hundredths)}, fit.Fields...), " "), want)
		}
	}
	must.Equal(t, len(domain.NewMetricQuery("…").Words), 0)
	must.Equal(t, len(domain.NewMetricQuery("the").Words), 1)
}

func decimalOf(n int) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return digits
}

// TestWhatFitsIsFoundByItsKeys checks that the keys of a metric have every word that its fit counts.
func TestWhatFitsIsFoundByItsKeys(t *testing.T) {
	word := rapid.SampledFrom([]string{"trade", "Trades", "goods", "of", "Mexico", "México", "7", "GDP", "naïve", "—", ""})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), " ") })
	rapid.Check(t, func(t *rapid.T) {
		metric := domain.Metric{
			DisplayName: text.Draw(t, "name"), Aliases: rapid.SliceOfN(text, 0, 2).Draw(t, "aliases"), Description: text.Draw(t, "description"),
			MeasuredProperty: text.Draw(t, "property"), PopulationType: text.Draw(t, "population"), Coverage: text.Draw(t, "coverage"),
		}
		query := domain.NewMetricQuery(text.Draw(t, "query"))
		keys := map[string]bool{}
		for _, key := range metric.SearchKeys() {
			keys[key] = true
		}
		found := false
		for _, word := range query.Words {
			found = found || keys[word]
		}
		fit, ok := metric.Fit(query)
		must.Equal(t, ok, found)
		must.Equal(t, ok, fit.Hundredths > 0 && len(fit.Fields) > 0)
		must.True(t, fit.Hundredths <= 100)
		if fit.Hundredths >= 95 {
			must.True(t, keys[query.NameKey()])
		}
	})
}

func TestReplacedMetricsComeAfterTheirReplacement(t *testing.T) {
	candidate := func(id string, score int, replacedBy string) domain.MetricCandidate {
		return domain.MetricCandidate{
			Metric: domain.Metric{Meta: domain.Meta{ID: id}, ReplacedBy: replacedBy}, Fit: domain.MetricFit{Hundredths: score},
		}
	}
	ranked := domain.RankMetrics([]domain.MetricCandidate{
		candidate("plain", 50, ""), candidate("old", 90, "new"), candidate("older", 95, "old"), candidate("new", 40, ""),
		candidate("a", 30, "b"), candidate("b", 30, "a"), candidate("gone", 20, "elsewhere"),
	})
	var ids []string
	for _, c := range ranked {
		ids = append(ids, c.Metric.ID)
	}
	must.Equal(t, strings.Join(ids, " "), "new old older plain b a gone")
}
