package sqlitedb

import (
	"errors"
	"os"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func logPath(path string) string { return path + "-wal" }

// emptyLog moves all of the log into the database, which a program outside may
// hold up.
func emptyLog(conn *sqlite.Conn) error {
	busy := false
	err := sqlitex.ExecuteTransient(conn, "PRAGMA wal_checkpoint(TRUNCATE)", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			busy = stmt.ColumnInt(0) != 0
			return nil
		},
	})
	if err == nil && busy {
		err = errors.New("the log is in use from outside")
	}
	return err
}

// openWriter opens the writer's connection.
func (db *DB) openWriter() (err error) {
	if db.writer, err = openConn(db.path, writerPragmas); err != nil {
		return err
	}
	// The log is there from the first look at the database on.
	_, err = pragmaInt(db.writer.raw, "user_version")
	db.noteLog()
	return err
}

// noteLog remembers the log that the writer has open.
func (db *DB) noteLog() {
	db.wal.Store(nil)
	if info, err := os.Stat(logPath(db.path)); err == nil {
		db.wal.Store(&info)
	}
}
