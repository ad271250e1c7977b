package changes

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// importer puts the rows of one request on record.
type importer struct {
	w      store.Writer
	caller string
	metric domain.Metric
	done   Imported
	// changes are what rows do to figures that stand.
	changes []change
	// next are the revisions to put, of which the first are of the rows created; changed are those that correct another, deleted those that
	// retract it.
	next             []domain.Figure
	created          []*Row
	changed, deleted []string
	// turned are those of which becomes another who reads them.
	turned []string
	// cited says that a figure is computed from one of them.
	cited bool
}

// change is what a row does to a figure that stands: after it is that one, or none.
type change struct {
	row    *Row
	before domain.Figure
	after  *domain.Figure
}

// decide compares rows with what is on record.
func (im *importer) decide(rows []Row) error {
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
		row, present := &rows[at], same[i].Figure
		found := present.ID != ""
		switch {
		case row.Action == Append && found:
			row.Fault = &errs.Violation{Reason: "FIGURE_EXISTS", Description: present.Name() + " stands for it: use REPLACE to change that"}
		case len(same[i].Others) > 0:
			row.Fault = ambiguous(same[i])
		case row.Action == Delete && !found:
			row.Fault = &errs.Violation{Reason: "FIGURE_NOT_FOUND", Description: "no figure stands for it: there is nothing to delete"}
		case row.Action == Delete:
			im.changes = append(im.changes, change{row: row, before: present})
		case found:
			if err := im.update(row, present); err != nil {
				return err
			}
		default:
			im.create(row, same[i].Retracted)
		}
	}
	return nil
}

// ambiguous says that a row might be for several figures.
func ambiguous(same store.Same) *errs.Violation {
	names := []string{same.Figure.Name()}
	for _, id := range same.Others {
		names = append(names, domain.FigureName.Format(id))
	}
	return &errs.Violation{Reason: "AMBIGUOUS_FIGURE", Description: strings.Join(names, ", ") + " all stand for it: retract all but one"}
}

// create puts a new figure on record. What a row to merge is, is known only now that nothing is there.
func (im *importer) create(row *Row, retracted *domain.Figure) {
	im.rejectRetracted(row, retracted)
	if row.Fault == nil && row.Action == Merge {
		if row.Figure.Unit.Code == "" {
			row.Fault = &errs.Violation{Field: "unit", Reason: "FIELD_REQUIRED",
				Description: "no figure stands for it whose unit could stay, and neither the template nor the observation has one"}
			return
		}
		row.Figure.SettleImported()
		row.reject(row.Figure.Check())
		row.reject(im.metric.Admit(row.Figure))
		if row.Fault == nil {
			row.reject(row.Figure.Compute())
		}
	}
	by := EmbargoTime(im.w)
	row.reject(row.Figure.CheckEmbargo(nil, by))
	if row.Fault == nil {
		row.Figure.Restrict(nil, im.w.RecordTime(), by)
		im.next, im.created = append(im.next, row.Figure), append(im.created, row)
		im.done.Created++
	}
}

// rejectRetracted refuses to put on record again what an editor retracted.
func (im *importer) rejectRetracted(row *Row, retracted *domain.Figure) {
	if retracted == nil || retracted.Note.Tag == domain.TagImport || row.Action == Append {
		return
	}
	again, err := row.over(*retracted)
	if err == nil && again.Compute() == nil && again.SaysSame(*retracted) {
		row.Fault = &errs.Violation{Reason: "RETRACTED", Description: retracted.Name() + " said so and was retracted (" +
			retracted.Retraction.Reason + "): use APPEND to put it on record again"}
	}
}

// over is the figure that a row makes of one that stands, as it would be put on record.
func (r *Row) over(present domain.Figure) (domain.Figure, error) {
	if r.Action == Merge {
		return r.Figure.Merging(present, r.Given)
	}
	return r.Figure.Replacing(present, r.Given), nil
}

// update changes a figure to another state, if it is another.
func (im *importer) update(row *Row, present domain.Figure) error {
	figure, err := row.over(present)
	row.reject(err)
	if row.Fault == nil && present.Derivation != nil && !figure.SameAmount(present) {
		row.Fault = &errs.Violation{Reason: "FIGURE_DERIVED", Description: present.Name() +
			" is computed from other figures: correct those and use RecomputeFigure, or give it another derivation by CorrectFigure"}
	}
	if row.Fault == nil && row.Action == Merge {
		row.reject(figure.CheckAfter(present))
		row.reject(im.metric.Admit(figure))
	}
	if row.Fault == nil {
		row.reject(figure.Compute())
	}
	if row.Fault == nil {
		err := settle(im.w, &present, &figure, nil)
		if err != nil && errs.ReasonOf(err) != embargo.AlreadyPublic && !errs.Is(err, errs.InvalidArgument) {
			return err
		}
		row.reject(err)
	}
	if row.Fault == nil && figure.SaysSame(present) && figure.EmbargoEnd == present.EmbargoEnd && !figure.Withdrawn {
		im.done.Unchanged++
		return nil
	}
	if row.Fault == nil {
		if err := im.rejectCorrected(row, present); err != nil {
			return err
		}
	}
	if row.Fault == nil && row.Action == Replace {
		row.reject(figure.CheckAfter(present)) // with what was kept
	}
	if row.Fault == nil {
		im.changes = append(im.changes, change{row, present, &figure})
	}
	return nil
}

// mostRevisions is how many revisions of a figure are looked through for what its data file said last.
const mostRevisions = 100

// rejectCorrected refuses to undo what an editor changed: a row that says what the figure said before says nothing new.
func (im *importer) rejectCorrected(row *Row, present domain.Figure) error {
	if present.Note.Tag == domain.TagImport {
		return nil
	}
	revisions, err := im.w.FigureRevisions(present.ID, store.Newest, present.Revision, mostRevisions)
	if err != nil {
		return err
	}
	for _, revision := range revisions {
		again, err := row.over(revision.Figure)
		if err == nil && again.Compute() == nil && again.SaysSame(revision.Figure) {
			row.Fault = &errs.Violation{Reason: "CORRECTED", Description: present.Name() +
				" said so in revision " + strconv.FormatInt(revision.Figure.Revision, 10) + " and was changed by an editor since: use RollbackFigure if that was wrong"}
			return nil
		}
		if revision.Figure.Note.Tag == domain.TagImport {
			return nil // the file says something new
		}
	}
	return nil
}
