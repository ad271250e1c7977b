package recorddb

import "strings"

// Insert is the insertion into one table. Make it once, as a package variable.
type Insert struct {
	Table   string
	Columns []string
	// SQL is the statement, with a ? for each column.
	SQL string
}

// NewInsert describes the insertion of rows into a table. Names are written
// into SQL: they come from code, never from a caller.
func NewInsert(table string, columns ...string) *Insert {
	return &Insert{
		Table: table, Columns: columns,
		SQL: "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + Placeholders(len(columns)) + ")",
	}
}
