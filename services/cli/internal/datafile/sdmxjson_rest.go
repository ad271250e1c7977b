package datafile

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// current is what the data set says beside its observations.
func (r *jsonReader) current() *jsonSet { return &r.head.sets[r.set-1] }

// beginSet goes to the next data set.
func (r *jsonReader) beginSet() error {
	if r.set == len(r.head.sets) { // what it says to do is not known
		return errors.New("a data set stands where none was when the file was read first")
	}
	r.set, r.seen, r.used = r.set+1, false, map[string]bool{}
	r.groups = groupsOf(r.current().Groups)
	return nil
}

// leave goes out of a series, or of a data set, and says what of it holds for nothing. A
// series that lists no observations, of a data set that deletes, is all that the series has.
func (r *jsonReader) leave() (row Row, found bool, err error) {
	of := r.state
	r.state = map[jsonState]jsonState{inSet: inSets, inSeries: inAllSeries}[of]
	if _, err := r.decoder.Token(); err != nil {
		return Row{}, false, err
	}
	end := r.decoder.InputOffset()
	refuse := func(shown string, f *fault) *interchange.RowError {
		return &interchange.RowError{Line: r.lines.line(end), End: end, Text: text([]string{shown}), Reason: f.reason, Field: f.field, Message: f.message}
	}
	if of == inSet {
		for _, wrong := range r.idle() {
			r.late = append(r.late, refuse("", wrong))
		}
		return Row{}, false, nil
	}
	if r.observed {
		return Row{}, false, nil
	}
	if !deletes(r.current().Action) {
		if says(r.series.Attributes) || len(r.series.Annotations) > 0 {
			return Row{}, false, refuse(r.key, &fault{NoObservations, "", "the series has no observation: what it says holds for nothing"})
		}
		return Row{}, false, nil
	}
	r.seen = true
	if r.listed {
		return Row{}, false, refuse(r.key, &fault{UnsupportedAction, "", "its list of observations is empty, so it asks to delete none: leave the list out if all of the series are to be deleted"})
	}
	row, wrong := r.deletion()
	if wrong != nil {
		return Row{}, false, refuse(r.key, wrong)
	}
	row.Line, row.End, row.cells = r.lines.line(end), end, []string{r.key}
	return row, true, nil
}

// deletion is the row that deletes all of a series.
func (r *jsonReader) deletion() (Row, *fault) {
	cells, action, wrong := r.cells("", true, nil)
	if wrong != nil {
		return Row{}, wrong
	}
	row, wrong := r.assembler.row(cells, action)
	if wrong == nil && len(row.Dimensions) == 0 && row.Observation.GetTimePeriod() == "" {
		wrong = &fault{UnsupportedAction, "", "it asks to delete all figures of the metric: say the dimensions of those that are to be deleted"}
	}
	return row, wrong
}

// widens refuses a deletion of what the mapping leaves out of account, or by a value that says
// nothing: more would be deleted than it says.
func (s *jsonStructure) widens(cells values, levels []level) *fault {
	for _, one := range s.dimensions() {
		if one.part.kind == unknownPart {
			return widens(one.ID)
		}
		if said, has := cells[one.part]; has && said == "" {
			return &fault{UnsupportedAction, one.ID, fmt.Sprintf("%s of what is to be deleted is empty: leave it out if it may be anything", one.ID)}
		}
	}
	if cells.hasNumber() {
		return nil
	}
	for _, one := range levels {
		for i := range min(len(one.of), len(one.say)) {
			if said, err := one.of[i].value(one.say[i]); err == nil && said != "" && one.of[i].part.kind == unknownPart {
				return widens(one.of[i].ID)
			}
		}
	}
	return nil
}

// idle is what of the data set holds for nothing.
func (r *jsonReader) idle() []*fault {
	var all []*fault
	set := r.current()
	if !r.seen && (says(set.Attributes) || len(set.Annotations) > 0) {
		all = append(all, &fault{NoObservations, "", fmt.Sprintf("data set %d has no observation: what it says holds for nothing", r.set)})
	}
	for _, group := range slices.Sorted(maps.Keys(set.Groups)) {
		if says(set.Groups[group]) && !r.used[group] {
			all = append(all, &fault{NoObservations, "", fmt.Sprintf("no observation has the dimensions of the group %q: what it says holds for nothing", group)})
		}
	}
	return all
}

// says says that some of the attributes are more than null.
func says(attributes []json.RawMessage) bool {
	return slices.ContainsFunc(attributes, func(one json.RawMessage) bool { return string(one) != "null" })
}

// shapesOf are what the periods look like.
func (r *jsonReader) shapesOf() (*shapes, error) {
	found := newShapes(r.assembler.mapping)
	for i := range r.head.structures {
		for _, one := range r.head.structures[i].dimensions() {
			if one.part != (part{fixedPart, idPeriod}) {
				continue
			}
			for i := range one.Values {
				if said, err := one.at(i); err == nil {
					found.see(said)
				}
			}
		}
	}
	return found, nil
}
