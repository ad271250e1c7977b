package datafile

import (
	"fmt"
	"slices"
	"strings"
)

// columnText stands in the texts of a mapping for what a column of values means.
const columnText = "column"

// has says that there is a column of a name.
func (h *header) has(name string) bool {
	return slices.ContainsFunc(h.columns, func(one column) bool { return one.name == name })
}

// components are what the columns are.
func (h *header) components() map[part]bool {
	all := map[part]bool{}
	for _, one := range h.columns {
		all[one.part] = true
		if one.group > 0 {
			all[part{fixedPart, idValue}] = true
		}
	}
	return all
}

// piece is a part of a text: the cell of a column, or as it stands.
type piece struct {
	text string
	// column is its place, or one of the following.
	column int
}

const (
	noColumn    = -1
	groupColumn = -2
)

// pieces takes a text with {NAME} for columns apart. unknown is a NAME that is no
// column.
func (h *header) pieces(text string) (all []piece, unknown string) {
	for text != "" {
		before, rest, opened := strings.Cut(text, "{")
		if before != "" {
			all = append(all, piece{before, noColumn})
		}
		if !opened {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return append(all, piece{"{" + rest, noColumn}), ""
		}
		at := slices.IndexFunc(h.columns, func(one column) bool { return one.name == name })
		switch {
		case name == columnText:
			at = groupColumn
		case at < 0:
			return nil, name
		}
		all, text = append(all, piece{"", at}), after
	}
	return all, ""
}

// named refuses a mapping that names columns which the file has not: what it says of
// them would do nothing. Of SDMX, where one mapping is for files of several shapes,
// Columns may name more.
func (h *header) named(m *Mapping) *fault {
	need := func(where, name string) *fault {
		if h.has(name) {
			return nil
		}
		return &fault{MissingColumn, name, fmt.Sprintf("%s of the mapping names the column %q, and the file has none", where, name)}
	}
	if m.Format == CSV {
		for name := range m.Columns {
			if wrong := need("columns", name); wrong != nil {
				return wrong
			}
		}
	}
	for i, when := range m.Skip {
		for name := range when {
			if wrong := need(fmt.Sprintf("skip[%d]", i), name); wrong != nil {
				return wrong
			}
		}
	}
	for i, missing := range m.Missing {
		if wrong := h.trailing(i, missing.Trailing); wrong != nil {
			return wrong
		}
		for name := range missing.When {
			if wrong := need(fmt.Sprintf("when of missing[%d]", i), name); wrong != nil {
				return wrong
			}
		}
		for _, name := range missing.Columns {
			if wrong := need(fmt.Sprintf("missing[%d]", i), name); wrong != nil {
				return wrong
			}
			if !h.valued(name) {
				return &fault{UnknownColumn, name, fmt.Sprintf("missing[%d] of the mapping names the column %q, which has no values", i, name)}
			}
		}
	}
	return nil
}

// valued says that a column has values.
func (h *header) valued(name string) bool {
	return slices.ContainsFunc(h.columns, func(one column) bool {
		return one.name == name && (one.group > 0 || one.part == part{fixedPart, idValue})
	})
}
