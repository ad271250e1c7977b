package sqlitedb

import (
	"errors"
	"os"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// errLockHeld is what lockFile returns when another process has the lock.
var errLockHeld = errors.New("lock is held")

// lock takes the process lock of the database at path: a file beside it that
// stays when the process ends, locked by the operating system, so that a crash
// leaves no stale lock behind.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "cannot create the lock file of the database").Wrap(err)
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
