package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Action is what is to be done with a row of a data file.
type Action int

// The actions.
const (
	Replace Action = iota
	Append
	Merge
	Delete
)

// Row is a row of a data file.
type Row struct {
	// Figure is what it says, without Meta. Where what is there decides, of Merge, its kind is that given, and it was not checked.
	Figure domain.Figure
	Given  domain.Given
	Action Action
	// Shape is the number of what rows share: all but the period and the numbers. What is wrong with the shape is wrong with all of them.
	Shape int
	// Fault is why it is rejected; nil if it is not.
	Fault *errs.Violation
}

// Imported is what an import did.
type Imported struct{ Created, Updated, Deleted, Unchanged int }

// importReason is why a figure changes with its data file.
const importReason = "the data file says something else than before"

// withdrawnReason is why a figure is retracted by its data file.
const withdrawnReason = "the data file takes it back"

// Import puts rows of one metric on record and sets the Fault of those that it rejects; a row that has one already is left out. Fields of
// faults are relative to the observation. All that it refuses is the fault of a row.
func Import(w store.Writer, caller string, metric domain.Metric, rows []Row) (done Imported, err error) {
	admit(metric, rows)
	rejectDoubles(rows)
	for i := range rows {
		if row := &rows[i]; row.Fault == nil && row.settled() {
			row.reject(row.Figure.Compute())
		}
	}
	im := importer{w: w, caller: caller, metric: metric}
	if err := im.decide(rows); err != nil {
		return done, err
	}
	if err := im.guard(); err != nil {
		return done, err
	}
	if err := im.put(); err != nil {
		return done, err
	}
	return im.done, im.tell()
}

// settled says whether a row is all of the figure that it is for.
func (r *Row) settled() bool { return r.Action == Replace || r.Action == Append }

// reject sets the fault of a row to the first violation of an error.
func (r *Row) reject(err error) {
	if err == nil || r.Fault != nil {
		return
	}
	r.Fault = errs.FirstViolation(err)
}

// admit applies the rules of the metric, once for each shape and each kind of it.
func admit(metric domain.Metric, rows []Row) {
	type like struct {
		shape int
		kind  domain.ValueKind
	}
	faults := map[like]error{}
	for i := range rows {
		row := &rows[i]
		if row.Fault == nil && row.settled() {
			of := like{row.Shape, row.Figure.Kind}
			fault, checked := faults[of]
			if !checked {
				fault = metric.Admit(row.Figure)
				faults[of] = fault
			}
			row.reject(fault)
		}
		if i > 0 && rows[i-1].Shape == row.Shape {
			row.Figure.SeriesDimensions = rows[i-1].Figure.SeriesDimensions
		} else {
			row.Figure.SeriesDimensions = metric.SeriesDimensionsOf(row.Figure.Dimensions)
		}
	}
}

// rejectDoubles rejects a row for a figure that a row before it is for.
func rejectDoubles(rows []Row) {
	type key struct{ series, release, period string }
	seen := make(map[key]bool, len(rows))
	series, shape := "", -1
	for i := range rows {
		row := &rows[i]
		if row.Fault != nil {
			continue
		}
		if row.Shape != shape {
			series, shape = row.Figure.Series().Text(), row.Shape
		}
		k := key{series, row.Figure.ReleaseText(), row.Figure.Period.Text()}
		if seen[k] {
			row.Fault = &errs.Violation{Field: "time_period", Reason: "DUPLICATE_OBSERVATION",
				Description: "an observation before it in this request is for the same figure: leave one out"}
		}
		seen[k] = true
	}
}
