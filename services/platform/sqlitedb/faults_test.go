package sqlitedb_test

import (
	"context"
	"os"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
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
