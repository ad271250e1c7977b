// Package baresqlite is SQLite without a store above it, for benchmarks that say
// what the store costs: a bound that a store must keep is a multiple of this.
//
// What may go here: what such comparisons share. It is imported by benchmarks
// only.
package baresqlite

import (
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Table says how the rows of a table are read from one file and written to
// another: the columns of Read are the values of Write, which ends before VALUES.
type Table struct {
	Read, Write string

	rows [][]any
}

// Whole is a table as it is.
func Whole(name string) Table {
	return Table{Read: "SELECT * FROM " + name, Write: "INSERT INTO " + name}
}

// Read reads the rows of tables from a file.
func Read(b *testing.B, file string, tables ...Table) []Table {
	b.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadOnly)
	must.OK(b, err)
	defer func() { must.OK(b, conn.Close()) }()
	for i := range tables {
		must.OK(b, sqlitex.Execute(conn, tables[i].Read, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			tables[i].rows = append(tables[i].rows, values(row))
			return nil
		}}))
		must.True(b, len(tables[i].rows) > 0)
		tables[i].Write += " VALUES (?" + strings.Repeat(", ?", len(tables[i].rows[0])-1) + ")"
	}
	return tables
}

func values(row *sqlite.Stmt) []any {
	out := make([]any, row.ColumnCount())
	for i := range out {
		switch row.ColumnType(i) {
		case sqlite.TypeInteger:
			out[i] = row.ColumnInt64(i)
		case sqlite.TypeText:
			out[i] = row.ColumnText(i)
		case sqlite.TypeBlob:
			bytes := make([]byte, row.ColumnLen(i))
			row.ColumnBytes(i, bytes)
			out[i] = bytes
		case sqlite.TypeNull, sqlite.TypeFloat: // no table has floats
		}
	}
	return out
}

// Write writes all rows to a file in one transaction, by prepared statements, and
// waits for the disk as the stores do.
func Write(b *testing.B, file string, tables []Table) {
	b.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite)
	must.OK(b, err)
	defer func() { must.OK(b, conn.Close()) }()
	must.OK(b, sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = FULL", nil))
	end := sqlitex.Save(conn)
	for _, table := range tables {
		insert, err := conn.Prepare(table.Write)
		must.OK(b, err)
		for _, row := range table.rows {
			bind(insert, row)
			_, err := insert.Step()
			must.OK(b, err)
			must.OK(b, insert.Reset())
		}
	}
	end(&err)
	must.OK(b, err)
}

func bind(insert *sqlite.Stmt, row []any) {
	for i, value := range row {
		switch value := value.(type) {
		case int64:
			insert.BindInt64(i+1, value)
		case string:
			insert.BindText(i+1, value)
		case []byte:
			insert.BindBytes(i+1, value)
		default:
			insert.BindNull(i + 1)
		}
	}
}
