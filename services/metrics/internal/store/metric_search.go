package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ResolveLimit is how many metrics are compared with a text: those that have its name, and those with most of its words.
const ResolveLimit = 500

// MetricResolver finds metrics by what they are called.
type MetricResolver interface {
	// ResolveMetrics returns metrics that have a word or the name of a query, in no order. Retracted ones are not found. Of more than
	// ResolveLimit those with the name and with most words are returned. The cost is that of all that have one of the words.
	ResolveMetrics(query domain.MetricQuery, at recordtime.Time) ([]domain.Metric, error)
}
