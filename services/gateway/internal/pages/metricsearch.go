package pages

import (
	"context"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

const (
	// metricsFound is up to how many metrics a search names.
	metricsFound = 6
	// metricsLookedAt is up to how many the API gives for words.
	metricsLookedAt = 100
	// nameLanguage is the language whose stems the API finds names of metrics by.
	nameLanguage = "en"
)

// metricsCalled are the metrics whose names answer a search, as facts do by their words. Figures
// that only data files gave are found by their metric alone: without it a search for GDP would say
// that there is none. The API finds no names by how a word begins: a search needs a whole one.
func (e *explorer) metricsCalled(ctx context.Context, query string) beginning[*metricRow] {
	wanted, err := searchtext.ParseQuery(query)
	text := strings.Join(newFinder(query).whole, " ")
	if err != nil || text == "" {
		return beginning[*metricRow]{}
	}
	got, err := e.Metrics.ResolveMetrics(ctx, &metricsv1.ResolveMetricsRequest{Text: text, PageSize: metricsLookedAt, ReadTime: readingOf(ctx).time})
	if errs.Is(err, errs.InvalidArgument) { // more words than a name has
		return beginning[*metricRow]{}
	}
	wanted = wanted.Stemmed(nameLanguage)
	var called []*metricsv1.Metric
	for _, candidate := range got.GetCandidates() {
		if wanted.Matches(namesOf(candidate.GetMetric())) {
			called = append(called, candidate.GetMetric())
		}
	}
	found := newBeginning(metricRows(called[:min(metricsFound, len(called))]), "", err)
	found.More = len(called) > metricsFound || len(got.GetCandidates()) == metricsLookedAt
	return found
}

// namesOf are the words of what a metric is called, as a query looks for them: its description
// mentions much else.
func namesOf(m *metricsv1.Metric) []string {
	names := []searchtext.Part{{Text: m.GetDisplayName(), LanguageCode: nameLanguage}}
	for _, alias := range m.GetAliases() {
		names = append(names, searchtext.Part{Text: alias, LanguageCode: nameLanguage})
	}
	return searchtext.StoredTokens(searchtext.Entry(names...))
}
