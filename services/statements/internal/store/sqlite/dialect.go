package sqlite

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/fts5"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// dialect is SQLite's. A CROSS JOIN keeps the planner from turning a join round.
var dialect = tables.Dialect{
	Join:           "CROSS JOIN",
	RevisionColumn: "row",
	RevisionValue:  func(tx recorddb.Tx, _ int64) (int64, error) { return lastRow(tx) },
	ByRevision:     "s.row = k.row",
	GroupSnapshots: 20_000,
	Words:          fts5.Engine,
}

// lastRow is the number of the row inserted last.
func lastRow(tx recorddb.Tx) (row int64, err error) {
	_, err = tx.QueryOne("SELECT last_insert_rowid()", func(r recorddb.Row) error {
		row = r.Int64(0)
		return nil
	})
	return row, err
}
