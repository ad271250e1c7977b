package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Revise checks what a figure is to say from now on, and returns it as it can be put on record: with the record of before, what only the
// service sets, and, of a derived figure, its value. next is checked and computed by itself; it may go on citing what was retracted since
// it, or before, cited it.
//
// Errors: those of Apply for a figure; FAILED_PRECONDITION FORMULA_CITES_ITSELF, and TOO_MANY_FACTS where too many figures are computed
// from it to see that; ABORTED NAME_STAGED while a stage needs the figure.
func Revise(w store.Writer, before domain.Figure, next Figure) (domain.Figure, error) {
	if err := w.CheckUnused(before.Name()); err != nil {
		return before, err
	}
	next.Meta, next.Corrected, next.Stale = before.Meta, before.Corrected, false
	next.Restricted, next.Withdrawn = before.Restricted, before.Withdrawn
	next.KeepAnchors(before)
	metrics, err := w.MetricsByID([]string{next.Metric}, store.Newest)
	if err != nil {
		return before, err
	}
	var faults errs.Violations
	checkMetric(metrics, next, &faults)
	if err := faults.Err(); err != nil {
		return before, err
	}
	next.SeriesDimensions = metrics[next.Metric].SeriesDimensionsOf(next.Dimensions)
	if next.Derivation == nil {
		return next.Figure, nil
	}
	if err := checkCircle(w, next); err != nil {
		return before, err
	}
	kept := map[string]bool{}
	for _, id := range append(before.Derivation.IDs(), next.Derivation.IDs()...) {
		kept[id] = before.Derivation.Cites(id)
	}
	return deriveOne(w, next, kept)
}

// Restore is Revise for an earlier revision of the figure: it may cite whatever it cited then. The embargo stays: to go back to what was said
// puts nothing out.
func Restore(w store.Writer, before, earlier domain.Figure) (domain.Figure, error) {
	earlier.EmbargoEnd = before.EmbargoEnd
	before.Derivation = earlier.Derivation // what it cited
	return Revise(w, before, Figure{Figure: earlier})
}

// deriveOne computes one figure that others of no request cite.
func deriveOne(w store.Writer, next Figure, kept map[string]bool) (domain.Figure, error) {
	one := []Figure{next}
	err := derive(w, one, kept)
	return one[0].Figure, err
}

// checkCircle refuses a figure that would be computed from itself.
func checkCircle(w store.Writer, figure Figure) error {
	circle, err := citesItself(w, figure.ID, figure.Derivation.IDs())
	if err != nil {
		return err
	}
	if circle {
		return citesItselfError(figure)
	}
	return nil
}

// Recompute computes a derived figure from the newest revisions of its inputs, and pins those.
//
// Errors: FAILED_PRECONDITION NOT_DERIVED, INPUT_RETRACTED, DIVISION_BY_ZERO, INPUT_NOT_COMPUTABLE also where the inputs no longer fit the
// formula, or the result contradicts what the figure says otherwise; ABORTED NAME_STAGED.
func Recompute(w store.Writer, before domain.Figure) (domain.Figure, error) {
	if before.Derivation == nil {
		return before, errs.New(errs.FailedPrecondition, "NOT_DERIVED", "%s is not computed from other figures", before.Name()).
			About(domain.FigureType, before.Name())
	}
	if err := w.CheckUnused(before.Name()); err != nil {
		return before, err
	}
	inputs, err := w.FiguresByID(before.Derivation.IDs(), store.Newest)
	if err != nil {
		return before, err
	}
	next := Figure{Figure: before}
	next.Derivation, next.Value = before.Derivation.Clone(), nil
	for i, input := range next.Derivation.Inputs {
		if figure := inputs[input.Figure]; figure.Retracted() {
			return before, errs.New(errs.FailedPrecondition, "INPUT_RETRACTED", "%s was retracted: correct the derivation, or retract this figure",
				figure.Name()).About(domain.FigureType, figure.Name()).Field(errs.Index("derivation.inputs", i)+".figure", "was retracted")
		}
		next.Derivation.Inputs[i].Revision = 0
	}
	after, err := deriveOne(w, next, nil)
	if err != nil {
		return before, notComputable(before, err)
	}
	if before.Value != nil && after.Value.Cmp(*before.Value) == 0 {
		after.Value = before.Value // as written
	}
	return after, notComputable(before, after.CheckAfter(before))
}

// notComputable turns what would be wrong with a figure that a request brings into what is wrong with one on record.
func notComputable(f domain.Figure, err error) error {
	if !errs.Is(err, errs.InvalidArgument) {
		return err
	}
	refused := errs.New(errs.FailedPrecondition, "INPUT_NOT_COMPUTABLE", "%s cannot be computed from its inputs as they are now: use CorrectFigure", f.Name()).
		About(domain.FigureType, f.Name())
	for _, violation := range errs.ViolationsOf(err) {
		refused = refused.Field(violation.Field, violation.Description)
	}
	return refused
}
