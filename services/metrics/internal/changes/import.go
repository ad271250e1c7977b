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
	// Figure is what it says, without Meta.
	Figure domain.Figure
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
// faults are relative to the observation.
//
// Errors: FAILED_PRECONDITION, reason TOO_MANY_FACTS, with more dependents than Spread takes.
func Import(w store.Writer, caller string, metric domain.Metric, rows []Row) (done Imported, err error) {
	admit(metric, rows)
	rejectDoubles(rows)
	for i := range rows {
		if row := &rows[i]; row.Fault == nil && row.Action != Delete {
			row.reject(row.Figure.Compute())
		}
	}
	im := importer{w: w, caller: caller, metric: metric}
	if err := im.decide(rows, &done); err != nil {
		return done, err
	}
	if err := w.PutImported(im.next, caller); err != nil {
		return done, err
	}
	return done, im.tell()
}

// reject sets the fault of a row to the first violation of an error.
func (r *Row) reject(err error) {
	if err == nil || r.Fault != nil {
		return
	}
	var v errs.Violations
	v.AddErr("", err)
	r.Fault = firstViolation(v.Err())
}

func firstViolation(err error) *errs.Violation {
	if e, ok := err.(*errs.Error); ok && len(e.Violations) > 0 { //nolint:errorlint // Violations.Err wraps nothing
		return &e.Violations[0]
	}
	return &errs.Violation{Reason: errs.ReasonOf(err), Description: err.Error()}
}

// admit applies the rules of the metric, once for each shape and each unit of it.
func admit(metric domain.Metric, rows []Row) {
	faults := map[int]error{}
	for i := range rows {
		row := &rows[i]
		fault, checked := faults[row.Shape]
		if !checked && row.Fault == nil {
			fault = metric.Admit(row.Figure)
			faults[row.Shape] = fault
		}
		row.reject(fault)
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
		k := key{series, row.Figure.ReleaseText(), row.Figure.Period.EDTF}
		if seen[k] {
			row.Fault = &errs.Violation{Field: "time_period", Reason: "DUPLICATE_OBSERVATION",
				Description: "an observation before it in this request is for the same figure: leave one out"}
		}
		seen[k] = true
	}
}

// importer puts the rows of one request on record.
type importer struct {
	w      store.Writer
	caller string
	metric domain.Metric
	// next are the revisions to put; changed are those that correct another, deleted those that retract it.
	next             []domain.Figure
	changed, deleted []string
}

// decide compares rows with what is on record.
func (im *importer) decide(rows []Row, done *Imported) error {
	standing := make([]int, 0, len(rows))
	figures := make([]domain.Figure, 0, len(rows))
	for i := range rows {
		if rows[i].Fault == nil {
			standing, figures = append(standing, i), append(figures, rows[i].Figure)
		}
	}
	same, err := im.w.SameFigures(figures)
	if err != nil {
		return err
	}
	im.next = make([]domain.Figure, 0, len(figures))
	for i, at := range standing {
		row, present := &rows[at], same[i]
		found := present.ID != ""
		switch {
		case row.Action == Delete && !found:
			row.Fault = &errs.Violation{Reason: "FIGURE_NOT_FOUND", Description: "no figure stands for it: there is nothing to delete"}
		case row.Action == Delete:
			if err := im.retract(present); err != nil {
				return err
			}
			done.Deleted++
		case row.Action == Append && found:
			row.Fault = &errs.Violation{Reason: "FIGURE_EXISTS", Description: present.Name() + " stands for it: use REPLACE to change that"}
		case !found:
			im.create(row, done)
		default:
			if err := im.update(row, present, done); err != nil {
				return err
			}
		}
	}
	return nil
}

// create puts a new figure on record. One to merge, of which no number was given, is checked only now that nothing is there.
func (im *importer) create(row *Row, done *Imported) {
	if row.Action == Merge {
		row.Figure.SettleImported()
		row.reject(row.Figure.Check())
		if row.Fault == nil {
			row.reject(row.Figure.Compute())
		}
	}
	if row.Fault == nil {
		im.next = append(im.next, row.Figure)
		done.Created++
	}
}

// update puts another state of a figure on record, if it is another.
func (im *importer) update(row *Row, present domain.Figure, done *Imported) error {
	figure := row.Figure.Replacing(present)
	if row.Action == Merge {
		figure = row.Figure.Merging(present)
		row.reject(figure.Check())
		row.reject(im.metric.Admit(figure))
	}
	if row.Fault == nil {
		row.reject(figure.Compute())
	}
	switch {
	case row.Fault != nil:
		return nil
	case figure.SaysSame(present):
		done.Unchanged++
		return nil
	}
	figure.Corrected = true
	figure.Meta = present.Revised(im.w.RecordTime(), domain.RevisionNote{Tag: domain.TagImport})
	_, err := Correct(im.w, domain.Correction{
		Kind: domain.Updated, Subject: figure.Name(), Document: Document(figure), Reason: importReason, Caller: im.caller,
		PreviousRevision: present.Revision, NewRevision: figure.Revision,
	})
	im.next, im.changed = append(im.next, figure), append(im.changed, figure.ID)
	done.Updated++
	return err
}

// retract takes a figure off the record.
func (im *importer) retract(present domain.Figure) error {
	if err := im.w.CheckUnused(present.Name()); err != nil {
		return err
	}
	var err error
	present.Meta, err = Withdraw(im.w, present.Meta, present.Name(), domain.Correction{
		Document: Document(present), Reason: withdrawnReason, Caller: im.caller,
	})
	present.Note.Tag = domain.TagImport
	im.next, im.deleted = append(im.next, present), append(im.deleted, present.ID)
	return err
}

// tell marks what is computed from what changed.
func (im *importer) tell() error {
	if len(im.changed)+len(im.deleted) == 0 {
		return nil
	}
	if _, err := Spread(im.w, im.caller, "an import changed an input", im.changed...); err != nil {
		return err
	}
	_, err := Spread(im.w, im.caller, "an import retracted an input", im.deleted...)
	return err
}
