package sqlitedb

import "github.com/onrecord/onrecord/services/platform/recorddb"

// FailNext makes the next use of a statement fail on the connection of a transaction.
func FailNext(tx recorddb.Tx, sql string) error {
	conn := tx.(*Tx).Conn
	if element, kept := conn.stmts.bySQL[sql]; kept {
		conn.stmts.drop(element.Value.(*cachedStmt))
	}
	stmt, _, err := conn.raw.PrepareTransient("SELECT json('broken')")
	if err == nil {
		conn.stmts.bySQL[sql] = conn.stmts.recent.PushFront(&cachedStmt{sql: sql, stmt: stmt, kept: true})
	}
	return err
}
