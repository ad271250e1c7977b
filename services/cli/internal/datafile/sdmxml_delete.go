package datafile

import (
	"fmt"
	"slices"
)

// deletion refuses to delete more than a part surely says: what it leaves out may be
// anything, and what it says emptily may be meant so or not.
func (r *mlReader) deletion(row Row, cells values, series, one *mlPart) *fault {
	for _, part := range []*mlPart{r.head.sets[r.set-1].part, series, one} {
		for _, id := range part.empty(r.dimension) {
			return &fault{UnsupportedAction, id, fmt.Sprintf("%s of what is to be deleted is empty: leave it out if it may be anything", id)}
		}
		for _, id := range part.said(func(id string) bool { return r.parts[id].kind == unknownPart }) {
			return widens(id)
		}
	}
	observation, at := one.name == observationName, r.parser.structure.dimension
	said := func(cell mlCell) bool {
		return r.dimension(cell.id) && (cell.id == at || at == "" || at == allDimensions)
	}
	switch {
	case len(row.Dimensions) == 0 && row.Observation.GetTimePeriod() == "":
		return &fault{UnsupportedAction, "", "it asks to delete all figures of the metric: say the dimensions of those that are to be deleted"}
	case observation && !slices.ContainsFunc(one.cells, said):
		return &fault{UnsupportedAction, at, "the observation that is to be deleted does not say which of its series it is: a series without observations deletes all of its own"}
	case observation && row.Kind == DeleteMatching && cells.hasNumber():
		return &fault{UnsupportedAction, idAction, "it asks to delete several figures, and says the value of one: say all of its key, or no value"}
	}
	return nil
}

// hasNumber says that a row says a value.
func (v values) hasNumber() bool {
	for id := range numeric {
		if v.fixed(id) != "" {
			return true
		}
	}
	return false
}
