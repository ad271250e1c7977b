package datafile

import (
	"fmt"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// tableReader reads SDMX-CSV, and any other table by a mapping.
type tableReader struct {
	records   *records
	assembler *assembler
	header    *header
	mapping   *Mapping
	// sets are what the mapping sets for all rows, and groups for each group of values
	// beside it.
	sets   []setting
	groups [][]setting

	// record is the row whose cells are given one after another, from column next on.
	record record
	next   int
	// ends are how far the years go, by the number of the rule that asks for it.
	ends map[int]*ends
	// faulty are the faults of its cells that were said.
	faulty map[fault]bool
}

// newTable begins a table. The error is an *interchange.RowError if the file
// cannot be read as one.
func newTable(records *records, format string, metric *metricsv1.Metric, m *Mapping) (*tableReader, error) {
	first, err := headerRow(records, m)
	if err != nil {
		return nil, err
	}
	refuse := func(f *fault) error {
		return &interchange.RowError{Line: first.line, End: first.end, Text: text(first.cells), Reason: f.reason, Field: f.field, Message: f.message}
	}
	c := componentsOf(metric, names(first.cells))
	understand := sdmxHeader
	if format == CSV {
		understand = tableHeader
	}
	h, wrong := understand(first.cells, c, m)
	if wrong == nil {
		wrong = h.check(m)
	}
	if wrong != nil {
		return nil, refuse(wrong)
	}
	t := &tableReader{records: records, header: h, mapping: m, next: -1, faulty: map[fault]bool{}, assembler: newAssembler(c, metric, m, h.separator)}
	for _, one := range h.columns {
		t.assembler.gets(one.part)
	}
	if m == nil {
		return t, nil
	}
	if wrong := h.named(m); wrong != nil {
		return nil, refuse(wrong)
	}
	if t.sets, wrong = t.settings(m.Set); wrong != nil {
		return nil, refuse(wrong)
	}
	for _, group := range m.Values {
		settings, wrong := t.settings(group.Set)
		if wrong != nil {
			return nil, refuse(wrong)
		}
		t.groups = append(t.groups, settings)
	}
	if wrong := t.assembler.translated(t.header.components()); wrong != nil {
		return nil, refuse(wrong)
	}
	t.ends, t.assembler.composed = m.ends(), t.composed()
	return t, nil
}

// Sourced implements Reader.
func (t *tableReader) Sourced() bool { return t.assembler.has[part{fixedPart, idProducer}] }

// Read implements Reader.
func (t *tableReader) Read() (Row, error) {
	for {
		if t.next < 0 {
			if err := t.advance(); err != nil {
				return Row{}, err
			}
		}
		row, found, wrong := t.take()
		if wrong != nil && t.faulty[*wrong] {
			continue // what all cells of the row share is said once
		}
		if wrong != nil {
			t.faulty[*wrong] = true
			return Row{}, t.refuse(wrong)
		}
		if !found {
			t.next = -1
			continue
		}
		row.Line, row.End, row.cells, row.Unended = t.record.line, t.record.end, t.record.cells, t.record.last
		return row, nil
	}
}

func (t *tableReader) refuse(f *fault) error {
	return &interchange.RowError{
		Line: t.record.line, End: t.record.end, Unended: t.record.last, Text: text(t.record.cells), Reason: f.reason, Field: f.field, Message: f.message,
	}
}

// advance reads the next row that is not to be skipped.
func (t *tableReader) advance() error {
	for {
		var err error
		if t.record, err = t.records.next(); err != nil {
			return err
		}
		if wrong := t.shape(); wrong != nil {
			return t.refuse(wrong)
		}
		if t.skipped() {
			continue
		}
		t.next = 0
		clear(t.faulty)
		return nil
	}
}

// shape says whether a row has the cells that the header has; more of them may
// follow if they are empty.
func (t *tableReader) shape() *fault {
	cells, columns := t.record.cells, t.header.columns
	switch {
	case len(cells) < len(columns) && t.record.last:
		return &fault{CutOff, "", fmt.Sprintf("the file ends within the row: %d of %d cells", len(cells), len(columns))}
	case len(cells) < len(columns):
		return &fault{WrongColumnCount, "", fmt.Sprintf("the row has %d cells and the header %d", len(cells), len(columns))}
	}
	unnamed := t.mapping != nil && slices.Contains(t.mapping.Ignore, "")
	if unnamed && len(cells) > len(columns) {
		// One of its cells may be two: 1,414 without quotation marks.
		return &fault{WrongColumnCount, "", fmt.Sprintf("the row has %d cells and the header %d, of which the mapping ignores those without a name: the row must have as many", len(cells), len(columns))}
	}
	for i, cell := range cells {
		if cell != "" && !unnamed && (i >= len(columns) || columns[i].empty) {
			return &fault{WrongColumnCount, "", fmt.Sprintf("cell %d is not empty, and the header has no name for it", i+1)}
		}
	}
	return nil
}

// skipped says that the mapping leaves a row out.
func (t *tableReader) skipped() bool {
	return t.mapping != nil && slices.ContainsFunc(t.mapping.Skip, t.says)
}

// says reports whether the cells of the row are as wanted.
func (t *tableReader) says(when map[string]string) bool {
	for name, want := range when {
		if t.cell(name) != want {
			return false
		}
	}
	return true
}

// cell is what a column says in the row.
func (t *tableReader) cell(name string) string {
	for i, one := range t.header.columns {
		if one.name == name {
			return t.clean(i)
		}
	}
	return ""
}

// clean is a cell without its label. Free texts of onrecord's own files are as they stand.
func (t *tableReader) clean(i int) string {
	one, c := &t.header.columns[i], t.assembler.components
	if c.sourced && !c.labelled(one.part) {
		return t.record.cells[i]
	}
	cell := strings.TrimSpace(t.record.cells[i])
	switch {
	case !one.labelled:
	case c.coded(one.part):
		cell, _, _ = strings.Cut(cell, strings.TrimSpace(labelMark))
	default:
		cell, _, _ = strings.Cut(cell, labelMark)
	}
	return cell
}

// take makes the next observation of the row: all of it, or of a wide table the
// next cell. It reports whether there is one.
func (t *tableReader) take() (row Row, found bool, wrong *fault) {
	if len(t.groups) == 0 {
		if t.next > 0 {
			return Row{}, false, nil
		}
		t.next++
		row, keep, wrong := t.observe(nil)
		return row, keep, wrong
	}
	for t.next < len(t.header.columns) {
		one := &t.header.columns[t.next]
		t.next++
		if one.group == 0 {
			continue
		}
		row, keep, wrong := t.observe(one)
		if keep || wrong != nil {
			return row, keep, wrong
		}
	}
	return Row{}, false, nil
}
