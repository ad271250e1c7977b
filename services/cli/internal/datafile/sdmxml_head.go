package datafile

import (
	"errors"
	"io"
	"slices"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// mlHead is all of a file but its series and observations: what groups say may stand
// after these, and what the service says of the whole stands at the end. It is kept in
// memory, and no more of it than maxHead.
type mlHead struct {
	// ids are the components in the order of the file, and lines where they first stand.
	ids   []string
	lines map[string]int
	sets  []sdmxSet
	// groups are those of each data set.
	groups [][]*sdmxPart
	// observations is how many there are, and saying how many of them, or their series,
	// say a component.
	observations int
	saying       map[string]int
	// messages are what the service says.
	messages []*sdmxPart
	// shapes are what texts of a component look like if they are periods.
	shapes  map[string]*shapes
	mapping *Mapping
	generic bool
	test    bool

	// held is about how much of the file is kept, in bytes.
	held int64

	// series is the last one that has observations, and set its data set; in is how many
	// of them the series has.
	set, series *sdmxPart
	in          int
}

// readMLHead reads a file to its end, or to where it cannot be read on: reading it again
// comes there too, and says so. The error is that the file is not taken at all.
func readMLHead(from io.Reader, m *Mapping) (*mlHead, error) {
	p := newMLParser(from)
	head := &mlHead{lines: map[string]int{}, saying: map[string]int{}, shapes: map[string]*shapes{}, mapping: m}
	for {
		event, part, err := p.read()
		head.generic, head.test = p.generic, p.test
		if err == nil {
			if head.add(event, part, p); head.held <= maxHead {
				continue
			}
			return nil, &interchange.RowError{Line: p.line(), End: p.end(), Reason: UnsupportedFormat, Message: errHeadTooLong.Error()}
		}
		head.endSeries()
		switch {
		case errors.Is(err, io.EOF):
			return head, head.refused()
		case p.wrong != nil:
			return nil, &interchange.RowError{Line: p.line(), End: p.end(), Reason: p.wrong.reason, Field: p.wrong.field, Message: p.wrong.message}
		case p.input.failed != nil:
			return nil, p.input.failed
		}
		return head, head.refused()
	}
}

func (h *mlHead) add(event sdmxEvent, part *sdmxPart, p *mlParser) {
	switch event {
	case setBegins:
		h.sets = append(h.sets, sdmxSet{part: part, action: p.action, dimension: p.structure.dimension})
		h.groups = append(h.groups, nil)
		h.keep(part)
	case setEnds:
		h.name(part)
	case groupRead:
		of := &h.groups[len(h.groups)-1]
		*of = append(*of, part)
		h.keep(part)
		h.name(part)
	case observationRead:
		h.observe(p.set, p.series, part)
	case seriesEnds:
		h.endSeries()
		h.name(part)
	case messageRead:
		h.messages = append(h.messages, part)
		h.keep(part)
	case strayRead:
	}
}

// keep counts what is kept of a part.
func (h *mlHead) keep(part *sdmxPart) {
	h.held += bare
	for _, cell := range slices.Concat(part.cells, part.twice) {
		h.held += int64(bare + len(cell.id) + len(cell.value))
	}
	for _, note := range part.notes {
		h.held += int64(bare + len(note))
	}
}

func (h *mlHead) observe(set, series, one *sdmxPart) {
	if set != h.set {
		h.set = set
		h.name(set)
	}
	if series != h.series {
		h.series = series
		h.name(series)
	}
	h.observations++
	h.in++
	for _, cell := range one.cells {
		if _, has := series.value(cell.id); !has {
			h.saying[cell.id]++
		}
	}
	h.name(one)
}

// endSeries counts what a series says for its observations.
func (h *mlHead) endSeries() {
	if h.series != nil {
		for _, cell := range h.series.cells {
			h.saying[cell.id] += h.in
		}
	}
	h.series, h.in = nil, 0
}

// name remembers the components of a part.
func (h *mlHead) name(part *sdmxPart) {
	if part == nil {
		return
	}
	for _, one := range part.cells {
		if h.lines[one.id] == 0 {
			h.ids, h.lines[one.id] = append(h.ids, one.id), part.line
			h.shapes[one.id] = newShapes(h.mapping)
			h.held += int64(bare + len(one.id))
		}
		h.shapes[one.id].see(one.value)
	}
}

// refused is what the service says went wrong: of a warning what the file has is read,
// and of a message for people it is said only where there is nothing else.
func (h *mlHead) refused() error {
	for _, one := range h.messages {
		if one.name == mlErrorRoot || one.name == mlInformation && h.observations == 0 {
			return &interchange.RowError{Line: one.line, End: one.end, Reason: one.wrong.reason, Message: one.wrong.message}
		}
	}
	return nil
}

// mlInformation is how bad a message is that says nothing bad.
const mlInformation = "Information"
