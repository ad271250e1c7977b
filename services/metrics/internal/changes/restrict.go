package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Put puts the next revision of a figure on record with who reads it, and returns it as written. Where it becomes restricted, or ceases to
// be, so does what is computed from it.
//
// Errors: FAILED_PRECONDITION ALREADY_PUBLIC, INVALID_ARGUMENT EMBARGO_TOO_LONG, of an embargo that is refused; those of spreadRestriction.
func Put(w store.Writer, caller string, before, after domain.Figure) (domain.Figure, error) {
	if err := settle(w, &before, &after, nil); err != nil {
		return after, err
	}
	if err := w.PutFigure(after, caller); err != nil || after.Restricted == before.Restricted {
		return after, err
	}
	return after, spreadRestriction(w, caller, MaxDependents, after.ID)
}

// putAll puts the next revision of each of some figures on record, as Put does, but for what is computed from them: that is looked at once for
// all, up to limit.
func putAll(
	w store.Writer, caller string, figures []domain.Figure, change func(*domain.Figure), note domain.RevisionNote, limit int,
) error {
	var turned []string
	for _, before := range figures {
		after := before
		change(&after)
		if err := settle(w, &before, &after, nil); err != nil {
			return err
		}
		after.Meta = before.Revised(w.RecordTime(), note)
		if err := w.PutFigure(after, caller); err != nil {
			return err
		}
		if after.Restricted != before.Restricted {
			turned = append(turned, before.ID)
		}
	}
	return spreadRestriction(w, caller, limit, turned...)
}

// settle finds out who reads a figure that is about to be put on record. before is the revision before it, nil of a new one; batch are
// figures that are not on record yet, by id.
func settle(w store.Writer, before, after *domain.Figure, batch map[string]*Figure) error {
	by := EmbargoTime(w)
	if err := after.CheckEmbargo(before, by); err != nil {
		return err
	}
	after.Restrict(before, w.RecordTime(), by)
	if after.Derivation != nil && !after.Restricted {
		if err := settleDerived(w, after, batch); err != nil {
			return err
		}
	}
	after.Withdrawn = before != nil && after.Withdraws(*before)
	return nil
}

// settleDerived finds out whether a figure is computed from what is restricted. As long as it is not, it cites revisions that those who read
// it read, too: where an embargo ended since, the one that says so instead of the one under it.
func settleDerived(w store.Writer, f *domain.Figure, batch map[string]*Figure) error {
	newest, err := w.FiguresByID(f.Derivation.IDs(), store.Newest)
	if err != nil {
		return err
	}
	derivation := f.Derivation.Clone()
	for i := range derivation.Inputs {
		input := &derivation.Inputs[i]
		if other := batch[input.Figure]; other != nil {
			f.Restricted = f.Restricted || other.Restricted
			continue
		}
		figure := newest[input.Figure]
		f.Restricted = f.Restricted || figure.Restricted
		if f.Restricted || input.Revision == figure.Revision {
			continue
		}
		pinned, found, err := w.FigureRevision(input.Figure, input.Revision, store.Newest)
		if err != nil {
			return err
		}
		if found && pinned.Figure.Restricted {
			f.Restricted = f.Stale // what it was computed from was corrected before anybody could read it
			input.Revision = figure.Revision
		}
	}
	if !f.Restricted {
		f.Derivation = derivation
	}
	return nil
}

// settleNew is settle for the figures of a set, those first that others are computed from. They cite each other in no circle.
func settleNew(w store.Writer, figures []Figure) error {
	batch, settled := make(map[string]*Figure, len(figures)), make(map[string]bool, len(figures))
	for i := range figures {
		batch[figures[i].ID] = &figures[i]
	}
	var faults errs.Violations
	var visit func(figure *Figure) error
	visit = func(figure *Figure) error {
		if settled[figure.ID] {
			return nil
		}
		settled[figure.ID] = true
		for _, id := range figure.Derivation.IDs() {
			if other := batch[id]; other != nil {
				if err := visit(other); err != nil {
					return err
				}
			}
		}
		err := settle(w, nil, &figure.Figure, batch)
		if err != nil && !errs.Is(err, errs.InvalidArgument) {
			return err
		}
		faults.AddErr(figure.Path, err)
		return nil
	}
	for i := range figures {
		if err := visit(&figures[i]); err != nil {
			return err
		}
	}
	return faults.Err()
}

// spreadRestriction finds out anew who reads the figures that are computed from those with the given ids, directly or over others, and puts a revision
// on record of each for which that changes.
//
// FAILED_PRECONDITION, reason TOO_MANY_FACTS, if more than limit figures would have to be looked at.
func spreadRestriction(w store.Writer, caller string, limit int, ids ...string) error {
	looked := 0
	for level := ids; len(level) > 0; {
		citing, err := w.Citing(level, limit+1)
		if err != nil {
			return err
		}
		if looked += len(citing); looked > limit {
			return tooManyRestricted(limit, ids)
		}
		figures, err := w.FiguresByID(citing, store.Newest)
		if err != nil {
			return err
		}
		level = nil
		for _, id := range citing {
			before, after := figures[id], figures[id]
			if err := settle(w, &before, &after, nil); err != nil {
				return err
			}
			if after.Restricted == before.Restricted {
				continue
			}
			after.Meta = before.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagEmbargo, Comment: "who reads an input changed"})
			if err := w.PutFigure(after, caller); err != nil {
				return err
			}
			level = append(level, id)
		}
	}
	return nil
}

// tooManyRestricted says that more than limit figures are computed from those with the given ids, of which there is at least one.
func tooManyRestricted(limit int, ids []string) error {
	name := domain.FigureName.Format(ids[0])
	if len(ids) > 1 {
		return errs.New(errs.FailedPrecondition, tooManyFacts,
			"who reads %s and %d others changes, and more than %d figures are computed from them", name, len(ids)-1, limit)
	}
	return errs.New(errs.FailedPrecondition, tooManyFacts, "who reads %s changes, and more than %d figures are computed from it", name, limit).
		About(domain.FigureType, name)
}
