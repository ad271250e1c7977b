package sqlitedb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestOneProcessHasTheFile(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	_, err := sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_IN_USE", "")
	add(t.Context(), t, db, "a")
	must.OK(t, db.Close())
	must.Equal(t, notes(t.Context(), t, open(t, path, sqlitedb.Options{})), []string{"a"})
}

// TestAProcessThatEndsIsWaitedFor: the one that replaces it opens the file then.
func TestAProcessThatEndsIsWaitedFor(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "a")
	opened := make(chan *sqlitedb.DB)
	go func() {
		defer close(opened)
		next, err := sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{LockWait: time.Minute})
		if err != nil {
			t.Error(err)
			return
		}
		opened <- next
	}()
	must.OK(t, db.Close())
	next := <-opened
	must.True(t, next != nil)
	must.Equal(t, notes(t.Context(), t, next), []string{"a"})
	_, err := sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{LockWait: time.Nanosecond})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_IN_USE", "")
	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, err = sqlitedb.Open(given, path, schema, sqlitedb.Options{LockWait: time.Minute})
	statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	must.OK(t, next.Close())
}

func TestTheRecordAxisSurvivesAClockThatWasSetBack(t *testing.T) {
	path, wall := tempPath(t), newClock()
	db := open(t, path, sqlitedb.Options{Now: wall.now})
	first := add(t.Context(), t, db, "a")
	wall.at = wall.at.Add(time.Hour)
	settled := db.Settled() // handed out, with no write at it
	must.True(t, settled > first)
	must.OK(t, db.Close())

	wall.at = wall.at.Add(-24 * time.Hour)
	db = open(t, path, sqlitedb.Options{Now: wall.now})
	must.True(t, db.Settled() >= settled)
	must.True(t, add(t.Context(), t, db, "b") > settled)
}

// TestACrashKeepsWhatWasAcknowledged opens a copy of the files of a database
// that was never closed.
func TestACrashKeepsWhatWasAcknowledged(t *testing.T) {
	path, wall := tempPath(t), newClock()
	db := open(t, path, sqlitedb.Options{Now: wall.now})
	last := add(t.Context(), t, db, "a")

	crashed := filepath.Join(t.TempDir(), "notes.db")
	for _, suffix := range []string{"", "-wal"} {
		must.OK(t, os.WriteFile(crashed+suffix, must.Get(os.ReadFile(path+suffix))(t), 0o600))
	}
	wall.at = wall.at.Add(-time.Hour)
	again := open(t, crashed, sqlitedb.Options{Now: wall.now})
	must.Equal(t, notes(t.Context(), t, again), []string{"a"})
	must.True(t, add(t.Context(), t, again, "b") > last)
}

func withScript(sql string) sqlitedb.Schema {
	longer := schema
	longer.Migrations = append(append([]string(nil), schema.Migrations...), sql)
	return longer
}

func TestSchemaVersions(t *testing.T) {
	path := tempPath(t)
	second := withScript("ALTER TABLE notes ADD COLUMN lang TEXT NOT NULL DEFAULT 'en'")
	try := func(schema sqlitedb.Schema, migrate bool) (*sqlitedb.DB, error) {
		return sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: migrate})
	}
	tooOld := func(db *sqlitedb.DB) {
		t.Helper()
		never := func(recorddb.Conn) error { t.Error("ran"); return nil }
		statustest.Check(t, db.Check(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
		statustest.Check(t, db.Read(t.Context(), never), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
		statustest.Check(t, db.Write(t.Context(), insert("x")), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
		must.False(t, db.Usage().SchemaServed)
		must.OK(t, db.Close())
	}

	tooOld(must.Get(try(schema, false))(t)) // a new file is at version 0

	db := must.Get(try(schema, true))(t)
	add(t.Context(), t, db, "old")
	must.OK(t, db.Close())

	_, err := try(withScript("CREATE TABLE half (id TEXT); SELEKT"), true)
	must.Err(t, err)

	tooOld(must.Get(try(second, false))(t))

	db = must.Get(try(second, true))(t)
	must.OK(t, db.Check(t.Context()))
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		_, err := conn.QueryOne("SELECT lang FROM notes WHERE id = 'old'", func(row recorddb.Row) error {
			must.Equal(t, row.Text(0), "en")
			return nil
		})
		must.Err(t, conn.Query("SELECT * FROM half", nil)) // undone with its script
		return err
	}))
	must.OK(t, db.Close())

	_, err = try(schema, true)
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	foreign := second
	foreign.AppID++
	_, err = try(foreign, true)
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_FOREIGN", "")
}

// TestAProgramServesANewerFileIfItsMigrationsSaySo: so the release before can come back.
func TestAProgramServesANewerFileIfItsMigrationsSaySo(t *testing.T) {
	path := tempPath(t)
	must.OK(t, open(t, path, sqlitedb.Options{}).Close())
	at := func(schema sqlitedb.Schema, id string) {
		t.Helper()
		db := must.Get(sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true}))(t)
		must.OK(t, db.Check(t.Context()))
		must.True(t, db.Usage().SchemaServed)
		add(t.Context(), t, db, id)
		must.OK(t, db.Close())
	}
	wider := withScript("-- serves programs from schema 1\nALTER TABLE notes ADD COLUMN lang TEXT; -- as printed")
	wider.Migrations = append(wider.Migrations, "-- serves programs from schema 1\nCREATE INDEX CONCURRENTLY notes_by_lang ON notes (lang)")
	at(wider, "newer")
	at(schema, "older")
	at(wider, "newer again")
	narrower := wider
	narrower.Migrations = append(narrower.Migrations, "DROP INDEX notes_by_lang")
	at(narrower, "newest")
	_, err := sqlitedb.Open(t.Context(), path, wider, sqlitedb.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	db := must.Get(sqlitedb.Open(t.Context(), path, narrower, sqlitedb.Options{}))(t)
	must.Equal(t, notes(t.Context(), t, db), []string{"newer", "older", "newer again", "newest"})
	must.OK(t, db.Close())
}

func TestUnusableFiles(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	must.OK(t, os.WriteFile(garbage, []byte("this is no database, but it is long enough to look like one"), 0o600))
	_, err := sqlitedb.Open(t.Context(), garbage, schema, sqlitedb.Options{})
	statustest.Check(t, err, codes.Internal, "STORAGE_CORRUPT", "")

	_, err = sqlitedb.Open(t.Context(), filepath.Join(garbage, "notes.db"), schema, sqlitedb.Options{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")

	must.OK(t, os.Mkdir(filepath.Join(dir, "folder.db"), 0o700))
	_, err = sqlitedb.Open(t.Context(), filepath.Join(dir, "folder.db"), schema, sqlitedb.Options{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
}

func TestClose(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Close())
	must.OK(t, db.Close())
	statustest.Check(t, db.Write(t.Context(), insert("a")), codes.Unavailable, "DATABASE_CLOSED", "")
	statustest.Check(t, db.Check(t.Context()), codes.Unavailable, "DATABASE_CLOSED", "")
}

func TestLoadSchema(t *testing.T) {
	file := func(sql string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(sql)} }
	loaded := must.Get(sqlitedb.LoadSchema(fstest.MapFS{
		"migrations/0002_more.sql": file("two"), "migrations/0001_init.sql": file("one"), "migrations/README.md": file("x"),
	}, 7))(t)
	must.Equal(t, loaded, sqlitedb.Schema{AppID: 7, Migrations: []string{"one", "two"}})

	for name, files := range map[string]fstest.MapFS{
		"gap":     {"0001_a.sql": file(""), "0003_b.sql": file("")},
		"twice":   {"0001_a.sql": file(""), "0001_b.sql": file("")},
		"zero":    {"0000_a.sql": file("")},
		"no name": {"1.sql": file("")},
		"breaks":  {"0001_a.sql": file(""), "0002_b.sql": file("-- serves programs from schema 1\nDROP TABLE a")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sqlitedb.LoadSchema(files, 7)
			must.Err(t, err)
		})
	}
}
