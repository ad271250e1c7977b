package sqlitedb

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// errLockHeld is what lockFile returns when another process has the lock.
var errLockHeld = errors.New("lock is held")

const reasonInUse = "DATABASE_IN_USE"

func lockPath(path string) string { return path + ".lock" }

// processLock is the process lock of a database: a file beside it that stays when
// the process ends, locked by the operating system, so that a crash leaves no stale
// lock behind. It also holds a mark (see mark) and some room (see takeRoom).
type processLock struct {
	file *os.File
	info os.FileInfo // of the file, as it was opened
	room sync.Mutex  // one at a time changes the size of the file
}

// lock takes the process lock of the database at path.
func lock(path string) (*processLock, error) {
	file, err := os.OpenFile(lockPath(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fileError(err, "cannot create the lock file of the database")
	}
	info, err := file.Stat()
	if err == nil {
		err = lockFile(file)
	}
	if err == nil {
		return &processLock{file: file, info: info}, nil
	}
	file.Close()
	if errors.Is(err, errLockHeld) {
		return nil, errs.New(errs.FailedPrecondition, reasonInUse, "another process has the database open: one file has one process")
	}
	return nil, errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "cannot lock the database").Wrap(err)
}

// lockPause is how long to wait before the lock is tried again.
const lockPause = 50 * time.Millisecond

// awaitLock takes the process lock, as soon as it is free if the options let it wait.
func awaitLock(ctx context.Context, path string, opts Options) (*processLock, error) {
	held, err := lock(path)
	if opts.LockWait == 0 || errs.ReasonOf(err) != reasonInUse {
		return held, err
	}
	opts.Log.Warn("another process has the database open: waiting for its end", zap.String("path", path), zap.Duration("at_most", opts.LockWait))
	waiting, cancel := context.WithTimeout(ctx, opts.LockWait)
	defer cancel()
	again := time.NewTicker(lockPause)
	defer again.Stop()
	for errs.ReasonOf(err) == reasonInUse {
		select {
		case <-again.C:
			held, err = lock(path)
		case <-waiting.Done():
			if ctx.Err() == context.Canceled {
				err = contextError(ctx.Err())
			}
			return nil, err
		}
	}
	return held, err
}

// The lock file also says whether a process has the database open: a log that is
// gone then was not put away by SQLite.
const (
	openMark   = "open\n"
	closedMark = "shut\n"
)

// mark says durably that the database is open, or that it is not any more.
func (l *processLock) mark(open bool) error {
	text := closedMark
	if open {
		text = openMark
	}
	if _, err := l.file.WriteAt([]byte(text), 0); err != nil {
		return err
	}
	if !open {
		return nil // a mark that stays is harmless as long as the log does
	}
	return l.file.Sync()
}

// marked says that there was a database, whether or not the process before this one
// closed it.
func (l *processLock) marked() bool {
	text := make([]byte, len(openMark))
	n, _ := l.file.ReadAt(text, 0)
	return string(text[:n]) == openMark || string(text[:n]) == closedMark
}

// lostLog says that the process before this one did not close the database, and
// that the log of what it wrote last is gone.
func (l *processLock) lostLog(path string) bool {
	mark := make([]byte, len(openMark))
	if n, _ := l.file.ReadAt(mark, 0); string(mark[:n]) != openMark {
		return false
	}
	_, err := os.Stat(logPath(path))
	return errors.Is(err, os.ErrNotExist)
}
