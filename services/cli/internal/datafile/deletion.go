package datafile

import (
	"fmt"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// deletes says that an action deletes.
func deletes(action string) bool {
	return actions[strings.ToUpper(action)] == metricsv1.ImportedObservation_DELETE
}

// widens is the refusal to delete by what the mapping leaves out of account.
func widens(id string) *fault {
	return &fault{UnsupportedAction, id, fmt.Sprintf(
		"it asks to delete what is of one %s, which the mapping ignores: more would be deleted than it says. Let %s be a dimension of the metric, or take the row out of the file", id, id)}
}

// widens refuses to delete more than the row says: by a column that says something and that
// the mapping leaves out of account, or by a text of the mapping that the row says a part of.
func (t *tableReader) widens() *fault {
	for i, one := range t.header.columns {
		if one.unheard && t.clean(i) != "" {
			return widens(one.name)
		}
	}
	for _, one := range t.sets {
		if !one.part.isKey() || len(one.text) < 2 {
			continue
		}
		for _, piece := range one.text {
			if piece.column >= 0 && t.clean(piece.column) == "" {
				name := t.header.columns[piece.column].name
				return &fault{UnsupportedAction, name, fmt.Sprintf(
					"it asks to delete what is of any %s, of which set of the mapping makes a part of %s: more would be deleted than it says", name, one.part.id)}
			}
		}
	}
	return nil
}

// merged refuses to delete by a word that the mapping's codes make the same as another.
func (m *Mapping) merged(cells values) *fault {
	if m == nil {
		return nil
	}
	for cell, said := range cells {
		table := m.Codes[cell.id]
		code, known := table[said]
		if !known || code == "" || !cell.isKey() {
			continue
		}
		for other, of := range table {
			if of == code && other != said {
				return &fault{UnsupportedAction, cell.id, fmt.Sprintf(
					"it asks to delete what is of %s %q, which codes of the mapping make %q as they do %q: more would be deleted than it says", cell.id, said, code, other)}
			}
		}
	}
	return nil
}

// heard says that a mapping leaves rows out by a column, or makes a part of their key of it.
func (m *Mapping) heard(name string, c *components) bool {
	if slices.ContainsFunc(m.Skip, func(when map[string]string) bool { _, has := when[name]; return has }) {
		return true
	}
	for id, text := range m.Set {
		if c.find(id).isKey() && strings.Contains(text, "{"+name+"}") {
			return true
		}
	}
	return false
}
