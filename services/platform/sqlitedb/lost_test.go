package sqlitedb_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// lossTest is a store over whose files a test does something.
type lossTest struct {
	*sqlitedb.DB
	path string
	logs *observer.ObservedLogs
}

func newLossTest(t *testing.T, path string) lossTest {
	t.Helper()
	core, logs := observer.New(zap.ErrorLevel)
	db := must.Get(sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true, Log: zap.New(core), Readers: 4}))(t)
	t.Cleanup(func() { _ = db.Close() })
	add(t.Context(), t, db, "before")
	nested(t, db, 2, []string{"before"})
	return lossTest{db, path, logs}
}

// refuses checks that nothing is written any more, that the check says why, that what is open
// is read, and that the log says once what became of which file.
func (l lossTest) refuses(t *testing.T, reason, lost string) {
	t.Helper()
	for range 2 {
		err := l.Check(t.Context())
		statustest.Check(t, err, codes.Unavailable, reason, "")
		must.False(t, health.Serves(err))
		err = l.Write(t.Context(), insert("lost"))
		told := statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "").Message()
		must.False(t, strings.Contains(told, filepath.Dir(l.path)))
		nested(t, l.DB, 2, []string{"before"})
		statustest.Check(t, readOver(t.Context(), l.DB, 3), codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	}
	must.Equal(t, l.logs.Len(), 1)
	must.Equal(t, l.logs.All()[0].ContextMap()["path"], any(lost))
}

// readOver reads over so many connections at once, and returns the error of the last.
func readOver(ctx context.Context, db *sqlitedb.DB, connections int) error {
	return db.Read(ctx, func(recorddb.Conn) error {
		if connections == 1 {
			return nil
		}
		return readOver(ctx, db, connections-1)
	})
}

// TestFilesThatAreTakenAwayUnderARunningStore: nothing is acknowledged that nobody would
// find, and what was is there when the file is back.
func TestFilesThatAreTakenAwayUnderARunningStore(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string][]string{
		"the database": {""}, "the lock": {".lock"}, "the log": {"-wal"}, "the log and its index": {"-wal", "-shm"},
		"the database and its log": {"", "-wal", "-shm"}, "all": {"", "-wal", "-shm", ".lock"},
	} {
		t.Run(name, func(t *testing.T) {
			db := newLossTest(t, tempPath(t))
			away := t.TempDir() + "/notes.db"
			for _, end := range ends {
				must.OK(t, os.Rename(db.path+end, away+end))
			}
			db.refuses(t, "DATABASE_GONE", db.path+ends[0])
			must.Err(t, db.Close())
			for _, end := range ends {
				if end == "" || len(ends) == 4 { // else nobody needs it
					must.OK(t, os.Rename(away+end, db.path+end))
				}
			}
			must.Equal(t, notes(t.Context(), t, open(t, db.path, sqlitedb.Options{})), []string{"before"})
		})
	}
}

// TestALogThatIsDeletedAndACrash: what only the log held is in the database as soon as its
// loss was noticed.
func TestALogThatIsDeletedAndACrash(t *testing.T) {
	db := newLossTest(t, tempPath(t))
	must.OK(t, os.Remove(db.path+"-wal"))
	db.refuses(t, "DATABASE_GONE", db.path+"-wal")
	left := t.TempDir() + "/notes.db"
	must.OK(t, os.WriteFile(left, must.Get(os.ReadFile(db.path))(t), 0o600))
	must.Equal(t, notes(t.Context(), t, open(t, left, sqlitedb.Options{})), []string{"before"})
}

// TestAFolderThatIsMovedAway: one that was made again in its place is not filled.
func TestAFolderThatIsMovedAway(t *testing.T) {
	db := newLossTest(t, tempPath(t))
	folder := filepath.Dir(db.path)
	must.OK(t, os.Rename(folder, folder+".away"))
	must.OK(t, os.Mkdir(folder, 0o700))
	db.refuses(t, "DATABASE_GONE", db.path)
	must.Err(t, db.Close())
	must.Equal(t, len(must.Get(os.ReadDir(folder))(t)), 0)
	must.OK(t, os.Remove(folder))
	must.OK(t, os.Rename(folder+".away", folder))
	must.Equal(t, notes(t.Context(), t, open(t, db.path, sqlitedb.Options{})), []string{"before"})
}

// TestAFileThatIsBack: another may have been written meanwhile, so only a start goes on with it.
func TestAFileThatIsBack(t *testing.T) {
	db := newLossTest(t, tempPath(t))
	must.OK(t, os.Rename(db.path, db.path+".away"))
	db.refuses(t, "DATABASE_GONE", db.path)
	must.OK(t, os.Rename(db.path+".away", db.path))
	db.refuses(t, "DATABASE_GONE", db.path)
	must.Err(t, db.Close())
	again := open(t, db.path, sqlitedb.Options{})
	add(t.Context(), t, again, "after")
	must.Equal(t, notes(t.Context(), t, again), []string{"before", "after"})
}

// TestAFileThatIsReplaced: neither is anything written to the one that was there, nor
// read from the one that is, and the log of the one is not left to the other.
func TestAFileThatIsReplaced(t *testing.T) {
	db := newLossTest(t, tempPath(t))
	other := t.TempDir() + "/other.db"
	copied := open(t, other, sqlitedb.Options{})
	add(t.Context(), t, copied, "of another")
	must.OK(t, copied.Close())
	must.OK(t, os.Rename(other, db.path))
	db.refuses(t, "DATABASE_REPLACED", db.path)
	must.Err(t, db.Close())
	must.Equal(t, notes(t.Context(), t, open(t, db.path, sqlitedb.Options{})), []string{"of another"})
}

// TestALinkToADatabase: its log and its lock are beside the file that it leads to, and are
// looked for there; the link must lead to that still.
func TestALinkToADatabase(t *testing.T) {
	target := tempPath(t)
	must.OK(t, os.Mkdir(filepath.Dir(target), 0o700))
	link := filepath.Join(t.TempDir(), "link.db")
	must.OK(t, os.Symlink(target, link))
	db := newLossTest(t, link) // there is no file yet
	must.OK(t, db.Check(t.Context()))
	add(t.Context(), t, db.DB, "more")
	_, err := sqlitedb.Open(t.Context(), target, schema, sqlitedb.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_IN_USE", "")
	must.OK(t, db.Close())
	must.OK(t, os.Remove(target))
	refusedToOpen(t, link, codes.FailedPrecondition, "DATABASE_GONE")
	must.OK(t, os.Remove(target+".lock"))

	db = newLossTest(t, link)
	must.OK(t, os.Remove(link))
	must.OK(t, os.Symlink(target+".other", link))
	db.refuses(t, "DATABASE_GONE", link)
}

// TestTwoStoresOverADeletedLock: the one that has the lock of the file that is there writes.
func TestTwoStoresOverADeletedLock(t *testing.T) {
	first := newLossTest(t, tempPath(t))
	must.OK(t, os.Remove(first.path+".lock"))
	second := open(t, first.path, sqlitedb.Options{})
	add(t.Context(), t, second, "after")
	err := first.Write(t.Context(), insert("too late"))
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Contains(t, errors.Unwrap(err).Error(), first.path+".lock was replaced by another file")
	statustest.Check(t, first.Check(t.Context()), codes.Unavailable, "DATABASE_REPLACED", "")
	must.Equal(t, notes(t.Context(), t, second), []string{"before", "after"})
	must.Err(t, first.Close())
	add(t.Context(), t, second, "later")
	must.Equal(t, notes(t.Context(), t, second), []string{"before", "after", "later"})
}
