package datafile

import (
	"fmt"
)

// translated refuses codes and times of the mapping for what no row has: they would
// do nothing. Of SDMX, where one mapping is for files of several shapes, they must be
// something of the metric's.
func (a *assembler) translated(columns map[part]bool) *fault {
	check := func(where, id string) *fault {
		one := a.components.find(id)
		if one.kind == unknownPart {
			return &fault{UnknownColumn, id, fmt.Sprintf("%s of the mapping names %q, which is nothing of the metric's: %s", where, id, a.components.list())}
		}
		if a.mapping.Format == CSV && !a.has[one] && !columns[one] {
			return &fault{MissingColumn, id, fmt.Sprintf("%s of the mapping names %s, which no column is", where, id)}
		}
		return nil
	}
	for id := range a.mapping.Codes {
		if wrong := check("codes", id); wrong != nil {
			return wrong
		}
	}
	for id := range a.mapping.Times {
		if wrong := check("times", id); wrong != nil {
			return wrong
		}
	}
	return nil
}

// translate puts codes and times into the words of the API.
func (a *assembler) translate(cells values) *fault {
	if a.mapping == nil {
		return nil
	}
	for cell, value := range cells {
		if value == "" {
			continue
		}
		if table, has := a.mapping.Codes[cell.id]; has {
			code, known := table[value]
			if !known {
				return &fault{UnknownCode, cell.id, fmt.Sprintf("the mapping has no code for %q: say by codes, under %s, which it is", value, cell.id)}
			}
			value = code
		}
		if layout, has := a.mapping.Times[cell.id]; has {
			var wrong *fault
			if value, wrong = layout.translate(cell.id, value); wrong != nil {
				return wrong
			}
			if cell.id == idPeriod && layout.loses() && a.shapes != nil {
				if wrong = a.longer(layout); wrong != nil {
					return wrong
				}
			}
		}
		cells[cell] = value
	}
	return nil
}
