package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
)

// EraseWords erases the words of a document, by id, from up to limit figures that stand or stood on it, from a place on, and returns from
// how many and the place of the last, the zero one if there are no more. What stands gets a revision that says so; of a tombstone the
// number says which revision came before it, so it gets none.
//
// Errors: ABORTED NAME_STAGED.
func EraseWords(
	w store.Writer, caller, document string, after store.FigurePlace, limit int,
) (erased int, next store.FigurePlace, err error) {
	if err := w.CheckUnused(domain.DocumentName.Format(document)); err != nil {
		return 0, next, err
	}
	places, err := w.EverOn(document, after, limit)
	if err != nil {
		return 0, next, err
	}
	for _, place := range places {
		some, err := w.EraseWords(place.ID, document)
		if err != nil {
			return 0, next, err
		}
		if !some {
			continue
		}
		erased++
		if err := putErased(w, caller, place.ID); err != nil {
			return 0, next, err
		}
	}
	if len(places) == limit {
		next = places[limit-1]
	}
	return erased, next, putErasure(w, caller, document, erased)
}

// putErasure puts on record that words were erased, if any were: no revision says so of tombstones and notices.
func putErasure(w store.Writer, caller, document string, erased int) error {
	if erased == 0 {
		return nil
	}
	return w.PutErasure(document, caller)
}

// putErased puts the revision on record that says that the words of a figure were erased.
func putErased(w store.Writer, caller, id string) error {
	figure, _, err := w.Figure(id, store.Newest)
	if err != nil || figure.Retracted() {
		return err
	}
	figure.Withdrawn = false
	figure.KeepEmbargo(w.RecordTime())
	figure.Meta = figure.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagErase})
	return w.PutFigure(figure, caller)
}

// EraseNotices erases the words of the notices that a document, by id, prints of corrections, by id, and returns of how many.
//
// Errors: ABORTED NAME_STAGED.
func EraseNotices(w store.Writer, caller, document string, corrections []string) (erased int, err error) {
	if err := w.CheckUnused(domain.DocumentName.Format(document)); err != nil {
		return 0, err
	}
	for _, id := range corrections {
		some, err := w.EraseNotice(id, document)
		if err != nil {
			return 0, err
		}
		if some {
			erased++
		}
	}
	return erased, putErasure(w, caller, document, erased)
}
