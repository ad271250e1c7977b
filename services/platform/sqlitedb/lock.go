package sqlitedb

import (
	"errors"
	"os"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// errLockHeld is what lockFile returns when another process has the lock.
var errLockHeld = errors.New("lock is held")

func lockPath(path string) string { return path + ".lock" }

// lock takes the process lock of the database at path: a file beside it that
// stays when the process ends, locked by the operating system, so that a crash
// leaves no stale lock behind.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(lockPath(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fileError(err, "cannot create the lock file of the database")
	}
	err = lockFile(file)
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, errLockHeld) {
		return nil, errs.New(errs.FailedPrecondition, "DATABASE_IN_USE",
			"another process has the database %s open: one file has one process", path)
	}
	return nil, errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "cannot lock the database").Wrap(err)
}

// The lock file also says whether a process has the database open: a log that is
// gone then was not put away by SQLite.
const openMark = "open\n"

// markOpen writes the mark, durably, or takes it away.
func markOpen(file *os.File, open bool) error {
	if !open {
		return file.Truncate(0)
	}
	if _, err := file.WriteAt([]byte(openMark), 0); err != nil {
		return err
	}
	return file.Sync()
}

// lostLog says that the process before this one did not close the database, and
// that the log of what it wrote last is gone.
func lostLog(file *os.File, path string) bool {
	mark := make([]byte, len(openMark))
	if n, _ := file.ReadAt(mark, 0); string(mark[:n]) != openMark {
		return false
	}
	_, err := os.Stat(logPath(path))
	return errors.Is(err, os.ErrNotExist)
}
