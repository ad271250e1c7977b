package datafile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// sdmxEvent is what a parser comes to.
type sdmxEvent int

const (
	// setBegins and setEnds are of a data set, with what it says itself.
	setBegins sdmxEvent = iota
	setEnds
	// groupRead says something of all observations that have its dimensions.
	groupRead
	observationRead
	// seriesEnds is the end of a series.
	seriesEnds
	// strayRead is what may not stand where it does.
	strayRead
	// messageRead is what the service says at the end.
	messageRead
)

// sdmxParser reads a message of SDMX-ML or SDMX-JSON part by part. What a part says it takes as
// it stands; what that means is for the reader.
type sdmxParser interface {
	// read goes to the next part. The error is io.EOF after the end of the message.
	read() (sdmxEvent, *sdmxPart, error)
	// line is where in the file it is.
	line() int
	// broken says why a file cannot be read on.
	broken(why error) (*interchange.RowError, error)
}

// sdmxSet is a data set but its series and observations.
type sdmxSet struct {
	part   *sdmxPart
	action string
	// dimension is the one that each observation of a series says, if the file tells.
	dimension string
	// dimensions are all that its observations have, if the file tells.
	dimensions []string
	// defaults hold where nothing says otherwise.
	defaults []sdmxCell
	groups   *sdmxGroups
}

// sdmxReader reads SDMX-ML and SDMX-JSON, one observation at a time.
type sdmxReader struct {
	parser    sdmxParser
	assembler *assembler
	// parts are what the components are, and keyed says that the file tells of each part which
	// are its key.
	parts map[string]part
	keyed bool
	// setOf makes what is said of a data set by its number, from 0, when that begins. begun is
	// how many have, and set the last of them; seen says that it has had rows.
	setOf func(int) sdmxSet
	begun int
	set   sdmxSet
	seen  bool
	// late are refusals of what stands further up.
	late []*interchange.RowError
	// done is why nothing more can be read, io.EOF after what is late.
	done error
}

// refusedAt is the refusal of a file for what stands in a line.
func refusedAt(line int, wrong *fault) error {
	return &interchange.RowError{Line: line, Reason: wrong.reason, Field: wrong.field, Message: wrong.message}
}

// understand finds out what the components of a message are, which first stand in some lines.
func (r *sdmxReader) understand(ids []string, line func(id string) int, metric *metricsv1.Metric, m *Mapping) error {
	r.parts, r.assembler = map[string]part{}, newAssembler(componentsOf(metric, ids), metric, m, jsonSeparator)
	for _, id := range ids {
		one, wrong := r.assembler.component(id, m)
		if wrong != nil {
			return refusedAt(line(id), wrong)
		}
		r.parts[id] = one
	}
	if m != nil {
		if wrong := r.assembler.translated(nil); wrong != nil {
			return refusedAt(1, wrong)
		}
	}
	r.assembler.omit(metric)
	return nil
}

// testAlone refuses a message that says of itself that it is a test, unless the mapping takes it.
func testAlone(test bool, where, field string, m *Mapping) error {
	if !test || m != nil && m.Test {
		return nil
	}
	return refusedAt(1, &fault{UnsupportedFormat, field, fmt.Sprintf(
		"its %s says that it is a test (%s: true), and no data to put on record: test: true of a mapping takes it nevertheless", where, field)})
}

// isKey says that a component of a part tells observations apart.
func (r *sdmxReader) isKey(of *sdmxPart, id string) bool {
	return slices.Contains(of.keys, id) || !r.keyed && r.dimension(id)
}

// dimension says that a component has one value for an observation.
func (r *sdmxReader) dimension(id string) bool {
	one := r.parts[id]
	return one.kind == dimensionPart || one == part{fixedPart, idFreq} || one == part{fixedPart, idPeriod}
}

// wrong is what is wrong with a part. What nothing is made of may say anything.
func (r *sdmxReader) wrong(of *sdmxPart) *fault {
	if of.wrong != nil {
		return of.wrong
	}
	for _, cell := range of.twice {
		if said, _ := of.value(cell.id); r.parts[cell.id].kind != unknownPart {
			return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%s says twice what %s is: %q and %q", of.name, cell.id, said, cell.value)}
		}
	}
	return nil
}

// says says that a cell holds for something beside being its part's key.
func (r *sdmxReader) says(of *sdmxPart, cell sdmxCell) bool {
	return cell.value != "" && r.parts[cell.id].kind != unknownPart && !r.isKey(of, cell.id)
}

// Sourced implements Reader.
func (r *sdmxReader) Sourced() bool { return r.assembler.has[part{fixedPart, idProducer}] }

// Read implements Reader.
func (r *sdmxReader) Read() (Row, error) {
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
func (r *sdmxReader) end(why error) error {
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
func (r *sdmxReader) take(event sdmxEvent, one *sdmxPart) (row Row, found bool, err error) {
	switch event {
	case setBegins:
		r.set, r.begun, r.seen = r.setOf(r.begun), r.begun+1, false
	case strayRead:
		return Row{}, false, one.error(one.wrong)
	case messageRead:
		if one.name != mlInformation {
			return Row{}, false, one.error(one.wrong)
		}
	case groupRead:
		if deletes(r.set.action) {
			return Row{}, false, one.error(&fault{UnsupportedAction, idAction, "it asks to delete attributes of a group: give its observations as they are to be, with action Replace"})
		}
	case observationRead:
		row, err = r.row(one)
		return row, err == nil, err
	case seriesEnds:
		return r.endSeries(one)
	case setEnds:
		r.late = r.endSet(one)
	}
	return Row{}, false, nil
}

// row makes a row of an observation, or of the key of a series whose figures all are to
// be deleted.
func (r *sdmxReader) row(one *sdmxPart) (Row, error) {
	r.seen = true
	row, wrong := r.observe(one)
	if wrong != nil {
		return Row{}, one.error(wrong, one.series)
	}
	row.Line, row.End, row.cells = one.line, one.end, shownOf(one.series, one)
	return row, nil
}

func (r *sdmxReader) observe(one *sdmxPart) (Row, *fault) {
	series := one.series
	own := func(id string) string {
		if value, has := one.value(id); has {
			return value
		}
		value, _ := series.value(id)
		return value
	}
	key := func(id string) string {
		near, _ := one.cell(id)
		far, _ := series.cell(id)
		return cmp.Or(near.index, far.index, near.value, far.value)
	}
	above, groups := []*sdmxPart{r.set.part}, r.set.groups.of(key)
	for _, group := range groups {
		above = append(above, group.sdmxPart)
	}
	if series != nil {
		above = append(above, series)
	}
	for _, of := range append(above, one) {
		if wrong := r.wrong(of); wrong != nil {
			return Row{}, wrong
		}
	}
	if wrong := r.contradiction(groups, own); wrong != nil {
		return Row{}, wrong
	}
	if wrong := r.contradicts(one); wrong != nil {
		return Row{}, wrong
	}
	cells, wrong := r.cells(above, one)
	if wrong != nil {
		return Row{}, wrong
	}
	row, wrong := r.assembler.row(cells, r.set.action)
	switch {
	case wrong != nil:
	case deletes(r.set.action):
		wrong = r.deletion(row, cells, append(above, one))
	case row.Kind == SeriesAttributes:
		wrong = &fault{MissingPeriod, idPeriod, "the observation has no period"}
	}
	return row, wrong
}

// cells puts together what an observation says with what is said above it, the nearest last.
func (r *sdmxReader) cells(above []*sdmxPart, one *sdmxPart) (values, *fault) {
	cells := values{}
	put := func(all []sdmxCell) {
		for _, cell := range all {
			if of := r.parts[cell.id]; of.kind != unknownPart && cell.value != "" {
				cells[of] = cell.value
			}
		}
	}
	for _, of := range above {
		put(of.cells)
	}
	for id := range numeric {
		if r.keyed && id != idValue { // which may say at any level what is the same for all
			continue
		}
		if said := cells.fixed(id); said != "" && one.name == observationName {
			return nil, &fault{interchange.MalformedRow, id, fmt.Sprintf("%s is said of several observations, %q: it is what one of them says", id, said)}
		}
	}
	put(one.cells)
	for _, cell := range r.set.defaults {
		if of := r.parts[cell.id]; cells[of] == "" {
			put([]sdmxCell{cell})
		}
	}
	if !deletes(r.set.action) { // which has no comment
		cells.note(notesOf(append(above, one))...)
	}
	return cells, nil
}

// observationName is what an observation is called.
const observationName = "Obs"

// numeric are the components that say what the value of an observation is.
var numeric = map[string]bool{idValue: true, idValues: true, idLower: true, idUpper: true}

// contradicts refuses an observation that contradicts its series, or lacks the dimension that
// the header says it has.
func (r *sdmxReader) contradicts(one *sdmxPart) *fault {
	if one.series == nil {
		return nil
	}
	for _, cell := range one.cells {
		if said, has := one.series.value(cell.id); has && said != cell.value && r.dimension(cell.id) {
			return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%s is %q in the series and %q in its observation", cell.id, said, cell.value)}
		}
	}
	at := r.set.dimension
	if at == "" || at == allDimensions || at == idPeriod || deletes(r.set.action) {
		return nil
	}
	if _, has := one.value(at); !has {
		return &fault{interchange.MalformedRow, at, fmt.Sprintf("the observation does not say its %s, which the header says it does", at)}
	}
	return nil
}

// endSeries takes a series that has no observations: it deletes all that it has, or says
// something of none.
func (r *sdmxReader) endSeries(series *sdmxPart) (row Row, found bool, err error) {
	if series.observed {
		return Row{}, false, nil
	}
	if wrong := r.wrong(series); wrong != nil {
		return Row{}, false, series.error(wrong)
	}
	if deletes(r.set.action) {
		row, err := r.row(series)
		return row, err == nil, err
	}
	loses := func(id string) error {
		return series.error(&fault{NoObservations, id, "the series has no observation: what it says holds for nothing"})
	}
	for _, cell := range series.cells {
		if r.says(series, cell) {
			return Row{}, false, loses(cell.id)
		}
	}
	if len(series.notes) > 0 {
		return Row{}, false, loses(idComment)
	}
	return Row{}, false, nil
}

// endSet says what of a data set holds for nothing.
func (r *sdmxReader) endSet(end *sdmxPart) []*interchange.RowError {
	var all []*interchange.RowError
	refuse := func(of *sdmxPart, wrong *fault) {
		refused := of.error(wrong)
		refused.Line, refused.End = r.parser.line(), end.end
		all = append(all, refused)
	}
	set := r.set.part
	switch wrong := r.wrong(set); {
	case r.seen:
	case wrong != nil:
		refuse(set, wrong)
	case len(set.cells) > 0, len(set.notes) > 0:
		refuse(set, &fault{NoObservations, "", set.called("data set") + " has no observation: what it says holds for nothing"})
	}
	for _, one := range r.set.groups.all {
		if r.idle(one) {
			first := one.groups[0].part()
			refuse(first, &fault{NoObservations, "", fmt.Sprintf("no observation has the dimensions of %s: what it says holds for nothing", first.called("group"))})
		}
	}
	return all
}
