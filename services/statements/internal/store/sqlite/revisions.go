package sqlite

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// at1 reads the revision of one resource that was the record's answer at a time.
func at1(conn *sqlitedb.Conn, table *revtable.Table, id string, at recordtime.Time, resource any) (bool, error) {
	row, found, err := table.At(conn, id, at)
	if err != nil || !found {
		return false, err
	}
	return true, decode(string(row.Snapshot), resource)
}

// appendRevision puts the next revision of a resource on record and returns its
// row number.
func appendRevision(
	tx *sqlitedb.Tx, table *revtable.Table, record domain.Record, caller string, resource any, columns ...any,
) (row int64, err error) {
	snapshot, err := encode(resource)
	if err != nil {
		return 0, err
	}
	err = table.Append(tx, revtable.Row{
		ID: record.ID, Revision: record.Revision, Deleted: record.IsDeleted(), Caller: caller, Snapshot: snapshot,
	}, columns...)
	if err != nil {
		return 0, err
	}
	_, err = tx.QueryOne("SELECT last_insert_rowid()", func(r *sqlitedb.Row) error {
		row = r.ColumnInt64(0)
		return nil
	})
	return row, err
}
