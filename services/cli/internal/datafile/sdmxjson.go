package datafile

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// jsonState is where in the file reading is.
type jsonState int

const (
	inFile jsonState = iota
	inSets
	inSet
	inAllSeries
	inSeries
	inObservations
	atEnd
)

// jsonReader reads SDMX-JSON, one observation at a time.
type jsonReader struct {
	decoder   *json.Decoder
	lines     *lineCounter
	head      *jsonHead
	assembler *assembler

	state jsonState
	// set is the number of the data set, from 1; key and series what is known of the
	// series, and flat says that observations have no series.
	set    int
	key    string
	series jsonSeries
	flat   bool
}

// newJSON begins a file, which is read twice: first all but its observations,
// since JSON has no order.
func newJSON(from io.ReadSeeker, metric *metricsv1.Metric, m *Mapping) (*jsonReader, error) {
	refuse := func(reason, field, message string) error {
		return &interchange.RowError{Line: 1, Reason: reason, Field: field, Message: message}
	}
	// The decoder would put U+FFFD in the place of what is not UTF-8.
	head, err := readHead(bufio.NewReader(transform.NewReader(withoutMark(from), encoding.UTF8Validator)))
	if err != nil {
		reason := interchange.MalformedRow
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			reason = CutOff
		}
		return nil, refuse(reason, "", fmt.Sprintf("it is no SDMX-JSON data: %v", err))
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read it again: %w", err)
	}
	r := &jsonReader{head: head, lines: &lineCounter{from: withoutMark(from)}, assembler: newAssembler(componentsOf(metric, head.ids()), metric, m, jsonSeparator)}
	for i := range head.structures {
		if wrong := r.understand(&head.structures[i], m); wrong != nil {
			return nil, refuse(wrong.reason, wrong.field, wrong.message)
		}
	}
	if m != nil {
		if wrong := r.assembler.translated(nil); wrong != nil {
			return nil, refuse(wrong.reason, wrong.field, wrong.message)
		}
	}
	r.decoder = json.NewDecoder(r.lines)
	r.decoder.UseNumber()
	return r, nil
}

// understand finds out what the components of a structure are.
func (r *jsonReader) understand(s *jsonStructure, m *Mapping) *fault {
	for _, all := range s.components() {
		for i := range all {
			var err *fault
			if all[i].part, err = r.assembler.component(all[i].ID, m); err != nil {
				return err
			}
		}
	}
	if len(s.Measures.Observation) > 1 {
		return &fault{UnsupportedFormat, idValue, "its observations have several measures: only one is read"}
	}
	return nil
}

// Sourced implements Reader.
func (r *jsonReader) Sourced() bool { return r.assembler.has[part{fixedPart, idProducer}] }

// Read implements Reader.
func (r *jsonReader) Read() (Row, error) {
	for r.state != atEnd {
		row, found, err := r.step()
		if refused, is := errors.AsType[*interchange.RowError](err); is {
			return Row{}, refused
		}
		if err != nil {
			return Row{}, r.broken(err)
		}
		if found {
			return row, nil
		}
	}
	return Row{}, io.EOF
}

// broken ends the reading of a file that is cut off or no JSON.
func (r *jsonReader) broken(err error) error {
	r.state = atEnd
	end := r.decoder.InputOffset()
	refused := &interchange.RowError{Line: r.lines.line(end), End: end, Reason: interchange.MalformedRow, Message: err.Error()}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		refused.Unended, refused.Reason, refused.Message = true, CutOff, "the file ends within an observation or before its end: what comes before is read"
	} else if r.lines.failed != nil {
		return r.lines.failed
	}
	return refused
}

// step reads the next token or observation.
func (r *jsonReader) step() (row Row, found bool, err error) {
	switch r.state {
	case inFile:
		return Row{}, false, r.toSets()
	case inSets:
		return Row{}, false, r.enter(inSet, inFile, '{', func() { r.set++ })
	case inAllSeries:
		return Row{}, false, r.nextSeries()
	case inSet, inSeries:
		return Row{}, false, r.member()
	default:
		return r.observation()
	}
}

// toSets goes to the data sets, and from them to the end.
func (r *jsonReader) toSets() error {
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) && r.set > 0 {
		r.state = atEnd
		return nil
	}
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'), json.Delim('}'), "data":
		return nil
	case "dataSets":
		r.state = inSets
		return r.open('[')
	}
	return skipValue(r.decoder)
}

func (r *jsonReader) open(want json.Delim) error {
	token, err := r.decoder.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%v stands where %v must stand", token, want)
	}
	return err
}

// enter goes into the next element, or out if there is none.
func (r *jsonReader) enter(in, out jsonState, open json.Delim, entered func()) error {
	if !r.decoder.More() {
		r.state = out
		_, err := r.decoder.Token()
		return err
	}
	r.state = in
	entered()
	return r.open(open)
}

func (r *jsonReader) nextSeries() error {
	if !r.decoder.More() {
		return r.enter(inSeries, inSet, '{', func() {})
	}
	key, err := r.decoder.Token()
	if err != nil {
		return err
	}
	r.key, _ = key.(string)
	r.series = r.head.lateOf(r.set, r.key)
	r.state = inSeries
	return r.open('{')
}

// lateOf is what stands of a series after its observations.
func (h *jsonHead) lateOf(set int, key string) jsonSeries {
	if set > len(h.sets) {
		return jsonSeries{}
	}
	return h.sets[set-1].late[key]
}

// member reads a member of a data set or of a series.
func (r *jsonReader) member() error {
	if !r.decoder.More() {
		r.state = map[jsonState]jsonState{inSet: inSets, inSeries: inAllSeries}[r.state]
		_, err := r.decoder.Token()
		return err
	}
	key, err := r.decoder.Token()
	if err != nil {
		return err
	}
	switch {
	case key == "observations":
		r.flat = r.state == inSet
		r.state = inObservations
		return r.open('{')
	case key == "series" && r.state == inSet:
		r.state = inAllSeries
		return r.open('{')
	case key == "attributes" && r.state == inSeries:
		return r.decoder.Decode(&r.series.Attributes)
	case key == "annotations" && r.state == inSeries:
		return r.decoder.Decode(&r.series.Annotations)
	}
	return skipValue(r.decoder)
}

// observation reads the next observation.
func (r *jsonReader) observation() (row Row, found bool, err error) {
	if !r.decoder.More() {
		r.state = inSeries
		if r.flat {
			r.state = inSet
		}
		_, err := r.decoder.Token()
		return Row{}, false, err
	}
	token, err := r.decoder.Token()
	if err != nil {
		return Row{}, false, err
	}
	key, _ := token.(string)
	var content []json.RawMessage
	var raw json.RawMessage
	if err := r.decoder.Decode(&raw); err != nil {
		return Row{}, false, err
	}
	shown := []string{cmp.Or(r.key, key), key, string(raw)}
	end := r.decoder.InputOffset()
	refuse := func(f *fault) error {
		return &interchange.RowError{Line: r.lines.line(end), End: end, Text: text(shown), Reason: f.reason, Field: f.field, Message: f.message}
	}
	if err := json.Unmarshal(raw, &content); err != nil {
		return Row{}, false, refuse(&fault{interchange.MalformedRow, "", "an observation is an array of its value and the indexes of its attributes"})
	}
	cells, action, wrong := r.cells(key, content)
	if wrong != nil {
		return Row{}, false, refuse(wrong)
	}
	row, fault := r.assembler.row(cells, action)
	if fault != nil {
		return Row{}, false, refuse(fault)
	}
	row.Line, row.End, row.cells = r.lines.line(end), end, shown
	return row, true, nil
}

// cells puts together what an observation says with what its series and its data
// set say.
func (r *jsonReader) cells(key string, content []json.RawMessage) (values, string, *fault) {
	malformed := func(err error) (values, string, *fault) {
		return nil, "", &fault{interchange.MalformedRow, "", err.Error()}
	}
	set := jsonSet{}
	if r.set <= len(r.head.sets) {
		set = r.head.sets[r.set-1]
	}
	if set.Structure < 0 || set.Structure >= len(r.head.structures) {
		return malformed(fmt.Errorf("there is no structure %d", set.Structure))
	}
	s := &r.head.structures[set.Structure]
	cells := values{}
	positions, err := r.positions(cells, s, key)
	if err != nil {
		return malformed(err)
	}
	levels := []level{{s.Attributes.DataSet, set.Attributes}, {s.Attributes.Group, nil}}
	for _, group := range byReach(set.Groups) {
		if inGroup(group, positions) {
			levels = append(levels, level{s.Attributes.Group, set.Groups[group]})
		}
	}
	if !r.flat {
		levels = append(levels, level{s.Attributes.Series, r.series.Attributes})
	}
	value, attributes, annotations := split(content, len(s.Attributes.Observation))
	if err := cells.fill(append(levels, level{s.Attributes.Observation, attributes})); err != nil {
		return malformed(err)
	}
	cells[part{fixedPart, idValue}] = value
	if len(annotations) == 0 {
		annotations = r.series.Annotations
	}
	cells.note(s.notes(annotations)...)
	return cells, set.Action, nil
}

// level is the attributes of a data set, a group, a series or an observation.
type level struct {
	of  []jsonComponent
	say []json.RawMessage
}

// byReach are groups in the order of how much they hold for, the least last: what is
// said of fewer observations goes before what is said of more.
func byReach(groups map[string][]json.RawMessage) []string {
	fixed := func(group string) int {
		n := 0
		for index := range strings.SplitSeq(group, ":") {
			if index != "" {
				n++
			}
		}
		return n
	}
	return slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		return cmp.Or(cmp.Compare(fixed(a), fixed(b)), cmp.Compare(a, b))
	})
}

// fill sets what the levels say, the nearest to the observation last, and before all
// of them what holds where none says anything.
func (v values) fill(levels []level) error {
	set := func(of *jsonComponent, raw json.RawMessage) error {
		said, err := of.value(raw)
		if err == nil && said != "" && of.part.kind != unknownPart {
			v[of.part] = said
		}
		return err
	}
	for _, one := range levels {
		for i := range one.of {
			if err := set(&one.of[i], one.of[i].Default); err != nil {
				return err
			}
		}
	}
	for _, one := range levels {
		for i := range min(len(one.of), len(one.say)) {
			if err := set(&one.of[i], one.say[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// positions sets the dimensions, and answers their indexes by the positions by
// which groups name them.
func (r *jsonReader) positions(cells values, s *jsonStructure, key string) (map[int]string, error) {
	positions := map[int]string{}
	put := func(of []jsonComponent, key string) error {
		if len(of) == 0 {
			return nil
		}
		indexes := strings.Split(key, ":")
		if len(indexes) != len(of) {
			return fmt.Errorf("the key %q has not %d parts", key, len(of))
		}
		for i, index := range indexes {
			n, err := strconv.Atoi(index)
			if err != nil {
				return fmt.Errorf("the key %q is no index", key)
			}
			said, err := of[i].at(n)
			if err != nil {
				return err
			}
			if of[i].part.kind != unknownPart {
				cells[of[i].part] = said
			}
			positions[of[i].Position] = index
		}
		return nil
	}
	for i := range s.Dimensions.DataSet {
		if err := put(s.Dimensions.DataSet[i:i+1], "0"); err != nil {
			return nil, err
		}
	}
	if !r.flat {
		if err := put(s.Dimensions.Series, r.key); err != nil {
			return nil, err
		}
	}
	return positions, put(s.Dimensions.Observation, key)
}

// inGroup says that an observation is of a group, whose key leaves out what may be
// anything.
func inGroup(group string, positions map[int]string) bool {
	for i, index := range strings.Split(group, ":") {
		if index != "" && positions[i] != index {
			return false
		}
	}
	return true
}

// split is an observation's value, its attributes and its annotations.
func split(content []json.RawMessage, count int) (value string, attributes, annotations []json.RawMessage) {
	if len(content) == 0 {
		return "", nil, nil
	}
	if value = plain(content[0]); value == "null" {
		value = ""
	}
	rest := content[1:]
	if len(rest) <= count {
		return value, rest, nil
	}
	return value, rest[:count], rest[count:]
}

// notes are the texts of annotations.
func (s *jsonStructure) notes(indexes []json.RawMessage) []string {
	var texts []string
	for _, raw := range indexes {
		index, err := strconv.Atoi(string(raw))
		if err != nil || index < 0 || index >= len(s.Annotations) {
			continue
		}
		if text := cmp.Or(s.Annotations[index].Text, s.Annotations[index].Title); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}
