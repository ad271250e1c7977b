package sqlitedb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// outsider opens a store's file beside the store, as a program of an operator does.
func outsider(t *testing.T, path string) *sqlite.Conn {
	t.Helper()
	conn := must.Get(sqlite.OpenConn(path, sqlite.OpenReadWrite))(t)
	t.Cleanup(func() { must.OK(t, conn.Close()) })
	return conn
}

// TestAFileLockedFromOutside: a write waits no longer than its context, reads go
// on, and so do writes once the lock is gone. Who waits longer is told why.
func TestAFileLockedFromOutside(t *testing.T) {
	t.Parallel()
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "before")
	other := outsider(t, path)
	must.OK(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := db.Write(ctx, insert("locked out"))
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
	must.False(t, errs.WriteUnknown(err))
	err = db.Write(t.Context(), insert("locked out"))
	statustest.Check(t, err, codes.Unavailable, "STORAGE_BUSY", "")
	must.False(t, errs.WriteUnknown(err))
	must.Equal(t, notes(t.Context(), t, db), []string{"before"})
	must.OK(t, sqlitex.ExecuteTransient(other, "ROLLBACK", nil))
	add(t.Context(), t, db, "after")
	must.Equal(t, notes(t.Context(), t, db), []string{"before", "after"})
}

// TestADeletedLogOfAStoppedStore: the write-ahead log that a clean end leaves
// empty is nobody's data.
func TestADeletedLogOfAStoppedStore(t *testing.T) {
	path := tempPath(t)
	db := must.Get(sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true}))(t)
	add(t.Context(), t, db, "before")
	must.OK(t, db.Close())
	for _, end := range []string{"-wal", "-shm"} {
		must.OK(t, os.RemoveAll(path+end))
	}
	db = open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "after")
	must.Equal(t, notes(t.Context(), t, db), []string{"before", "after"})
}

// TestADeletedLogOfARunningStore: what only the deleted log held is brought into
// the database before anybody is told of another write, or when readiness is
// asked for. Reads and writes go on, over connections of any age.
func TestADeletedLogOfARunningStore(t *testing.T) {
	t.Parallel()
	for name, notice := range map[string]func(*testing.T, *sqlitedb.DB) []string{
		"by a write": func(t *testing.T, db *sqlitedb.DB) []string {
			t.Helper()
			add(t.Context(), t, db, "after")
			return []string{"before", "after"}
		},
		"by the check": func(t *testing.T, db *sqlitedb.DB) []string {
			t.Helper()
			must.OK(t, db.Check(t.Context()))
			return []string{"before"}
		},
	} {
		t.Run("noticed "+name, func(t *testing.T) {
			path := tempPath(t)
			core, logs := observer.New(zap.ErrorLevel)
			db := open(t, path, sqlitedb.Options{Log: zap.New(core), Readers: 4})
			add(t.Context(), t, db, "before")
			must.Equal(t, notes(t.Context(), t, db), []string{"before"})
			must.OK(t, os.Remove(path+"-wal"))
			want := notice(t, db)
			must.Equal(t, logs.Len(), 1)
			must.Contains(t, logs.All()[0].Message, "the write-ahead log was deleted")
			nested(t, db, 4, want)

			// As a crash leaves it: what is in the files now.
			copied := tempPath(t)
			must.OK(t, os.MkdirAll(filepath.Dir(copied), 0o700))
			for _, end := range []string{"", "-wal"} {
				must.OK(t, os.WriteFile(copied+end, must.Get(os.ReadFile(path+end))(t), 0o600))
			}
			must.Equal(t, notes(t.Context(), t, open(t, copied, sqlitedb.Options{})), want)
			add(t.Context(), t, db, "later")
			must.Equal(t, notes(t.Context(), t, db), append(want, "later"))
		})
	}
}

// nested reads the notes over so many connections at once.
func nested(t *testing.T, db *sqlitedb.DB, depth int, want []string) {
	t.Helper()
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		must.Equal(t, notesOn(t, conn), want)
		if depth > 1 {
			nested(t, db, depth-1, want)
		}
		return nil
	}))
}
