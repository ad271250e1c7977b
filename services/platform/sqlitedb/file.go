package sqlitedb

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	reasonForeign  = "DATABASE_FOREIGN"
	reasonGone     = "DATABASE_GONE"
	reasonReplaced = "DATABASE_REPLACED"
)

// dbFile is the database file as this process opened it, apart from SQLite: by it we know
// that the file at the path still is the same. To close it ends SQLite's locks on it,
// so it is closed after all connections.
type dbFile struct {
	*os.File
	info os.FileInfo
}

// openFile opens the database file, or makes it, and looks at it before SQLite does: that
// would begin an empty record where one is gone, bring any log that lies beside the
// file into it, and turn the file of another program into one with a log. The lock
// is held.
func openFile(path string, appID int32, lock *processLock) (_ *dbFile, err error) {
	hasLog := sizeOf(logPath(path)) > 0
	if sizeOf(path) == 0 && (hasLog || lock.marked()) {
		return nil, errs.New(errs.FailedPrecondition, reasonGone,
			"the database file is gone or empty, and there was one, as what lies beside it says: put it back, or a backup of it;"+
				" to begin an empty record instead, delete %s and %s", lockPath(path), logPath(path))
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fileError(err, "cannot open the database for writing")
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	if err := checkHeader(file, path, appID, hasLog); err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, fileError(err, "cannot look at the database")
	}
	return &dbFile{file, info}, nil
}

// headerMagic is how each database of SQLite begins. See its file format for the
// places of the rest.
const (
	headerMagic = "SQLite format 3\x00"
	headerSize  = 100
)

// checkHeader refuses a file that is not ours, and a backup that was put in the place of
// another whose log is still there: a backup has none, and says so. Any other copy of a file
// cannot be told from the one that the log belongs to. A beginning that is not whole SQLite
// judges where the journal of a transaction that was cut off may mend it.
func checkHeader(file io.ReaderAt, path string, appID int32, hasLog bool) error {
	var header [headerSize]byte
	n, err := file.ReadAt(header[:], 0)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return fileError(err, "cannot read the database")
	case n == 0:
		return nil
	case !isDatabase(header[:n]) && sizeOf(path+"-journal") > 0:
		return nil
	case !isDatabase(header[:n]):
		return errs.New(errs.Internal, "STORAGE_CORRUPT", "the file is no database, or its beginning is lost: put a backup in its place, or name another file")
	}
	owner, schemas := int32(binary.BigEndian.Uint32(header[68:])), binary.BigEndian.Uint32(header[40:]) //nolint:gosec // as SQLite reads it
	if owner != appID && (owner != 0 || schemas != 0) {
		return errForeign(owner, appID)
	}
	if withLog := header[18] == 2; hasLog && !withLog {
		return errs.New(errs.FailedPrecondition, reasonReplaced,
			"the file was put in the place of another, whose write-ahead log is still there and does not belong to it:"+
				" move %s and %s-shm away, and start", logPath(path), path)
	}
	return nil
}

func isDatabase(header []byte) bool {
	return len(header) == headerSize && string(header[:len(headerMagic)]) == headerMagic
}

func errForeign(owner, appID int32) *errs.Error {
	return errs.New(errs.FailedPrecondition, reasonForeign, "the database belongs to another program: application_id %#x, not %#x", owner, appID)
}

// realPath is where a path leads, beside which SQLite keeps the log. There need not be
// a file yet.
func realPath(path string) (string, error) {
	const mostLinks = 40 // as Linux has it
	for range mostLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		path = filepath.Join(folder, filepath.Base(path))
		if !isLink(path) {
			return path, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		path = target
	}
	return "", errors.New("too many links")
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}
