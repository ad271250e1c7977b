package sqlitedb

import (
	"errors"
	"os"

	"go.uber.org/zap"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func logPath(path string) string { return path + "-wal" }

// logLost says that the write-ahead log that the writer has open was deleted: what
// is in no other file would go with this process.
func (db *DB) logLost() bool {
	opened := db.wal.Load()
	if opened == nil {
		return false
	}
	now, err := os.Stat(logPath(db.path))
	return err != nil || !os.SameFile(now, *opened)
}

// keepLog makes sure that what was committed is in files that will be there. When
// the log was deleted it brings what that held into the database and starts another
// log; no connection may be open meanwhile, or SQLite would not make one. It runs on
// the writer's goroutine, outside of transactions, and before anybody is told of
// what was committed.
func (db *DB) keepLog() error {
	if db.writer != nil && db.wal.Load() == nil {
		db.noteLog()
	}
	if db.writer != nil && !db.logLost() {
		return nil
	}
	if db.writer != nil {
		db.log.Error("the write-ahead log was deleted: what it held is brought into the database", zap.String("path", db.path))
	}
	return db.readers.without(func() error {
		if db.writer != nil {
			if err := emptyLog(db.writer.raw); err != nil {
				return err
			}
			err := db.writer.close()
			db.writer = nil
			if err != nil {
				return err
			}
		}
		return db.openWriter()
	})
}

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
