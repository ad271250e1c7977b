package datafile

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

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
	// observed says that the series has had observations, listed that it has the list of them,
	// be it empty, and seen that the data set has had some.
	observed, listed, seen bool
	// groups are those of the data set, and used are which of them say something of an observation.
	groups *jsonGroups
	used   map[string]bool
	// late are refusals of what stands further up.
	late []*interchange.RowError
	// failed is why the file cannot be read on.
	failed error
}

// newJSON begins a file, which is read twice: first all but its observations,
// since JSON has no order.
func newJSON(from *twice, metric *metricsv1.Metric, m *Mapping) (*jsonReader, error) {
	refuse := func(reason, field, message string) error {
		return &interchange.RowError{Line: 1, Reason: reason, Field: field, Message: message}
	}
	// The decoder would put U+FFFD in the place of what is not UTF-8.
	head, err := readHead(bufio.NewReader(transform.NewReader(withoutMark(from), encoding.UTF8Validator)))
	if err != nil {
		return nil, err
	}
	if len(head.errors) > 0 {
		return nil, refuse(ServiceError, "errors", head.errors[0].message())
	}
	if head.test && (m == nil || !m.Test) {
		return nil, refuse(UnsupportedFormat, "test", "its meta says that it is a test (test: true), and no data to put on record: test: true of a mapping takes it nevertheless")
	}
	if err := from.again(); err != nil {
		return nil, err
	}
	r := &jsonReader{head: head, lines: &lineCounter{from: withoutMark(from)}, assembler: newAssembler(componentsOf(metric, head.ids()), metric, m, jsonSeparator)}
	for i := range head.structures {
		wrong := r.understand(&head.structures[i], m)
		if wrong == nil {
			wrong = head.structures[i].distinct()
		}
		if wrong != nil {
			return nil, refuse(wrong.reason, wrong.field, wrong.message)
		}
	}
	for i := range head.sets {
		if wrong := head.placed(&head.sets[i]); wrong != nil {
			return nil, refuse(wrong.reason, wrong.field, wrong.message)
		}
	}
	r.assembler.omit(metric)
	r.assembler.shapes = sync.OnceValues(r.shapesOf)
	if m != nil {
		if wrong := r.assembler.translated(nil); wrong != nil {
			return nil, refuse(wrong.reason, wrong.field, wrong.message)
		}
	}
	r.decoder = newJSONDecoder(r.lines)
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
	for i, measure := range s.Measures.Observation {
		switch {
		case i > 0:
			return &fault{UnsupportedFormat, idValue, "its observations have several measures: only one is read"}
		case len(measure.Values) > 0:
			return &fault{UnsupportedFormat, measure.ID, fmt.Sprintf("the values of its measure %s are no numbers but indexes of a list", measure.ID)}
		}
	}
	return nil
}

// message is what went wrong, for people.
func (e jsonError) message() string {
	said := "the service that wrote it says: " + cmp.Or(e.Detail, e.Title)
	if code := plain(e.Code); code != "" {
		said += " (" + code + ")"
	}
	return said
}

// Sourced implements Reader.
func (r *jsonReader) Sourced() bool { return r.assembler.has[part{fixedPart, idProducer}] }

// Read implements Reader.
func (r *jsonReader) Read() (Row, error) {
	for r.state != atEnd && len(r.late) == 0 {
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
	if len(r.late) == 0 {
		return Row{}, cmp.Or(r.failed, io.EOF)
	}
	refused := r.late[0]
	r.late = r.late[1:]
	return Row{}, refused
}

// broken ends the reading of a file that is cut off or no JSON.
func (r *jsonReader) broken(err error) error {
	r.state = atEnd
	end := r.decoder.InputOffset()
	refused := &interchange.RowError{Line: r.lines.line(end), End: end, Reason: interchange.MalformedRow, Message: err.Error()}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		refused.Unended, refused.Reason, refused.Message = true, CutOff, "the file ends within an observation or before its end: what comes before is read, without what series and groups further down would say of it"
	} else if r.lines.failed != nil {
		r.failed = r.lines.failed
		return r.failed
	}
	return refused
}

// step reads the next token or observation.
func (r *jsonReader) step() (row Row, found bool, err error) {
	switch r.state {
	case inFile:
		return Row{}, false, r.toSets()
	case inSets:
		return Row{}, false, r.enter(inSet, inFile, '{', r.beginSet)
	case inAllSeries:
		return Row{}, false, r.nextSeries()
	case inSet, inSeries:
		return r.member()
	default:
		return r.observation()
	}
}

// toSets goes to the data sets, and from them to the end.
func (r *jsonReader) toSets() error {
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) && r.head.whole {
		r.state = atEnd
		return nil
	}
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'), json.Delim('}'), "data", nil:
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
func (r *jsonReader) enter(in, out jsonState, open json.Delim, entered func() error) error {
	if !r.decoder.More() {
		r.state = out
		_, err := r.decoder.Token()
		return err
	}
	r.state = in
	if err := entered(); err != nil {
		return err
	}
	return r.open(open)
}

func (r *jsonReader) nextSeries() error {
	if !r.decoder.More() {
		return r.enter(inSeries, inSet, '{', func() error { return nil })
	}
	key, err := r.decoder.Token()
	if err != nil {
		return err
	}
	r.key, _ = key.(string)
	r.series = r.current().late[r.key]
	r.state, r.flat, r.observed, r.listed = inSeries, false, false, false
	return r.open('{')
}

// member reads a member of a data set or of a series.
func (r *jsonReader) member() (row Row, found bool, err error) {
	if !r.decoder.More() {
		return r.leave()
	}
	key, err := r.decoder.Token()
	switch {
	case err != nil:
	case key == "observations":
		r.flat, r.listed = r.state == inSet, true
		r.state = inObservations
		err = r.open('{')
	case key == "series" && r.state == inSet:
		r.state = inAllSeries
		err = r.open('{')
	case key == "attributes" && r.state == inSeries:
		err = r.decoder.Decode(&r.series.Attributes)
	case key == "annotations" && r.state == inSeries:
		err = r.decoder.Decode(&r.series.Annotations)
	default:
		err = skipValue(r.decoder)
	}
	return Row{}, false, err
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
	r.observed, r.seen = true, true
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
	cells, action, wrong := r.cells(key, false, content)
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
