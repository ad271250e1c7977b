package recordcopy

import (
	"context"
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// workTable is a table of what a service keeps about writes. It is copied row by
// row: its rows are not part of the record, and few are kept.
type workTable struct {
	insert *recorddb.Insert
	read   []func(recorddb.Row, int) any // by column
	// until is the condition on the rows that were there at a time: its parameter.
	until string
}

// workTables are the tables of package work. A stage that
// ended after the time is gone with its rows, so a copy of the past lacks it: the
// ingest that staged it must be sent again. Names come before their stages: a
// source in use may end a stage between two queries, and none may lack its names.
var workTables = []workTable{
	{
		insert: recorddb.NewInsert("requests", "request_id", "method", "fingerprint", "names", "record_time"),
		read:   []func(recorddb.Row, int) any{text, text, text, text, number},
		until:  "record_time <= ?",
	},
	{
		insert: recorddb.NewInsert("staged_names", "name", "request_id", "creates"),
		read:   []func(recorddb.Row, int) any{text, text, flag},
		until:  "request_id IN (SELECT request_id FROM staged WHERE record_time <= ?)",
	},
	{
		insert: recorddb.NewInsert("staged", "request_id", "fingerprint", "caller", "payload", "record_time"),
		read:   []func(recorddb.Row, int) any{text, text, text, blob, number},
		until:  "record_time <= ?",
	},
	{
		insert: recorddb.NewInsert("stage_ends", "request_id", "record_time", "outcome", "fingerprint", "caller", "names"),
		read:   []func(recorddb.Row, int) any{text, number, text, text, text, text},
		until:  "record_time <= ?",
	},
}

func text(row recorddb.Row, column int) any   { return row.Text(column) }
func number(row recorddb.Row, column int) any { return row.Int64(column) }
func blob(row recorddb.Row, column int) any   { return row.Bytes(column) }
func flag(row recorddb.Row, column int) any   { return row.Bool(column) }

// copyWork copies what the source keeps about writes, as far as it was there at
// a time.
func copyWork(ctx context.Context, from recorddb.Database, tx recorddb.Tx, at recordtime.Time) error {
	return from.Read(ctx, func(conn recorddb.Conn) error {
		for _, table := range workTables {
			if err := table.copy(conn, tx, at); err != nil {
				return fmt.Errorf("copy table %s: %w", table.insert.Table, err)
			}
		}
		return tx.Exec("DELETE FROM staged_names WHERE request_id NOT IN (SELECT request_id FROM staged)")
	})
}

func (t workTable) copy(conn recorddb.Conn, tx recorddb.Tx, at recordtime.Time) error {
	// An earlier copy may have left rows that the source no longer keeps.
	if err := tx.Exec("DELETE FROM " + t.insert.Table); err != nil {
		return err
	}
	query := "SELECT " + strings.Join(t.insert.Columns, ", ") + " FROM " + t.insert.Table + " WHERE " + t.until
	return conn.Query(query, func(row recorddb.Row) error {
		values := make([]any, len(t.read))
		for i, read := range t.read {
			values[i] = read(row, i)
		}
		return tx.Insert(t.insert, values...)
	}, at)
}
