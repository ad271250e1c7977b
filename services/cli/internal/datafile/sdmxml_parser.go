package datafile

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// mlState is where in the message reading is.
type mlState int

const (
	beforeRoot mlState = iota
	inMessage
	inDataSet
	inDataSeries
	inFooter
	afterRoot
)

// allDimensions is what the header calls the dimension at the observation where there
// are no series.
const allDimensions = "AllDimensions"

// mlStructure is what the header says of how the data of a structure stand in the file.
type mlStructure struct {
	// dimension is the one that observations of a series have; explicit says that it is
	// that of measures, and that elements are called by them.
	dimension string
	explicit  bool
	id        string
}

// mlParser reads a message of SDMX-ML.
type mlParser struct {
	*mlTokens

	state   mlState
	names   mlNames
	generic bool
	// spaces are the namespaces of the elements of data: none, or that of a default
	// around them, of structure-specific ones.
	spaces []string

	structures map[string]mlStructure
	headAction string
	// test says that the header calls the message a test.
	test bool

	// action and structure are those of the data set.
	action    string
	structure mlStructure
	// of is the structure of all data sets.
	of  string
	set *sdmxPart
	// series is nil outside one; observed says that it has had observations, or what may
	// not stand there.
	series   *sdmxPart
	observed bool
	// timed says that the message has nothing but time series.
	timed bool
	// fails says that the message is nothing but what went wrong.
	fails bool
}

func newMLParser(from io.Reader) *mlParser {
	return &mlParser{mlTokens: newMLTokens(from), structures: map[string]mlStructure{}}
}

// read implements sdmxParser.
func (p *mlParser) read() (sdmxEvent, *sdmxPart, error) {
	for {
		p.room()
		line := p.line()
		token, err := p.next()
		if errors.Is(err, io.EOF) && p.state != afterRoot {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, nil, err
		}
		var event sdmxEvent
		var part *sdmxPart
		switch token := token.(type) {
		case xml.StartElement:
			event, part, err = p.open(token, line)
		case xml.EndElement:
			event, part = p.close()
		case xml.CharData:
			line += bytes.Count(token[:bytes.Index(token, bytes.TrimSpace(token))], []byte("\n"))
			event, part, p.observed = strayRead, &sdmxPart{line: line, end: p.end()}, true
			part.refuse(interchange.MalformedRow, "", "the text %q stands where only elements may", short(string(token)))
		}
		if err != nil || part != nil {
			return event, part, err
		}
	}
}

// short is a text that is not too long for a message.
func short(text string) string {
	const most = 60
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// open begins an element, and reads it to its end unless it has parts itself.
func (p *mlParser) open(element xml.StartElement, line int) (sdmxEvent, *sdmxPart, error) {
	space, name := element.Name.Space, element.Name.Local
	data := slices.Contains(p.spaces, space)
	switch {
	case p.state == beforeRoot:
		return 0, nil, p.root(element)
	case p.state == inMessage && space == p.names.message && name == "Header":
		return 0, nil, p.header()
	case p.state == inMessage && name == "DataSet" && (data || space == p.names.message):
		return setBegins, p.beginSet(element, line), nil
	case p.state == inMessage && name == "Footer" && space == p.names.footer:
		p.state = inFooter
		return 0, nil, nil
	case p.state == inFooter && (name == "Message" || name == "ErrorMessage"):
		part, err := p.message(element, line)
		return messageRead, part, err
	case p.state == inDataSet && data && name == "Series":
		p.state, p.series, p.observed = inDataSeries, p.begin(element, line), false
		return 0, nil, nil
	case p.state == inDataSet && data && (name == "Group" || name == "Atts" && !p.generic):
		part := p.begin(element, line, "type")
		return groupRead, part, p.whole(part)
	case p.state == inDataSet && p.generic && data && name == "Attributes":
		return 0, nil, p.within(p.set, element)
	case p.state == inDataSet && name == "DataProvider":
		_, err := p.skip()
		return 0, nil, err
	case p.state == inDataSet && name == "Annotations" && space == p.names.common:
		return 0, nil, p.annotations(p.set)
	case (p.state == inDataSet || p.state == inDataSeries) && data && name == "Obs":
		p.observed = true
		part := p.begin(element, line)
		part.series = p.series
		return observationRead, part, p.whole(part)
	case p.state == inDataSeries && !p.observed:
		return 0, nil, p.within(p.series, element)
	}
	return p.stray(element, line)
}

// stray reads over an element that may not stand where it does.
func (p *mlParser) stray(element xml.StartElement, line int) (sdmxEvent, *sdmxPart, error) {
	part := &sdmxPart{name: element.Name.Local, line: line}
	where := map[mlState]string{inMessage: "in the message", inDataSet: "in a data set", inDataSeries: "in a series, after its observations", inFooter: "in the footer", afterRoot: "after the end of the message"}[p.state]
	part.refuse(interchange.MalformedRow, part.name, "the element %s of the namespace %q may not stand %s", part.name, element.Name.Space, where)
	_, err := p.skip()
	part.end = p.end()
	p.observed = true
	return strayRead, part, err
}

// close ends an element that has parts.
func (p *mlParser) close() (sdmxEvent, *sdmxPart) {
	switch {
	case p.state == inDataSeries:
		part := p.series
		part.end, part.observed = p.end(), p.observed
		p.state, p.series = inDataSet, nil
		return seriesEnds, part
	case p.state == inDataSet:
		p.state = inMessage
		p.set.end = p.end()
		return setEnds, p.set
	case p.state == inFooter && !p.fails:
		p.state = inMessage
	default:
		p.state = afterRoot
	}
	return 0, nil
}

// root understands what the message is.
func (p *mlParser) root(element xml.StartElement) error {
	names, generic, wrong := mlRoot(element.Name)
	if wrong != nil {
		p.wrong = wrong
		return errors.New(wrong.message)
	}
	p.names, p.generic, p.state, p.timed = names, generic, inMessage, strings.Contains(element.Name.Local, "TimeSeries")
	p.spaces = []string{names.generic}
	if !generic {
		p.spaces = []string{"", names.specific, names.message}
	}
	if p.fails = element.Name.Local == mlErrorRoot; p.fails {
		p.state = inFooter
	}
	return nil
}

// header reads what of the header decides how the data are read.
func (p *mlParser) header() error {
	if p.set != nil {
		p.wrong = &fault{UnsupportedFormat, "Header", "its header stands after its data: how these are to be read is said too late"}
		return errors.New(p.wrong.message)
	}
	_, err := p.children(func(element xml.StartElement) error {
		if element.Name.Local == "Structure" {
			id, _ := attributeOf(element, "", "structureID")
			dimension, _ := attributeOf(element, "", "dimensionAtObservation")
			explicit, _ := attributeOf(element, "", "explicitMeasures")
			p.structures[id] = mlStructure{dimension: dimension, explicit: explicit == "true" || explicit == "1"}
		}
		text, err := p.skip()
		switch element.Name.Local {
		case "DataSetAction":
			p.headAction = text
		case "Test":
			p.test = text == "true" || text == "1"
		}
		return err
	})
	return err
}

// beginSet begins a data set: what it says of itself, and its attributes.
func (p *mlParser) beginSet(element xml.StartElement, line int) *sdmxPart {
	p.state = inDataSet
	p.set = p.begin(element, line, setAttributes...)
	own := p.names.specific
	for _, one := range element.Attr {
		foreign := one.Name.Space != "" && one.Name.Space != own
		if foreign && (one.Name.Local == "action" || one.Name.Local == "structureRef") {
			p.set.refuse(interchange.MalformedRow, one.Name.Local, "the data set has %s in the namespace %q: want %q", one.Name.Local, one.Name.Space, own)
		}
	}
	of := func(name string) string {
		bare, twice := attributeOf(element, "", name)
		said, both := attributeOf(element, own, name)
		if twice && both && bare != said {
			p.set.refuse(interchange.MalformedRow, name, "the data set has %s twice: %q and %q", name, bare, said)
		}
		return cmp.Or(said, bare)
	}
	p.action = cmp.Or(of("action"), p.headAction)
	p.structure = p.structureOf(of("structureRef"))
	if id := p.structure.id; p.of == "" {
		p.of = id
	} else if id != p.of {
		p.set.refuse(UnsupportedFormat, "structureRef", "the data set is of the structure %q, and one before it of %q: give them as two files", id, p.of)
	}
	if p.structure.explicit && !p.generic {
		p.set.refuse(UnsupportedFormat, "explicitMeasures", "its observations are called by their measures (explicitMeasures): ask for it with dimensionAtObservation=TIME_PERIOD or AllDimensions")
	}
	return p.set
}

// structureOf is what the header says of a structure, or of the only one.
func (p *mlParser) structureOf(id string) mlStructure {
	structure, known := p.structures[id]
	switch {
	case known:
	case id != "":
		p.set.refuse(UnsupportedFormat, "structureRef", "the data set is of the structure %q, which the header does not have", id)
	case len(p.structures) > 1:
		p.set.refuse(UnsupportedFormat, "structureRef", "the data set does not say of which of the header's structures it is")
	default:
		for id, structure = range p.structures {
		}
	}
	structure.id = id
	if p.timed {
		structure.dimension = cmp.Or(structure.dimension, idPeriod)
	}
	return structure
}

// message reads what the service says: of which code and how bad it is, in name.
func (p *mlParser) message(element xml.StartElement, line int) (*sdmxPart, error) {
	code, _ := attributeOf(element, "", "code")
	severity, _ := attributeOf(element, "", "severity")
	part := &sdmxPart{name: cmp.Or(severity, mlErrorRoot), line: line}
	text, err := p.text()
	part.end = p.end()
	part.refuse(ServiceError, "", "the service that wrote it says: %s", text)
	if code != "" {
		part.wrong.message += fmt.Sprintf(" (%s %s)", part.name, code)
	}
	return part, err
}
