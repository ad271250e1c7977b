package sqlitedb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// lostError says that a file that this process has open is not at its path any more: it
// was deleted, moved or replaced. What is written to it nobody would find, and who took
// the lock away may have let another process write.
type lostError struct {
	path     string
	replaced bool
	advice   string
}

// Error is for the operator. Callers need not know of files.
func (l *lostError) Error() string {
	what := "was deleted or moved away"
	if l.replaced {
		what = "was replaced by another file"
	}
	return fmt.Sprintf("%s %s under the running service: %s", l.path, what, l.advice)
}

// refusal is the error of a write, or of a read that finds no connection.
func (l *lostError) refusal() *errs.Error {
	return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the store lost a file").NotWritten().Wrap(l)
}

// unready is the error of the check.
func (l *lostError) unready() *errs.Error {
	reason := reasonGone
	if l.replaced {
		reason = reasonReplaced
	}
	return errs.New(errs.Unavailable, reason, "the store lost a file: it takes no writes until it is stopped and started").Wrap(l)
}

// findLost looks whether a file was lost. If one was, that stays so, and is logged once:
// what happened meanwhile to one that is back is not known.
func (db *DB) findLost() *lostError {
	if db.lost.Load() == nil {
		if found := db.lookForFiles(); found != nil && db.lost.CompareAndSwap(nil, found) {
			db.log.Error("a file of the database was taken away: no writes are taken, reads go on over the connections that are open",
				zap.String("path", found.path), zap.Error(found))
		}
	}
	return db.lost.Load()
}

func (db *DB) lookForFiles() *lostError {
	for _, path := range []string{db.given, db.path} {
		if found := lookFor(path, db.file.info); found != nil {
			found.advice = "stop it, put the file back or restore a backup, and start"
			return found
		}
	}
	if wal := db.wal.Load(); wal != nil {
		found := lookFor(logPath(db.path), *wal)
		if found != nil && db.wal.Load() == wal { // else SQLite put it away
			found.advice = "stop it in order, so that what the log holds is in the database, and start"
			return found
		}
	}
	found := lookFor(lockPath(db.path), db.lock.info)
	if found != nil {
		found.advice = "find out whether another process has written to the database, stop it, and start"
	}
	return found
}

// lookFor looks whether a file is at a path. One that cannot be looked at is not lost.
func lookFor(path string, opened os.FileInfo) (found *lostError) {
	now, err := os.Stat(path)
	gone := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
	replaced := err == nil && !os.SameFile(now, opened)
	if gone || replaced {
		found = &lostError{path: path, replaced: replaced}
	}
	return found
}

// saveLog brings what the log holds into the database file, wherever that is now: else what
// was acknowledged could go with a log that was deleted, or be taken for the log of a file that
// is put in the place of this one. It runs on the writer's goroutine, outside of transactions.
// Without the lock the log may be that of another process.
func (db *DB) saveLog() error {
	locked := lookFor(lockPath(db.path), db.lock.info) == nil
	if db.writer == nil || db.logSaved || !locked {
		return nil
	}
	db.writer.raw.SetBusyTimeout(0) // as much as the reads that run allow
	err := emptyLog(db.writer.raw)
	db.logSaved = err == nil
	return err
}
