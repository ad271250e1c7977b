package sqlitedb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(writerOf); path != "" {
		writeUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}

// schema is a small service's: one table of notes.
var schema = sqlitedb.Schema{AppID: 0x6e6f7465, Migrations: []string{
	`CREATE TABLE notes (id TEXT PRIMARY KEY, body BLOB, record_time INTEGER NOT NULL) STRICT;
	 CREATE TABLE links (note TEXT REFERENCES notes (id) DEFERRABLE) STRICT;`,
}}

// clock is a wall clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{at: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)} }

func tempPath(t *testing.T) string { return filepath.Join(t.TempDir(), "data", "notes.db") }

func open(t *testing.T, path string, opts sqlitedb.Options) *sqlitedb.DB {
	t.Helper()
	opts.Migrate = true
	db := must.Get(sqlitedb.Open(t.Context(), path, schema, opts))(t)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

func insert(id string) func(recorddb.Tx) error {
	return func(tx recorddb.Tx) error {
		return tx.Exec("INSERT INTO notes (id, record_time) VALUES (?, ?)", id, tx.RecordTime())
	}
}

// add writes one note and returns its record time.
func add(ctx context.Context, t must.TB, db *sqlitedb.DB, id string) (at recordtime.Time) {
	t.Helper()
	must.OK(t, db.Write(ctx, func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		return insert(id)(tx)
	}))
	return at
}

// notes returns the ids in order of record time.
func notes(ctx context.Context, t must.TB, db *sqlitedb.DB) (ids []string) {
	t.Helper()
	must.OK(t, db.Read(ctx, func(conn recorddb.Conn) error {
		ids = notesOn(t, conn)
		return nil
	}))
	return ids
}

func notesOn(t must.TB, conn recorddb.Conn) (ids []string) {
	must.OK(t, conn.Query("SELECT id FROM notes ORDER BY record_time", func(row recorddb.Row) error {
		ids = append(ids, row.Text(0))
		return nil
	}))
	return ids
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
