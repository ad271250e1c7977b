package datafile

import (
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// sdmxCell is a component and what it says, as they stand in the file; of a dimension of
// SDMX-JSON with its index, by which groups name it.
type sdmxCell struct{ id, value, index string }

// sdmxPart is a data set, a group, a series or an observation, with what it says itself.
type sdmxPart struct {
	name string
	// title is what people may know it by; empty: its name and line.
	title string
	line  int
	end   int64
	cells []sdmxCell
	// twice are other values of what has one.
	twice []sdmxCell
	// keys are those of the cells that the file itself says are of its key.
	keys  []string
	notes []string
	// series is the one that an observation is of, and observed says of one that it has had
	// observations, or what may not stand there.
	series   *sdmxPart
	observed bool
	// shown is how it stands in the file, where its cells do not say that.
	shown []string
	// wrong is the first thing that is wrong with it.
	wrong *fault
}

// part implements sdmxGroup.
func (p *sdmxPart) part() *sdmxPart { return p }

func (p *sdmxPart) refuse(reason, field, message string, says ...any) {
	if p.wrong == nil {
		p.wrong = &fault{reason, field, fmt.Sprintf(message, says...)}
	}
}

// say adds what a component says. It says one thing, be it twice.
func (p *sdmxPart) say(id, value string) {
	switch said, has := p.value(id); {
	case !has:
		p.cells = append(p.cells, sdmxCell{id: id, value: value})
	case said != value:
		p.twice = append(p.twice, sdmxCell{id: id, value: value})
	}
}

// value is what a component says in it. Nothing says nothing.
func (p *sdmxPart) value(id string) (string, bool) {
	cell, has := p.cell(id)
	return cell.value, has
}

func (p *sdmxPart) cell(id string) (sdmxCell, bool) {
	if p != nil {
		for _, one := range p.cells {
			if one.id == id {
				return one, true
			}
		}
	}
	return sdmxCell{}, false
}

// called is what people may know it by.
func (p *sdmxPart) called(kind string) string {
	if p.title != "" {
		return p.title
	}
	return fmt.Sprintf("the %s in line %d", kind, p.line)
}

// error is the refusal of a part.
func (p *sdmxPart) error(wrong *fault, with ...*sdmxPart) *interchange.RowError {
	return &interchange.RowError{
		Line: p.line, End: p.end, Text: text(shownOf(append(with, p)...)), Reason: wrong.reason, Field: wrong.field, Message: wrong.message,
	}
}

// shownOf is what parts say, for people.
func shownOf(parts ...*sdmxPart) []string {
	var shown []string
	for _, part := range parts {
		switch {
		case part == nil:
		case part.shown != nil:
			shown = append(shown, part.shown...)
		default:
			for _, cell := range part.cells {
				shown = append(shown, cell.id+"="+cell.value)
			}
		}
	}
	return shown
}

// notesOf are the notes of parts, each once.
func notesOf(parts []*sdmxPart) (notes []string) {
	for _, part := range parts {
		for _, note := range part.notes {
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}
