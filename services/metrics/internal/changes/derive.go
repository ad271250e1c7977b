package changes

import (
	"errors"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// deriver computes figures from those that they cite, on record or in the same request.
type deriver struct {
	w store.Writer
	// batch are the figures of the request, onRecord the newest revisions of the others that are cited, both by id.
	batch    map[string]*Figure
	onRecord map[string]domain.Figure
	// kept are ids that may be cited although they were retracted: they were cited before.
	kept map[string]bool
	// state says of derived figures of the batch how far they are.
	state  map[string]int
	faults errs.Violations
}

// States of a derived figure.
const (
	untouched = iota
	underWay
	computed
)

// derive computes the figures of a set that are derived, in the order in which they need each other, and pins the revisions of their inputs.
// kept as in deriver.
//
// Errors: INVALID_ARGUMENT with every figure at fault: REFERENCE_NOT_FOUND and those of domain.Figure.Derive and Compute;
// FAILED_PRECONDITION FORMULA_CITES_ITSELF, INPUT_NOT_COMPUTABLE, DIVISION_BY_ZERO.
func derive(w store.Writer, figures []Figure, kept map[string]bool) error {
	d := deriver{w: w, batch: map[string]*Figure{}, kept: kept, state: map[string]int{}}
	for i := range figures {
		d.batch[figures[i].ID] = &figures[i]
	}
	var cited []string
	for _, figure := range figures {
		for _, id := range figure.Derivation.IDs() {
			if d.batch[id] == nil {
				cited = append(cited, id)
			}
		}
	}
	var err error
	if d.onRecord, err = w.FiguresByID(cited, store.Newest); err != nil {
		return err
	}
	for i := range figures {
		if err := d.compute(&figures[i]); err != nil {
			return err
		}
		if d.faults.Len() >= maxViolations {
			break
		}
	}
	return d.faults.Err()
}

// compute computes a figure after those of the batch that it cites.
func (d *deriver) compute(f *Figure) error {
	if f.Derivation == nil || d.state[f.ID] == computed {
		return nil
	}
	if d.state[f.ID] == underWay {
		return citesItselfError(*f)
	}
	d.state[f.ID] = underWay
	f.Derivation = f.Derivation.Clone() // a transaction may run again with the same set
	inputs, stale := make([]domain.Figure, len(f.Derivation.Inputs)), false
	before := d.faults.Len()
	for i := range f.Derivation.Inputs {
		figure, changed, err := d.input(f, i)
		if err != nil {
			return err
		}
		inputs[i], stale = figure, stale || changed
	}
	d.state[f.ID] = computed
	if d.faults.Len() > before {
		return nil
	}
	f.Stale = stale
	err := f.Derive(inputs)
	if err == nil {
		err = f.Compute()
	}
	if err != nil && !errs.Is(err, errs.InvalidArgument) {
		return within(f.Path, err)
	}
	d.faults.AddErr(f.Path, err)
	return nil
}

// within puts the path of a figure before those of a refusal that is relative to it: of a
// thousand figures of a request it says which.
func within(path string, err error) error {
	var refused *errs.Error
	if errors.As(err, &refused) {
		for i := range refused.Violations {
			refused.Violations[i].Field = errs.JoinPath(path, refused.Violations[i].Field)
		}
	}
	return err
}

func citesItselfError(f Figure) error {
	return errs.New(errs.FailedPrecondition, "FORMULA_CITES_ITSELF", "%s would be computed from itself", f.Name()).
		About(domain.FigureType, f.Name()).Field(errs.JoinPath(f.Path, "derivation.inputs"), "an input is computed from this figure")
}

// input finds an input of a figure in the revision that it cites, and pins that. changed says that it was corrected or retracted since, or
// is stale itself.
func (d *deriver) input(f *Figure, i int) (figure domain.Figure, changed bool, err error) {
	input := &f.Derivation.Inputs[i]
	path := errs.JoinPath(f.Path, errs.Index("derivation.inputs", i))
	if other := d.batch[input.Figure]; other != nil {
		if err := d.compute(other); err != nil {
			return figure, false, err
		}
		if input.Revision > 1 {
			d.noRevision(path, *input)
		}
		input.Revision = 1
		return other.Figure, other.Stale, nil
	}
	newest, found := d.onRecord[input.Figure]
	switch {
	case !found:
		d.faults.Add(path+".figure", ReferenceNotFound, "%s is not on record", domain.FigureName.Format(input.Figure))
		return figure, false, nil
	case newest.Retracted() && (input.Revision == 0 || !d.kept[input.Figure]):
		d.faults.Add(path+".figure", ReferenceNotFound, "%s was retracted", newest.Name())
		return figure, false, nil
	case input.Revision == 0:
		input.Revision = newest.Revision
	}
	if input.Revision == newest.Revision {
		return newest, newest.Stale || newest.Retracted(), nil
	}
	revision, found, err := d.w.FigureRevision(input.Figure, input.Revision, store.Newest)
	if err != nil {
		return figure, false, err
	}
	if !found || revision.Figure.Retracted() {
		d.noRevision(path, *input)
		return figure, false, nil
	}
	changed, err = d.changedSince(newest, input.Revision)
	return revision.Figure, changed, err
}

func (d *deriver) noRevision(path string, input domain.Input) {
	d.faults.Add(path+".revision_id", ReferenceNotFound, "%s has no revision %d that could be computed from",
		domain.FigureName.Format(input.Figure), input.Revision)
}

// changedSince reports whether a figure was corrected or retracted after a revision, or is stale.
func (d *deriver) changedSince(newest domain.Figure, number int64) (bool, error) {
	if newest.Stale || newest.Retracted() {
		return true, nil
	}
	correction, found, err := d.w.NewestCorrection(newest.Name(), store.Newest)
	return found && correction.NewRevision > number, err
}
