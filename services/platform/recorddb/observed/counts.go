package observed

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

const (
	namespace = "onrecord"
	subsystem = "storage"
)

// How a use of the database ends, beside the reasons.
const (
	ok = "ok"
	// refused is what the rules of the domain did not let pass, or what was not found:
	// no fault of the database.
	refused = "refused"
	// unknown is a write whose commit was not answered.
	unknown = "unknown"
	// other is what has none of the reasons.
	other = "other"
)

// reasons are why a database could not do what it was asked.
var reasons = []string{
	"STORAGE_UNAVAILABLE", "STORAGE_FULL", "STORAGE_READ_ONLY", "STORAGE_BUSY", "STORAGE_OUT_OF_MEMORY", "STORAGE_CORRUPT",
	"WRITE_LOST", "DATABASE_CLOSED", "SCHEMA_TOO_OLD", "SCHEMA_TOO_NEW", "DEADLINE_EXCEEDED", "CANCELLED",
}

// resultOf closes the set of results.
func resultOf(err error) string {
	if err == nil || errors.Is(err, recorddb.ErrRollback) {
		return ok
	}
	e, ours := errors.AsType[*errs.Error](err)
	switch {
	case !ours:
		return resultOfContext(err)
	case slices.Contains(reasons, e.Reason):
		return e.Reason
	case e.Kind == errs.Internal || e.Kind == errs.Unavailable:
		return other
	default:
		return refused
	}
}

func resultOfContext(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "CANCELLED"
	case errors.Is(err, context.DeadlineExceeded):
		return "DEADLINE_EXCEEDED"
	default:
		return other
	}
}

// resultOfWrite is resultOf for a write, whose outcome may be open.
func resultOfWrite(err error) string {
	if e, ours := errors.AsType[*errs.Error](err); ours && errs.WriteUnknown(e) {
		return unknown
	}
	return resultOf(err)
}

// counts are the instruments of one service's database.
type counts struct {
	total   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

func newCounts(service string, registry prometheus.Registerer) *counts {
	labels := prometheus.Labels{"service": service}
	c := &counts{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "operations_total", ConstLabels: labels,
			Help: "Uses of the database by what they were and how they ended.",
		}, []string{"operation", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "operation_seconds", ConstLabels: labels,
			Help:    "Duration of uses of the database, with what they waited.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
	}
	registry.MustRegister(c.total, c.seconds)
	return c
}

// operation are the instruments of one kind of use, which are there from the start.
type operation struct {
	seconds  prometheus.Observer
	resultOf func(error) string
	results  map[string]prometheus.Counter
}

func (c *counts) operation(name string, resultOf func(error) string) *operation {
	o := &operation{seconds: c.seconds.WithLabelValues(name), resultOf: resultOf, results: make(map[string]prometheus.Counter)}
	for _, result := range append([]string{ok, refused, unknown, other}, reasons...) {
		o.results[result] = c.total.WithLabelValues(name, result)
	}
	return o
}

// done counts a use that ended now.
func (o *operation) done(began time.Time, err error) {
	o.seconds.Observe(time.Since(began).Seconds())
	o.results[o.resultOf(err)].Inc()
}
