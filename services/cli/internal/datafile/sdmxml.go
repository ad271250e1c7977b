package datafile

import (
	"errors"
	"fmt"
	"io"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// mlReader reads SDMX-ML, one observation at a time.
type mlReader struct {
	parser    *mlParser
	assembler *assembler
	// parts are what the components are.
	parts map[string]part
	head  *mlHead
	// groups are those of each data set, and set is the number of the one that is read,
	// from 1; seen says that it has had rows.
	groups []*mlGroups
	set    int
	seen   bool
	// late are refusals of what stands further up.
	late []*interchange.RowError
	// done is why nothing more can be read, io.EOF after what is late.
	done error
}

// newML begins a file, which is read twice: first what may stand after the observations
// that it is of.
func newML(from *twice, metric *metricsv1.Metric, m *Mapping) (*mlReader, error) {
	head, err := readMLHead(from, m)
	if err != nil {
		return nil, err
	}
	if err := from.again(); err != nil {
		return nil, err
	}
	r := &mlReader{
		parser: newMLParser(from), parts: map[string]part{}, head: head,
		assembler: newAssembler(componentsOf(metric, head.ids), metric, m, jsonSeparator),
	}
	refuse := func(line int, wrong *fault) error {
		return &interchange.RowError{Line: line, Reason: wrong.reason, Field: wrong.field, Message: wrong.message}
	}
	if head.test && (m == nil || !m.Test) {
		return nil, refuse(1, &fault{UnsupportedFormat, "Test", "its header says that it is a test (Test: true), and no data to put on record: test: true of a mapping takes it nevertheless"})
	}
	for _, id := range head.ids {
		one, wrong := r.assembler.component(id, m)
		if wrong != nil {
			return nil, refuse(head.lines[id], wrong)
		}
		r.parts[id] = one
	}
	if m != nil {
		if wrong := r.assembler.translated(nil); wrong != nil {
			return nil, refuse(1, wrong)
		}
	}
	r.assembler.omit(metric)
	r.assembler.shapes = r.shapesOf
	for _, set := range head.sets {
		if deletes(set.action) {
			set.groups = nil // they are refused where they stand
		}
		groups, err := r.groupsOf(set)
		if err != nil {
			return nil, err
		}
		r.groups = append(r.groups, groups)
	}
	return r, nil
}

// isKey says that a component of a group is of its key. Structure-specific data do not
// say it: then it is a dimension of the metric, or what can be one of the file's alone, and
// is if all observations say it themselves: the unit, and what the mapping leaves out.
func (r *mlReader) isKey(group *mlPart, id string) bool {
	if r.head.generic {
		return slices.Contains(group.keys, id)
	}
	one := r.parts[id]
	foreign := one.kind == unknownPart || one == part{fixedPart, idUnit}
	return r.dimension(id) || foreign && r.head.saying[id] == r.head.observations
}

// dimension says that a component has one value for an observation.
func (r *mlReader) dimension(id string) bool {
	one := r.parts[id]
	return one.kind == dimensionPart || one == part{fixedPart, idFreq} || one == part{fixedPart, idPeriod}
}

// says says that a cell holds for something beside being its key.
func (r *mlReader) says(cell mlCell) bool {
	return cell.value != "" && r.parts[cell.id].kind != unknownPart && !r.dimension(cell.id)
}

// Sourced implements Reader.
func (r *mlReader) Sourced() bool { return r.assembler.has[part{fixedPart, idProducer}] }

// Read implements Reader.
func (r *mlReader) Read() (Row, error) {
	for len(r.late) == 0 {
		if r.done != nil {
			return Row{}, r.done
		}
		event, one, err := r.parser.read()
		if err != nil {
			return Row{}, r.end(err)
		}
		row, found, wrong := r.take(event, one)
		if wrong != nil {
			return Row{}, wrong
		}
		if found {
			return row, nil
		}
	}
	refused := r.late[0]
	r.late = r.late[1:]
	return Row{}, refused
}

// end ends the reading of a file that is at its end, or cannot be read on.
func (r *mlReader) end(why error) error {
	r.done = io.EOF
	if errors.Is(why, io.EOF) {
		return io.EOF
	}
	refused, err := r.parser.broken(why)
	if err != nil {
		r.done = err
		return err
	}
	return refused
}

// take takes what the parser came to: an observation or what deletes some, what is
// refused, or neither.
func (r *mlReader) take(event mlEvent, one *mlPart) (row Row, found bool, err error) {
	switch event {
	case mlSetBegins:
		r.set, r.seen = r.set+1, false
	case mlStray:
		return Row{}, false, one.error(one.wrong)
	case mlMessage:
		if one.name != mlInformation {
			return Row{}, false, one.error(one.wrong)
		}
	case mlGroup:
		if deletes(r.parser.action) {
			return Row{}, false, one.error(&fault{UnsupportedAction, idAction, "it asks to delete attributes of a group: give its observations as they are to be, with action Replace"})
		}
	case mlObservation:
		row, err = r.row(r.parser.series, one)
		return row, err == nil, err
	case mlSeriesEnds:
		return r.endSeries(one)
	case mlSetEnds:
		r.late = r.endSet(one)
	}
	return Row{}, false, nil
}

// row makes a row of an observation, or of the key of a series whose figures all are to
// be deleted.
func (r *mlReader) row(series, one *mlPart) (Row, error) {
	r.seen = true
	row, wrong := r.observe(series, one)
	if wrong != nil {
		return Row{}, one.error(wrong, series)
	}
	row.Line, row.End, row.cells = one.line, one.end, mlShown(series, one)
	return row, nil
}

func (r *mlReader) observe(series, one *mlPart) (Row, *fault) {
	set := r.head.sets[r.set-1]
	for _, of := range []*mlPart{set.part, series, one} {
		if of != nil && of.wrong != nil {
			return Row{}, of.wrong
		}
	}
	cells, wrong := r.cells(set.part, series, one)
	if wrong != nil {
		return Row{}, wrong
	}
	row, wrong := r.assembler.row(cells, set.action)
	if wrong == nil && deletes(set.action) {
		wrong = r.deletion(row, cells, series, one)
	}
	if wrong == nil && row.Kind == SeriesAttributes {
		wrong = &fault{MissingPeriod, idPeriod, "the observation has no period"}
	}
	return row, wrong
}

// cells puts together what an observation says with what its series, its groups and its
// data set say, the nearest last.
func (r *mlReader) cells(set, series, one *mlPart) (values, *fault) {
	cells := values{}
	put := func(all []mlCell) {
		for _, cell := range all {
			if of := r.parts[cell.id]; of.kind != unknownPart && cell.value != "" {
				cells[of] = cell.value
			}
		}
	}
	put(set.cells)
	own := func(id string) string {
		if value, has := one.value(id); has {
			return value
		}
		value, _ := series.value(id)
		return value
	}
	groups := r.groups[r.set-1].of(own)
	for _, group := range groups {
		group.used = true
		put(group.says)
	}
	if wrong := contradiction(groups, own); wrong != nil {
		return nil, wrong
	}
	if series != nil {
		put(series.cells)
	}
	for id := range numeric {
		if said := cells.fixed(id); said != "" && one.name == observationName {
			return nil, &fault{interchange.MalformedRow, id, fmt.Sprintf("%s is said of several observations, %q: it is what one of them says", id, said)}
		}
	}
	put(one.cells)
	if wrong := r.key(series, one); wrong != nil {
		return nil, wrong
	}
	if !deletes(r.parser.action) { // which has no comment
		cells.note(notesOf(set, groups, series, one)...)
	}
	return cells, nil
}

// notesOf are the notes of an observation and of all that holds for it, each once.
func notesOf(set *mlPart, groups []*mlGrouped, series, one *mlPart) (notes []string) {
	add := func(all []string) {
		for _, note := range all {
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	add(set.notes)
	for _, group := range groups {
		add(group.notes)
	}
	if series != nil {
		add(series.notes)
	}
	add(one.notes)
	return notes
}

// observationName is what an observation is called.
const observationName = "Obs"

// numeric are the components that say what the value of an observation is.
var numeric = map[string]bool{idValue: true, idValues: true, idLower: true, idUpper: true}

// key refuses an observation that contradicts its series, or lacks the dimension that
// the header says it has.
func (r *mlReader) key(series, one *mlPart) *fault {
	if series == nil || series == one {
		return nil
	}
	for _, cell := range one.cells {
		if said, has := series.value(cell.id); has && said != cell.value && r.dimension(cell.id) {
			return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%s is %q in the series and %q in its observation", cell.id, said, cell.value)}
		}
	}
	at := r.parser.structure.dimension
	if at == "" || at == allDimensions || at == idPeriod || deletes(r.parser.action) {
		return nil
	}
	if _, has := one.value(at); !has {
		return &fault{interchange.MalformedRow, at, fmt.Sprintf("the observation does not say its %s, which the header says it does", at)}
	}
	return nil
}

// endSeries takes a series that has no observations: it deletes all that it has, or says
// something of none.
func (r *mlReader) endSeries(series *mlPart) (row Row, found bool, err error) {
	if r.parser.observed {
		return Row{}, false, nil
	}
	if series.wrong != nil {
		return Row{}, false, series.error(series.wrong)
	}
	if deletes(r.parser.action) {
		row, err := r.row(nil, series)
		return row, err == nil, err
	}
	loses := func(id string) error {
		return series.error(&fault{NoObservations, id, "the series has no observation: what it says holds for nothing"})
	}
	for _, cell := range series.cells {
		if r.says(cell) {
			return Row{}, false, loses(cell.id)
		}
	}
	if len(series.notes) > 0 {
		return Row{}, false, loses(idComment)
	}
	return Row{}, false, nil
}

// endSet says what of a data set holds for nothing.
func (r *mlReader) endSet(end *mlPart) []*interchange.RowError {
	var all []*interchange.RowError
	refuse := func(of *mlPart, wrong *fault) {
		refused := of.error(wrong)
		refused.Line, refused.End = r.parser.line(), end.end
		all = append(all, refused)
	}
	set := r.head.sets[r.set-1].part
	switch {
	case r.seen:
	case set.wrong != nil:
		refuse(set, set.wrong)
	case len(set.cells) > 0, len(set.notes) > 0:
		refuse(set, &fault{NoObservations, "", fmt.Sprintf("the data set in line %d has no observation: what it says holds for nothing", set.line)})
	}
	for _, one := range r.groups[r.set-1].idle() {
		refuse(one.part, &fault{NoObservations, "", fmt.Sprintf("no observation has the dimensions of the group in line %d: what it says holds for nothing", one.part.line)})
	}
	return all
}

// error is the refusal of a part.
func (p *mlPart) error(wrong *fault, with ...*mlPart) *interchange.RowError {
	return &interchange.RowError{
		Line: p.line, End: p.end, Text: mlText(append(with, p)...), Reason: wrong.reason, Field: wrong.field, Message: wrong.message,
	}
}
