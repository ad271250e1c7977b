// Package store says what the service needs of a database. The comments here are the contract that package storetest checks on every
// engine.
//
// Engines are packages below this one; they return errors of package errs for faults of the storage and none of their own kinds. Rules
// of the domain do not belong here: an engine stores what it is given.
package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// Newest is the time at which a Writer reads what it and the writes before it wrote.
const Newest = recordtime.Forever

// Store is a database of metrics and figures.
type Store = recorddb.Record[Reader, Writer]

// Reader reads the record as it stood at one record time, at. Resources that were retracted by then are found, as tombstones, except
// where it says otherwise; found is false if a resource was not on record yet.
type Reader interface {
	MetricReader
	FigureReader
	FigureSearcher
	SeriesReader
	HistoryReader
	ChangeReader
	recordwrite.Reader
	EmbargoReader
	// Public reads the record as readers do. A figure whose revision at a time is restricted is none to them: it is not found, listed,
	// counted, and in no series, vintage or word of a search. A revision, a correction or a change that is restricted is none, but for a
	// revision that is Withdrawn, which is among the changes. All else is as it is, and what is read at a time stays so.
	Public() Reader
}

// EmbargoReader finds embargoes.
type EmbargoReader interface {
	// EndedEmbargoes returns up to limit ids of figures that stand and whose newest revision is under an embargo that ends at or before a
	// time: those that end first, then by id.
	EndedEmbargoes(by recordtime.Time, limit int) ([]string, error)
}

// MetricReader reads metrics.
type MetricReader interface {
	Metric(id string, at recordtime.Time) (metric domain.Metric, found bool, err error)
	// MetricsByID reads many metrics; those that were not on record yet are left out.
	MetricsByID(ids []string, at recordtime.Time) (map[string]domain.Metric, error)
	// Metrics lists metrics.
	Metrics(query List) ([]domain.Metric, error)
	MetricResolver
}

// FigureReader reads figures.
type FigureReader interface {
	Figure(id string, at recordtime.Time) (figure domain.Figure, found bool, err error)
	// FiguresByID reads many figures; those that were not on record yet are left out.
	FiguresByID(ids []string, at recordtime.Time) (map[string]domain.Figure, error)
	// Figures lists figures.
	Figures(query List) ([]domain.Figure, error)
}

// SeriesReader reads what is derived from figures. Retracted figures are in no series.
type SeriesReader interface {
	// SeriesOf lists up to limit series that have what query asks for and a figure, by dimensions (their canonical text) and frequency, after
	// the given place; the zero place is before the first.
	SeriesOf(query SeriesQuery, after SeriesPlace, limit int) ([]domain.Series, error)
	AvailabilityReader
	// SeriesKeys lists the places of up to limit series that have what query asks for, after from; the zero place is before the first. A
	// series is on record from its first figure on, even if it has none at query.At.
	SeriesKeys(query SeriesQuery, from SeriesPlace, limit int) ([]SeriesPlace, error)
	// ObservationsOf lists points of one series in the order of their Place.
	ObservationsOf(query SeriesPoints) ([]Point, error)
	// Vintages lists what sources put out of a metric, the newest release first, then by source.
	Vintages(query Vintages) ([]domain.Vintage, error)
	// HasFigures says whether a metric has a figure.
	HasFigures(metric string, at recordtime.Time) (bool, error)
}

// List asks for a page of a list.
type List struct {
	At recordtime.Time
	// Filter and Order were parsed with the resource's schema in package domain.
	Filter listquery.Expr
	Order  listquery.Order
	// After are the order keys of the last row of the page before.
	After []any
	Limit int
	// ShowDeleted lists tombstones too.
	ShowDeleted bool
}

// SeriesPlace is the place of a series among those of its metric.
type SeriesPlace struct {
	// Dimensions is the canonical text, never empty.
	Dimensions string
	Frequency  string
}

// Place is the place of a point: by series, then in time order (those without a date first), then by name.
type Place struct {
	SeriesPlace
	Start  recordtime.Time
	Figure string
}

// SeriesQuery asks for series of a metric.
type SeriesQuery struct {
	Metric string
	At     recordtime.Time
	// Dimensions are those that a series must have; it may have more.
	Dimensions map[string]string
	// Frequency is that of the series; "" for any.
	Frequency string
}

// SeriesPoints asks for a page of the points of one series.
type SeriesPoints struct {
	Metric string
	Series SeriesPlace
	At     recordtime.Time
	// Window holds only figures whose period overlaps it, and none without a date; nil for all.
	Window *domain.Window
	// After is the last point of the page before, of which Start and Figure count; nil on the first.
	After *Place
	Limit int
}

// Vintages asks for a page of the vintages of a metric.
type Vintages struct {
	Metric string
	At     recordtime.Time
	// Sources are ids of those wanted; none for all.
	Sources []string
	// Dimensions are those that a series must have, of which a vintage has a figure; it may have more.
	Dimensions map[string]string
	// After is the last vintage of the page before; nil on the first.
	After *domain.Vintage
	Limit int
}

// Point is an observation with its place.
type Point struct {
	Place       Place
	Observation domain.Observation
}
