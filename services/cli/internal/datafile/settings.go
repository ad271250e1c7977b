package datafile

import (
	"fmt"
	"strings"
)

// setting is a component that the mapping gives a text.
type setting struct {
	part part
	text []piece
}

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
