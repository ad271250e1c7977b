package datafile

import (
	"errors"
	"fmt"
	"io"
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

// setting is a component that the mapping gives a text.
type setting struct {
	part part
	text []piece
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
	t.ends = m.ends()
	return t, nil
}

// headerRows is among how many rows the header is at most: a file that has it further down,
// or nowhere, is another than the mapping is for.
const headerRows = 100

// headerRow reads the header: the first row, or the first that begins as the mapping says.
func headerRow(records *records, m *Mapping) (record, error) {
	first, err := records.next()
	if errors.Is(err, io.EOF) {
		return record{}, &interchange.RowError{Line: 1, Reason: EmptyFile, Message: "the file is empty: it has no header"}
	}
	if m == nil || len(m.Header) == 0 {
		return first, err
	}
	for range headerRows {
		refused, unread := errors.AsType[*interchange.RowError](err)
		switch {
		case err == nil && m.begins(first.cells):
			return first, nil
		case err != nil && (!unread || refused.Reason != interchange.MalformedRow):
			return record{}, err
		}
		if first, err = records.next(); errors.Is(err, io.EOF) {
			break
		}
	}
	return record{}, &interchange.RowError{Line: 1, Reason: MissingColumn, Field: m.Header[0], Message: fmt.Sprintf(
		"the mapping says that the header begins with %s, and none of the first %d rows does", strings.Join(m.Header, ", "), headerRows)}
}

// begins says whether a row begins as the header does.
func (m *Mapping) begins(cells []string) bool {
	if len(cells) < len(m.Header) {
		return false
	}
	for i, name := range m.Header {
		if strings.TrimSpace(cells[i]) != strings.TrimSpace(name) {
			return false
		}
	}
	return true
}

// Sourced implements Reader.
func (t *tableReader) Sourced() bool { return t.assembler.has[part{fixedPart, idProducer}] }

func (t *tableReader) settings(set map[string]string) (all []setting, wrong *fault) {
	for id, text := range set {
		found := t.assembler.components.find(id)
		if found.kind == unknownPart {
			return nil, &fault{UnknownColumn, id, fmt.Sprintf("set of the mapping names %q, which is nothing of the metric's: %s", id, t.assembler.components.list())}
		}
		pieces, unknown := t.header.pieces(text)
		if unknown != "" {
			return nil, &fault{MissingColumn, unknown, fmt.Sprintf("set of the mapping puts the column %q into %s, and the file has none", unknown, id)}
		}
		t.assembler.gets(found)
		all = append(all, setting{found, pieces})
	}
	return all, nil
}

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

// clean is a cell without its label.
func (t *tableReader) clean(i int) string {
	cell := strings.TrimSpace(t.record.cells[i])
	if t.header.columns[i].labelled {
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

// observe makes one observation of the row; of is its column of a wide table.
func (t *tableReader) observe(of *column) (row Row, keep bool, wrong *fault) {
	cells := values{}
	action, valueColumn := "", ""
	put := func(settings []setting, text string) {
		for _, one := range settings {
			cells[one.part] = t.expand(one.text, text)
		}
	}
	put(t.sets, "")
	for i, one := range t.header.columns {
		switch {
		case one.sdmx == idAction:
			action = t.clean(i)
		case one.ignored, one.empty, one.group > 0:
		default:
			cells[one.part] = t.clean(i)
			if one.part.id == idValue {
				valueColumn = one.name
			}
		}
	}
	if of != nil {
		put(t.groups[of.group-1], of.text)
		valueColumn = of.name
		cells[part{fixedPart, idValue}] = t.cell(of.name)
	}
	flags := t.flags(cells)
	if keep, wrong := t.absent(cells, valueColumn); wrong != nil || !keep && (of != nil || !deletes(action)) {
		return Row{}, false, wrong
	}
	if deletes(action) {
		t.unset(cells)
	}
	if row, wrong = t.assembler.row(cells, action); wrong == nil && row.Observation.GetAction() != metricsv1.ImportedObservation_DELETE {
		for _, flag := range flags {
			if !slices.Contains(row.Observation.GetObsStatus(), flag) {
				row.Observation.ObsStatus = append(row.Observation.ObsStatus, flag)
			}
		}
	}
	if wrong != nil && of != nil && wrong.field == idValue {
		wrong.message = fmt.Sprintf("the column %q: %s", of.name, wrong.message)
	}
	return row, wrong == nil, wrong
}

// unset takes away what the mapping adds to all rows, which a row that deletes does not
// ask to delete.
func (t *tableReader) unset(cells values) {
	said := t.header.components()
	for cell := range cells {
		if !cell.isKey() && !said[cell] && cell.id != idValue {
			delete(cells, cell)
		}
	}
}

// flags takes what the mapping calls flags away from the end of a value, and answers the
// statuses that they are, in the order of the file.
func (t *tableReader) flags(cells values) []string {
	if t.mapping == nil || len(t.mapping.Flags) == 0 {
		return nil
	}
	value := part{fixedPart, idValue}
	if noNumber(cells[value]) {
		return nil
	}
	var statuses []string
	for {
		longest := ""
		for flag := range t.mapping.Flags {
			// A flag that stands alone says nothing of a number: missing may be for it.
			if len(flag) > len(longest) && strings.HasSuffix(cells[value], flag) && cells[value] != flag && !exponent(cells[value], flag) {
				longest = flag
			}
		}
		if longest == "" {
			slices.Reverse(statuses)
			return statuses
		}
		cells[value] = strings.TrimSpace(strings.TrimSuffix(cells[value], longest))
		if status := t.mapping.Flags[longest]; status != "" && !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
	}
}

// exponent says that a flag may be the begin of an exponent that is cut off: it stands
// right after a digit.
func exponent(value, flag string) bool {
	before := strings.TrimSuffix(value, flag)
	return strings.ContainsAny(flag[:1], "eE") && before != "" && strings.ContainsAny(before[len(before)-1:], ".,0123456789")
}

// expand puts cells into a text; it is empty if one of the cells is.
func (t *tableReader) expand(text []piece, column string) string {
	var out strings.Builder
	for _, one := range text {
		switch one.column {
		case noColumn:
			out.WriteString(one.text)
		case groupColumn:
			out.WriteString(column)
		default:
			cell := t.clean(one.column)
			if cell == "" {
				return ""
			}
			out.WriteString(cell)
		}
	}
	return out.String()
}

// absent takes away a value that stands for none, and says whether there is an
// observation at all.
func (t *tableReader) absent(cells values, column string) (keep bool, wrong *fault) {
	if t.mapping == nil {
		return true, nil
	}
	value := part{fixedPart, idValue}
	for i, missing := range t.mapping.Missing {
		if len(missing.Columns) > 0 && !slices.Contains(missing.Columns, column) || missing.Value != "" && cells[value] != missing.Value || !t.says(missing.When) {
			continue
		}
		if years := t.ends[i]; years != nil {
			open, wrong := years.open(t.cell(missing.Trailing.By), column, cells[value])
			if wrong != nil {
				return false, wrong
			}
			if !open {
				continue
			}
		}
		cells[value], cells[part{fixedPart, idMissing}] = "", missing.Reason
		if missing.ObsStatus != "" {
			cells[part{fixedPart, idStatus}] = missing.ObsStatus
		}
		if missing.Comment != "" {
			cells[part{fixedPart, idComment}] = missing.Comment
		}
		return true, nil
	}
	if cells[value] != "" || t.mapping.Empty == "" {
		return true, nil
	}
	if t.mapping.Empty == Skip {
		return false, nil
	}
	cells[part{fixedPart, idMissing}] = t.mapping.Empty
	return true, nil
}
