package sqlitedb

import (
	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// row is the current row of a statement. It is one pointer, so that it becomes
// a recorddb.Row without an allocation.
type row struct{ stmt *sqlite.Stmt }

var _ recorddb.Row = row{}

// Text returns a column as text.
func (r row) Text(column int) string { return r.stmt.ColumnText(column) }

// Int64 returns a column as an integer.
func (r row) Int64(column int) int64 { return r.stmt.ColumnInt64(column) }

// Bool says whether a column is not 0.
func (r row) Bool(column int) bool { return r.stmt.ColumnBool(column) }

// IsNull says whether a column is NULL.
func (r row) IsNull(column int) bool { return r.stmt.ColumnIsNull(column) }

// Bytes returns a copy of a column's bytes, nil for NULL.
func (r row) Bytes(column int) []byte {
	if r.stmt.ColumnIsNull(column) {
		return nil
	}
	buf := make([]byte, r.stmt.ColumnLen(column))
	r.stmt.ColumnBytes(column, buf)
	return buf
}
