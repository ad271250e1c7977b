package datafile

import (
	"fmt"
	"slices"
)

// deletion refuses to delete more than the parts of an observation surely say, the last of them
// itself: what they leave out may be anything, and what is said emptily may be meant so or not.
func (r *sdmxReader) deletion(row Row, cells values, parts []*sdmxPart) *fault {
	for _, id := range r.set.dimensions {
		if r.parts[id].kind == unknownPart {
			return widens(id)
		}
	}
	for _, of := range parts {
		for _, cell := range of.cells {
			key, ignored := r.isKey(of, cell.id), r.parts[cell.id].kind == unknownPart
			switch {
			// By a number all of the observation is meant, whatever else it says.
			case ignored && (key || cell.value != "" && !(r.keyed && cells.hasNumber())):
				return widens(cell.id)
			case key && cell.value == "":
				return &fault{UnsupportedAction, cell.id, fmt.Sprintf("%s of what is to be deleted is empty: leave it out if it may be anything", cell.id)}
			}
		}
	}
	one := parts[len(parts)-1]
	observation, at := one.name == observationName, r.set.dimension
	said := func(cell sdmxCell) bool {
		return r.isKey(one, cell.id) && (cell.id == at || at == "" || at == allDimensions)
	}
	switch {
	case len(row.Dimensions) == 0 && row.Observation.GetTimePeriod() == "":
		return &fault{UnsupportedAction, "", "it asks to delete all figures of the metric: say the dimensions of those that are to be deleted"}
	case observation && (row.Kind == DeleteMatching || !r.keyed) && !slices.ContainsFunc(one.cells, said):
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
