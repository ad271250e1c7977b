package pages

import (
	"context"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// documentRow is a document in a list.
type documentRow struct {
	Href, Headline, Publisher, Byline string
	Withheld                          bool
	Recorded                          *moment
	Restricted                        *restriction
}

func documentRows(documents []*statementsv1.Document) []documentRow {
	rows := make([]documentRow, len(documents))
	for i, d := range documents {
		rows[i] = documentRow{
			Href: pagePath(d.GetName()), Headline: d.GetHeadline(), Publisher: d.GetPublisher(), Byline: d.GetByline(),
			Withheld: d.GetTextWithheld(), Recorded: newMoment(d.GetCreateTime()), Restricted: documentRestriction(d),
		}
	}
	return rows
}

// metricRow is a metric in a list. Series is how many it has, "" where that is not asked.
type metricRow struct {
	Href, Name, Description, Coverage, Unit, Series string
	resource                                        string
}

// countedMetrics are rows of metrics with how many series each has.
func (e *explorer) countedMetrics(ctx context.Context, metrics []*metricsv1.Metric) []*metricRow {
	rows := metricRows(metrics)
	lookUp(rows, func(row *metricRow) { row.Series = e.seriesCount(ctx, row.resource) })
	return rows
}

func metricRows(metrics []*metricsv1.Metric) []*metricRow {
	rows := make([]*metricRow, len(metrics))
	for i, m := range metrics {
		rows[i] = &metricRow{
			Href: pagePath(m.GetName()), Name: m.GetDisplayName(), Description: m.GetDescription(), Coverage: coverageOf(m),
			Unit: words.Unit(m.GetDefaultUnit(), ""), resource: m.GetName(),
		}
	}
	return rows
}

// mostCounted is up to how many series of a metric a list of metrics counts: the
// service looks at every figure of each.
const mostCounted = 100

func (e *explorer) seriesCount(ctx context.Context, metric string) string {
	got, err := e.Metrics.ListSeries(ctx, &metricsv1.ListSeriesRequest{Parent: metric, PageSize: mostCounted, ReadTime: readingOf(ctx).time})
	switch n := len(got.GetSeries()); {
	case err != nil:
		return "series not counted"
	case got.GetNextPageToken() != "":
		return "more than " + words.Grouped(n) + " series"
	case n == 1:
		return "1 series"
	default:
		return words.Grouped(n) + " series"
	}
}

var kinds = map[string]string{
	"documents": "document", "statements": "statement", "figures": "figure", "entities": "entity", "metrics": "metric", "places": "place",
}

// kindOf is what a resource is, in a word.
func kindOf(name string) string {
	if strings.Contains(name, "/reviews/") {
		return "review"
	}
	if kind := kinds[collectionOf(name)]; kind != "" {
		return kind
	}
	return "resource"
}
