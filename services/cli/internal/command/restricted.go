package command

import (
	"slices"

	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/platform/embargo"
)

// readBy says in a table which of its rows only editors and admins read. The column is there
// only if a row needs it.
type readBy struct {
	cells []string
}

// add is the next row. message may be of a kind that everybody reads.
func (r *readBy) add(message any) {
	cell := ""
	if one, can := message.(interface{ GetRestricted() bool }); can && one.GetRestricted() {
		cell = "editors"
		if dated, has := message.(embargo.Dated); has && embargo.Until(dated) != nil {
			cell += " until " + show.Time(embargo.Until(dated))
		}
	}
	r.cells = append(r.cells, cell)
}

// mark adds the column to a table of the rows that were added.
func (r *readBy) mark(table *show.Table) {
	if !slices.ContainsFunc(r.cells, func(cell string) bool { return cell != "" }) {
		return
	}
	table.Columns = append(slices.Clip(table.Columns), show.Column{Title: "READ BY"}) // others have the same slice
	for i, cell := range r.cells {
		table.Rows[i] = append(slices.Clip(table.Rows[i]), cell)
	}
}
