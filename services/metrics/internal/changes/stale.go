package changes

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// MaxDependents is how many figures one change may make stale.
const MaxDependents = 5_000

// Spread marks as stale all figures that are computed from those with the given ids, directly or over others, each in a new revision, and
// returns their names in order. because says what happened, such as "figures/a was corrected". What is stale already stays as it is: so are
// all that are computed from it.
//
// FAILED_PRECONDITION, reason TOO_MANY_FACTS, if they are more than MaxDependents.
func Spread(w store.Writer, caller, because string, ids ...string) ([]string, error) {
	fresh, _, err := dependents(w, ids)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(fresh))
	for i, figure := range fresh {
		names[i] = figure.Name()
	}
	note := domain.RevisionNote{Tag: domain.TagStale, Comment: because}
	return names, putAll(w, caller, fresh, func(f *domain.Figure) { f.Stale = true }, note, MaxDependents)
}

// dependents reads the figures that are computed from others and are not stale yet, in the order of their names. read are the ids of all
// that had to be looked at, and count: the given ones, too.
func dependents(w store.Writer, ids []string) (fresh []domain.Figure, read map[string]bool, err error) {
	read = map[string]bool{}
	for _, id := range ids {
		read[id] = true
	}
	for level := ids; len(level) > 0; {
		citing, err := w.Citing(level, MaxDependents+1)
		if err != nil {
			return nil, nil, err
		}
		citing = slices.DeleteFunc(citing, func(id string) bool { return read[id] })
		if len(read)-len(ids)+len(citing) > MaxDependents {
			return nil, nil, errs.New(errs.FailedPrecondition, tooManyFacts,
				"more than %d figures are computed from it: correct or retract some of those first", MaxDependents)
		}
		figures, err := w.FiguresByID(citing, store.Newest)
		if err != nil {
			return nil, nil, err
		}
		level = nil
		for _, id := range citing {
			read[id] = true
			if figure, found := figures[id]; found && !figure.Stale {
				fresh, level = append(fresh, figure), append(level, id)
			}
		}
	}
	slices.SortFunc(fresh, func(a, b domain.Figure) int { return strings.Compare(a.ID, b.ID) })
	return fresh, read, nil
}

// citesItself reports whether one of the figures with the given ids is computed from another figure, directly or over others.
func citesItself(w store.Writer, id string, inputs []string) (bool, error) {
	seen := map[string]bool{id: true}
	for level := []string{id}; len(level) > 0; {
		if slices.ContainsFunc(inputs, func(input string) bool { return slices.Contains(level, input) }) {
			return true, nil
		}
		citing, err := w.Citing(level, MaxDependents+1)
		if err != nil {
			return false, err
		}
		level = slices.DeleteFunc(citing, func(id string) bool { return seen[id] })
		for _, id := range level {
			seen[id] = true
		}
		if len(seen) > MaxDependents {
			return false, errs.New(errs.FailedPrecondition, tooManyFacts, "more than %d figures are computed from it", MaxDependents)
		}
	}
	return false, nil
}
