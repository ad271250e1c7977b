package sqlitedb

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
)

// mapError gives an error of SQLite its kind and reason. Constraint violations
// and mistakes in SQL stay as they are, so INTERNAL unless the engine says
// otherwise (see IsUnique).
func mapError(err error) error {
	var known *errs.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if e := storageError(err); e != nil {
		return e
	}
	return err
}

// storageError is the error for what SQLite itself says went wrong, nil if that
// is nothing to do with storage.
func storageError(err error) *errs.Error {
	// The primary code: extended codes only refine it.
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return errFull().Wrap(err)
	case sqlite.ResultReadOnly:
		return errs.New(errs.Unavailable, reasonReadOnly, "the store's file takes no writes").Wrap(err)
	case sqlite.ResultIOErr, sqlite.ResultCantOpen, sqlite.ResultPerm:
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the store cannot use its file").Wrap(err)
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return errs.New(errs.Unavailable, "STORAGE_BUSY", "the store is locked from outside").Wrap(err)
	case sqlite.ResultNoMem:
		return errs.New(errs.ResourceExhausted, "STORAGE_OUT_OF_MEMORY", "the store is out of memory").Wrap(err)
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return errs.New(errs.Internal, "STORAGE_CORRUPT", "the file of the store is damaged").Wrap(err)
	case sqlite.ResultInterrupt:
		return errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "the store did not answer in time").Wrap(err)
	default:
		return nil
	}
}

const (
	reasonReadOnly = "STORAGE_READ_ONLY"
	reasonFull     = "STORAGE_FULL"
)

func errFull() *errs.Error {
	return errs.New(errs.ResourceExhausted, reasonFull, "the disk of the store is full")
}

// fileError is the error of the operating system for a file or folder of the
// store.
func fileError(err error, what string) *errs.Error {
	if noRoom(err) {
		return errs.New(errs.ResourceExhausted, reasonFull, "%s: its disk is full", what).Wrap(err)
	}
	if errors.Is(err, syscall.EROFS) {
		return errs.New(errs.Unavailable, reasonReadOnly, "%s: its disk takes no writes", what).Wrap(err)
	}
	if errors.Is(err, fs.ErrPermission) {
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "%s: it must be of the user that the program runs as, %d, and writable", what, os.Getuid()).Wrap(err)
	}
	return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "%s", what).Wrap(err)
}

// explain finds out whether something failed because the disk became full or
// read-only: of some calls SQLite only says that they failed.
func (db *DB) explain(err error) error { return explainBy(err, db.diskFault) }

// diskFault is the reason why the disk takes no writes, "" if it does.
func (db *DB) diskFault() string {
	switch {
	case db.lock == nil:
		return ""
	case isReadOnly(db.path):
		return reasonReadOnly
	case db.lock.full():
		return reasonFull
	default:
		return ""
	}
}

// explainBy is explain with what finds out about the disk, which is only asked if need be.
func explainBy(err error, diskFault func() string) error {
	var lost *lostError
	if errs.ReasonOf(err) != "STORAGE_UNAVAILABLE" || errors.As(err, &lost) {
		return err
	}
	var known *errs.Error
	switch diskFault() {
	case reasonReadOnly:
		known = errs.New(errs.Unavailable, reasonReadOnly, "the store's disk takes no writes").Wrap(err)
	case reasonFull:
		known = errFull().Wrap(err)
	default:
		return err
	}
	if errs.WriteUnknown(err) {
		return known.MaybeWritten()
	}
	return known.NotWritten()
}

// noteRefusal remembers that the disk takes no writes, if one of them ended so.
func (db *DB) noteRefusal(err error) {
	var known *errs.Error
	if reason := errs.ReasonOf(err); (reason == reasonFull || reason == reasonReadOnly) && errors.As(err, &known) {
		// One of its own: the other belongs to its caller.
		db.refusal.Store(errs.New(known.Kind, known.Reason, "%s", known.Message).Wrap(known.Unwrap()))
	}
}

// refused returns why the disk takes no writes, nil if it does.
func (db *DB) refused() error {
	refusal := db.refusal.Load()
	if refusal == nil {
		return nil
	}
	if !isReadOnly(db.path) && !db.lock.full() {
		db.refusal.CompareAndSwap(refusal, nil)
		return nil
	}
	return health.Degraded(refusal)
}

// isReadOnly opens the lock file and not the database: to close any file of that
// would end SQLite's locks on it.
func isReadOnly(path string) bool {
	file, err := os.OpenFile(lockPath(path), os.O_RDWR, 0)
	if err == nil {
		file.Close()
	}
	return errors.Is(err, syscall.EROFS)
}

// notWritten marks the error of a write that was certainly undone, where its
// kind alone would leave that open. The caller's own errors stay as they are.
func notWritten(err error) error {
	var known *errs.Error
	if errors.As(err, &known) && errs.WriteUnknown(err) {
		_ = known.NotWritten()
	}
	return err
}

// sharedError is the error of a write that failed because the transaction it
// shared did. Each caller gets one of its own, so that marking it is safe, and
// never sees what the closure of another one said.
func sharedError(cause error) *errs.Error {
	if e := storageError(cause); e != nil {
		return e
	}
	return errs.New(errs.Unavailable, "WRITE_LOST", "the transaction that this write shared failed").Wrap(cause)
}

// IsUnique reports whether err is a violated PRIMARY KEY or UNIQUE constraint.
func IsUnique(err error) bool {
	switch sqlite.ErrCode(err) {
	case sqlite.ResultConstraintUnique, sqlite.ResultConstraintPrimaryKey, sqlite.ResultConstraintRowID:
		return true
	default:
		return false
	}
}
