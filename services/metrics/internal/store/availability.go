package store

import "github.com/onrecord/onrecord/services/metrics/internal/domain"

// Limits of what is counted.
const (
	// FigureLimit is at how many figures counting ends.
	FigureLimit = 100_000
	// SeriesLimit is how many series of a metric are looked through.
	SeriesLimit = 100_000
)

// Availability is what there is of a metric.
type Availability struct {
	// Series and Figures are how many there are; Figures at most FigureLimit.
	Series, Figures int
	// Exact says that all figures were counted.
	Exact bool
	// TooMany says that there are more series on record than SeriesLimit: the rest then says nothing.
	TooMany bool
	// Codes are those that occur, by dimension, Frequencies those that occur; both in byte order.
	Codes       map[string][]string
	Frequencies []string
	// First and Last are the periods that begin first and last; without a date if no figure has one.
	First, Last domain.TimePeriod
}

// AvailabilityReader tells what there is.
type AvailabilityReader interface {
	// Availability tells what there is of the series that match one of several queries of one metric and time. A series without a figure
	// then does not count. Its cost is that of a few entries of an index for each series.
	Availability(queries []SeriesQuery) (Availability, error)
}
