package command

import (
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/platform/sdmx"
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
		embargoed, has := message.(interface {
			GetEmbargoEndTime() *timestamppb.Timestamp
			GetUpdateTime() *timestamppb.Timestamp
		})
		// Where its embargo had ended when it was recorded, something else restricts it.
		if has && embargoed.GetEmbargoEndTime().AsTime().After(embargoed.GetUpdateTime().AsTime()) && !confidential(message) {
			cell += " until " + show.Time(embargoed.GetEmbargoEndTime())
		}
	}
	r.cells = append(r.cells, cell)
}

func confidential(message any) bool {
	one, has := message.(interface{ GetConfStatus() string })
	return has && sdmx.Confidential(one.GetConfStatus())
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
