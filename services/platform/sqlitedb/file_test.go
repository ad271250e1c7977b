package sqlitedb_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// refusedToOpen checks why a file is not opened, and that the error names it.
func refusedToOpen(t *testing.T, path string, code codes.Code, reason string) {
	t.Helper()
	_, err := sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true})
	statustest.Check(t, err, code, reason, "")
	must.Contains(t, err.Error(), path)
}

// TestAFileOfNobody: most programs do not say that a file is theirs. It is refused, and
// left as it was.
func TestAFileOfNobody(t *testing.T) {
	path := t.TempDir() + "/notes.db"
	conn := must.Get(sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate))(t)
	must.OK(t, sqlitex.ExecuteTransient(conn, "CREATE TABLE theirs (a)", nil))
	must.OK(t, conn.Close())
	before := must.Get(os.ReadFile(path))(t)
	refusedToOpen(t, path, codes.FailedPrecondition, "DATABASE_FOREIGN")
	must.Equal(t, string(must.Get(os.ReadFile(path))(t)), string(before))
}

// TestAFileThatIsGone: an empty record in the place of one that was there would answer
// everything wrongly. It begins only when somebody says so.
func TestAFileThatIsGone(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"deleted":                  os.Remove,
		"emptied":                  func(path string) error { return os.Truncate(path, 0) },
		"deleted, its log is left": func(path string) error { return errors.Join(os.Remove(path), os.Remove(path+".lock")) },
	} {
		t.Run(name, func(t *testing.T) {
			path := crashed(t, "one")
			must.OK(t, take(path))
			refusedToOpen(t, path, codes.FailedPrecondition, "DATABASE_GONE")
			must.True(t, must.Get(os.Stat(path+"-wal"))(t).Size() > 0)
			for _, end := range []string{".lock", "-wal"} {
				if err := os.Remove(path + end); !errors.Is(err, fs.ErrNotExist) {
					must.OK(t, err)
				}
			}
			must.Equal(t, len(notes(t.Context(), t, open(t, path, sqlitedb.Options{}))), 0)
		})
	}
}

// TestABackupBesideTheLogOfAnother: SQLite would bring the log of the file that was there
// into the backup.
func TestABackupBesideTheLogOfAnother(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "kept")
	copied := path + ".backup"
	must.OK(t, sqlitedb.Backup(t.Context(), path, copied))
	add(t.Context(), t, db, "late")
	restored := leftAsBy(t, path)
	must.OK(t, os.Rename(copied, restored))
	refusedToOpen(t, restored, codes.FailedPrecondition, "DATABASE_REPLACED")
	for _, end := range []string{"-wal", "-shm"} {
		must.OK(t, os.RemoveAll(restored+end))
	}
	must.Equal(t, notes(t.Context(), t, open(t, restored, sqlitedb.Options{})), []string{"kept"})
}

// TestAFirstStartThatWasCutOff: what is half made SQLite undoes by its journal, as long as
// that is there.
func TestAFirstStartThatWasCutOff(t *testing.T) {
	begun := t.TempDir() + "/begun.db"
	conn := outsider(t, touched(t, begun))
	for _, statement := range []string{
		"PRAGMA cache_size=1", "BEGIN", "CREATE TABLE large (a)", "INSERT INTO large VALUES (zeroblob(1000000))",
	} {
		must.OK(t, sqlitex.ExecuteTransient(conn, statement, nil))
	}
	path := t.TempDir() + "/notes.db"
	must.OK(t, os.WriteFile(path, make([]byte, 4096), 0o600)) // as far as it came to the disk
	refusedToOpen(t, path, codes.Internal, "STORAGE_CORRUPT")
	must.OK(t, os.WriteFile(path+"-journal", must.Get(os.ReadFile(begun+"-journal"))(t), 0o600))
	must.Equal(t, len(notes(t.Context(), t, open(t, path, sqlitedb.Options{}))), 0)
}

func touched(t *testing.T, path string) string {
	t.Helper()
	must.OK(t, os.WriteFile(path, nil, 0o600))
	return path
}

// TestANewFileIsOfItsUser: what is under embargo stands in it.
func TestANewFileIsOfItsUser(t *testing.T) {
	path := tempPath(t)
	add(t.Context(), t, open(t, path, sqlitedb.Options{}), "one")
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		must.Equal(t, must.Get(os.Stat(path+end))(t).Mode().Perm(), 0o600)
	}
}

// crashed returns the path of a database with notes, as a crash leaves it.
func crashed(t *testing.T, ids ...string) string {
	t.Helper()
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	for _, id := range ids {
		add(t.Context(), t, db, id)
	}
	return leftAsBy(t, path)
}

// leftAsBy copies the files of an open database, as a crash of its process would leave them.
func leftAsBy(t *testing.T, path string) string {
	t.Helper()
	left := t.TempDir() + "/notes.db"
	for _, end := range []string{"", "-wal", ".lock"} {
		must.OK(t, os.WriteFile(left+end, must.Get(os.ReadFile(path+end))(t), 0o600))
	}
	return left
}
