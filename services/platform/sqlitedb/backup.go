package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// backupPages is how many pages are copied between two looks at the context.
const backupPages = 1000

// Backup copies the database file at from to a new file at to, whose folder must
// exist. It needs no lock and stops nobody: a service may have the file open and
// write. The copy is one moment of the database: every transaction committed
// before Backup began, and no part of one. It is one file, synced to the disk
// and checked; it gets its name last, so a backup that failed leaves nothing.
//
// While it runs the source's write-ahead log cannot be emptied and grows by what
// is written.
//
// Errors: ALREADY_EXISTS, reason BACKUP_EXISTS, when there is a file at to;
// FAILED_PRECONDITION, reason DATABASE_GONE or DATABASE_FOREIGN, when there is no record
// in the file at from;
// INTERNAL, reason STORAGE_CORRUPT, when the copy fails its check, so the source
// is damaged; UNAVAILABLE, reason STORAGE_UNAVAILABLE, when a file cannot be
// used; RESOURCE_EXHAUSTED, reason STORAGE_FULL.
func Backup(ctx context.Context, from, to string) (err error) {
	if _, err := os.Lstat(to); err == nil {
		return errBackupExists(to)
	}
	source, err := sqlite.OpenConn(from, sqlite.OpenReadOnly)
	if err != nil {
		return mapError(fmt.Errorf("open %s: %w", from, err))
	}
	defer func() { err = errors.Join(err, mapError(source.Close())) }()
	source.SetBusyTimeout(busyTimeout)
	if err := hasRecord(source, from); err != nil {
		return err
	}
	return putCopy(ctx, source, to)
}

// hasRecord refuses a file without a record: a copy of nothing would be taken for a backup.
func hasRecord(conn *sqlite.Conn, path string) error {
	tables, ours := 0, false
	err := sqlitex.ExecuteTransient(conn, "SELECT name FROM sqlite_schema", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			tables++
			ours = ours || stmt.ColumnText(0) == clockTable
			return nil
		},
	})
	switch {
	case err != nil:
		return mapError(fmt.Errorf("read %s: %w", path, err))
	case tables == 0:
		return errs.New(errs.FailedPrecondition, reasonGone, "there is nothing to copy: %s is empty", path)
	case !ours:
		return errs.New(errs.FailedPrecondition, reasonForeign, "there is nothing to copy: %s belongs to another program", path)
	default:
		return nil
	}
}

// putCopy copies what a connection reads to a new file.
func putCopy(ctx context.Context, source *sqlite.Conn, to string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*.part")
	if err != nil {
		return errBackupFile(to, err)
	}
	part := file.Name()
	defer func() {
		_ = os.Remove(part + "-journal") // which SQLite leaves when the disk is full
		if removeErr := os.Remove(part); err == nil && !errors.Is(removeErr, fs.ErrNotExist) {
			err = removeErr
		}
	}()
	if err := file.Close(); err != nil {
		return errBackupFile(to, err)
	}
	if err := copyFile(ctx, source, part); errs.ReasonOf(err) == reasonFull {
		return errs.New(errs.ResourceExhausted, reasonFull, "the disk of the backup %s is full", to).Wrap(err)
	} else if err != nil {
		return err
	}
	if err := syncPath(part); err != nil {
		return errBackupFile(to, err)
	}
	return nameBackup(part, to)
}

// copyFile copies and checks.
func copyFile(ctx context.Context, source *sqlite.Conn, part string) (err error) {
	target, err := sqlite.OpenConn(part, sqlite.OpenReadWrite)
	if err != nil {
		return mapError(err)
	}
	defer func() { err = errors.Join(err, mapError(target.Close())) }()
	// What is written is synced once, at the end.
	if err := sqlitex.ExecuteTransient(target, "PRAGMA synchronous=OFF", nil); err != nil {
		return mapError(err)
	}
	if err := copyPages(ctx, source, target); err != nil {
		return err
	}
	// The copy needs no log beside it: whoever opens it makes one again.
	if err := sqlitex.ExecuteTransient(target, "PRAGMA journal_mode=DELETE", nil); err != nil {
		return mapError(err)
	}
	target.SetInterrupt(ctx.Done())
	defer target.SetInterrupt(nil)
	return checkIntegrity(ctx, target)
}

// copyPages copies one snapshot. The transaction around it holds the snapshot:
// without one, a write in between would start the copy anew.
func copyPages(ctx context.Context, source, target *sqlite.Conn) (err error) {
	if err := sqlitex.ExecuteTransient(source, "BEGIN", nil); err != nil {
		return mapError(err)
	}
	defer func() { err = errors.Join(err, mapError(sqlitex.ExecuteTransient(source, "ROLLBACK", nil))) }()
	if _, err := pragmaInt(source, "user_version"); err != nil { // a read takes the snapshot
		return mapError(err)
	}
	backup, err := sqlite.NewBackup(target, "main", source, "main")
	if err != nil {
		return mapError(err)
	}
	defer func() { err = errors.Join(err, mapError(backup.Close())) }()
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return contextError(err)
		}
		if more, err = backup.Step(backupPages); err != nil {
			return mapError(err)
		}
	}
	return nil
}

func checkIntegrity(ctx context.Context, conn *sqlite.Conn) error {
	verdict := ""
	err := sqlitex.ExecuteTransient(conn, "PRAGMA integrity_check(1)", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			verdict = stmt.ColumnText(0)
			return nil
		},
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return contextError(ctx.Err())
	case err != nil:
		return mapError(err)
	case verdict != "ok":
		return errs.New(errs.Internal, "STORAGE_CORRUPT", "the database is damaged: %s", verdict)
	default:
		return nil
	}
}

// nameBackup gives the finished copy its name. A link never replaces a file that
// came meanwhile; where there are no links, a look before must do.
func nameBackup(part, to string) error {
	err := os.Link(part, to)
	if errors.Is(err, fs.ErrExist) {
		return errBackupExists(to)
	}
	if err != nil {
		if _, statErr := os.Lstat(to); statErr == nil {
			return errBackupExists(to)
		}
		if err := os.Rename(part, to); err != nil {
			return errBackupFile(to, err)
		}
	}
	if err := syncPath(filepath.Dir(to)); err != nil {
		return errBackupFile(to, err)
	}
	return nil
}

// syncPath puts a file, or the names in a folder, on the disk.
func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func errBackupExists(path string) *errs.Error {
	return errs.New(errs.AlreadyExists, "BACKUP_EXISTS", "%s is there already: a backup never replaces a file", path)
}

func errBackupFile(path string, err error) *errs.Error {
	return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "cannot write the backup %s: %v", path, err).Wrap(err)
}
