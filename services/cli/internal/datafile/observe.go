package datafile

import (
	"fmt"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

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
		if wrong := t.widens(); wrong != nil {
			return Row{}, false, wrong
		}
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
