package datafile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

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
)

// jsonParser reads a message of SDMX-JSON of which all but the observations is known.
type jsonParser struct {
	decoder *json.Decoder
	lines   *lineCounter
	head    *jsonHead

	state jsonState
	// set is the number of the data set, from 1, and structure says what its indexes stand
	// for; nil if nothing does.
	set       int
	structure *jsonStructure
	// key and said are what is known of the series, and series is it once it is needed; flat
	// says that observations have none.
	key    string
	said   jsonSeries
	series *sdmxPart
	flat   bool
	// observed says that the series has had observations, and listed that it has the list of
	// them, be it empty.
	observed, listed bool
}

func newJSONParser(from io.Reader, head *jsonHead) *jsonParser {
	p := &jsonParser{lines: &lineCounter{from: from}, head: head}
	p.decoder = newJSONDecoder(p.lines)
	return p
}

// line implements sdmxParser.
func (p *jsonParser) line() int { return p.lines.line(p.decoder.InputOffset()) }

// read implements sdmxParser.
func (p *jsonParser) read() (event sdmxEvent, part *sdmxPart, err error) {
	for part == nil && err == nil {
		event, part, err = p.step()
	}
	if errors.Is(err, io.EOF) && (p.state != inFile || !p.head.whole) {
		err = io.ErrUnexpectedEOF
	}
	return event, part, err
}

// broken implements sdmxParser: the file is cut off or no JSON.
func (p *jsonParser) broken(why error) (*interchange.RowError, error) {
	refused := &interchange.RowError{Line: p.line(), End: p.decoder.InputOffset(), Reason: interchange.MalformedRow, Message: interchange.InWords(why).Error()}
	if errors.Is(why, io.ErrUnexpectedEOF) {
		refused.Unended, refused.Reason, refused.Message = true, CutOff, "the file ends within an observation or before its end: what comes before is read, without what series and groups further down would say of it"
		return refused, nil
	}
	return refused, p.lines.failed
}

// step reads the next token, part or list.
func (p *jsonParser) step() (sdmxEvent, *sdmxPart, error) {
	switch p.state {
	case inFile:
		return 0, nil, p.toSets()
	case inSets:
		return p.nextSet()
	case inAllSeries:
		return 0, nil, p.nextSeries()
	case inSet, inSeries:
		return p.member()
	default:
		return p.observation()
	}
}

// toSets goes to the data sets, and from them to the end.
func (p *jsonParser) toSets() error {
	token, err := p.decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'), json.Delim('}'), "data", nil:
		return nil
	case "dataSets":
		return p.enter(inSets, '[')
	}
	return skipValue(p.decoder)
}

// enter goes into what begins here.
func (p *jsonParser) enter(in jsonState, want json.Delim) error {
	token, err := p.decoder.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%v stands where %v must stand", token, want)
	}
	p.state = in
	return err
}

// leave goes out of what ends here.
func (p *jsonParser) leave(to jsonState) error {
	p.state = to
	_, err := p.decoder.Token()
	return err
}

func (p *jsonParser) nextSet() (sdmxEvent, *sdmxPart, error) {
	if !p.decoder.More() {
		return 0, nil, p.leave(inFile)
	}
	if p.set == len(p.head.sets) { // what it says to do is not known
		return 0, nil, errors.New("a data set stands where none was when the file was read first")
	}
	p.structure = p.head.structure(&p.head.sets[p.set])
	p.set++
	return setBegins, &sdmxPart{}, p.enter(inSet, '{')
}

func (p *jsonParser) nextSeries() error {
	if !p.decoder.More() {
		return p.leave(inSet)
	}
	key, err := p.decoder.Token()
	if err != nil {
		return err
	}
	p.key, _ = key.(string)
	p.said, p.series, p.observed, p.listed = p.head.sets[p.set-1].late[p.key], nil, false, false
	return p.enter(inSeries, '{')
}

// member reads a member of a data set or of a series.
func (p *jsonParser) member() (sdmxEvent, *sdmxPart, error) {
	if !p.decoder.More() {
		return p.end()
	}
	key, err := p.decoder.Token()
	switch {
	case err != nil:
	case key == "observations":
		p.flat, p.listed = p.state == inSet, true
		err = p.enter(inObservations, '{')
	case key == "series" && p.state == inSet:
		err = p.enter(inAllSeries, '{')
	case key == "attributes" && p.state == inSeries:
		err = p.list("attributes", &p.said.Attributes)
	case key == "annotations" && p.state == inSeries:
		err = p.list("annotations", &p.said.Annotations)
	default:
		err = skipValue(p.decoder)
	}
	return 0, nil, err
}

// list reads what must be a list.
func (p *jsonParser) list(key string, into *[]json.RawMessage) error {
	if err := p.decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", key, interchange.InWords(err))
	}
	return nil
}

// end goes out of a series, or of a data set. A series that lists no observations, of a data
// set that deletes, is all that the series has.
func (p *jsonParser) end() (sdmxEvent, *sdmxPart, error) {
	if p.state == inSet {
		err := p.leave(inSets)
		return setEnds, &sdmxPart{line: p.line(), end: p.decoder.InputOffset()}, err
	}
	series := p.ofSeries()
	err := p.leave(inAllSeries)
	series.line, series.end, series.observed = p.line(), p.decoder.InputOffset(), p.observed
	if p.listed && !p.observed && p.deletes() {
		series.refuse(UnsupportedAction, "", "its list of observations is empty, so it asks to delete none: leave the list out if all of the series are to be deleted")
	}
	return seriesEnds, series, err
}

// deletes says that the data set asks to delete.
func (p *jsonParser) deletes() bool { return deletes(p.head.sets[p.set-1].Action) }

// ofSeries is what the series says.
func (p *jsonParser) ofSeries() *sdmxPart {
	if p.series != nil {
		return p.series
	}
	p.series = &sdmxPart{name: "series", shown: []string{p.key}}
	if s := p.structure; s != nil {
		if p.observed || p.deletes() { // else there is nothing that the key is of
			p.series.ofSet(s)
			p.series.dimensions(s.Dimensions.Series, p.key)
		}
		p.series.attributes(s.Attributes.Series, p.said.Attributes)
		p.series.notes = s.notes(p.said.Annotations)
	}
	return p.series
}

// observation reads the next observation.
func (p *jsonParser) observation() (sdmxEvent, *sdmxPart, error) {
	if !p.decoder.More() {
		if p.flat {
			return 0, nil, p.leave(inSet)
		}
		return 0, nil, p.leave(inSeries)
	}
	token, err := p.decoder.Token()
	if err != nil {
		return 0, nil, err
	}
	key, _ := token.(string)
	p.observed = true
	var content []json.RawMessage
	var raw json.RawMessage
	if err := p.decoder.Decode(&raw); err != nil {
		return 0, nil, err
	}
	one := &sdmxPart{name: observationName, line: p.line(), end: p.decoder.InputOffset(), shown: []string{key, string(raw)}}
	if !p.flat {
		one.series = p.ofSeries()
	}
	if json.Unmarshal(raw, &content) != nil {
		one.refuse(interchange.MalformedRow, "", "an observation is an array of its value and the indexes of its attributes")
	} else if s := p.structure; s != nil {
		if p.flat {
			one.ofSet(s)
		}
		one.dimensions(s.Dimensions.Observation, key)
		one.observation(s, content)
	}
	return observationRead, one, nil
}
