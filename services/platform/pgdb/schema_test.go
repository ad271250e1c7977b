package pgdb_test

import (
	"sync"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

var longer = pgdb.Schema{Name: schema.Name, Migrations: append(schema.Migrations[:1:1],
	`INSERT INTO notes (id, record_time) VALUES ('second script', 1)`,
	`UPDATE notes SET id = id || ' and third'`)}

func TestMigrations(t *testing.T) {
	url := pgtest.Database(t)
	old := must.Get(pgdb.Open(t.Context(), url, schema, pgdb.Options{}))(t)
	defer old.Close()
	statustest.Check(t, old.Check(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
	statustest.Check(t, old.Write(t.Context(), insert("a")), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
	_, err := old.Present(t.Context())
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")

	open(t, url, pgdb.Options{}) // migrates to the first script
	must.OK(t, old.Check(t.Context()))
	add(t.Context(), t, old, "a")

	// Processes that start together.
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			db := must.Get(pgdb.Open(t.Context(), url, longer, pgdb.Options{Migrate: true}))(t)
			must.OK(t, db.Check(t.Context()))
			must.OK(t, db.Close())
		})
	}
	wg.Wait()
	statustest.Check(t, old.Check(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	_, err = pgdb.Open(t.Context(), url, schema, pgdb.Options{Migrate: true})
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	db := must.Get(pgdb.Open(t.Context(), url, longer, pgdb.Options{}))(t)
	defer db.Close()
	must.Equal(t, notes(t.Context(), t, db), []string{"second script and third", "a and third"})
}

func TestAScriptThatFailsChangesNothing(t *testing.T) {
	url := pgtest.Database(t)
	broken := pgdb.Schema{Name: "notes", Migrations: []string{"CREATE TABLE notes (id text); SELECT nothing"}}
	_, err := pgdb.Open(t.Context(), url, broken, pgdb.Options{Migrate: true})
	must.Contains(t, err.Error(), "script 1")
	open(t, url, pgdb.Options{})
}

func TestASchemaOfAnotherProgramIsRefused(t *testing.T) {
	url := pgtest.Database(t)
	other := must.Get(pgdb.Open(t.Context(), url, pgdb.Schema{Name: "tools", Migrations: []string{
		"CREATE SCHEMA notes; CREATE TABLE notes.something (id text)",
	}}, pgdb.Options{Migrate: true}))(t)
	must.OK(t, other.Close())
	_, err := pgdb.Open(t.Context(), url, schema, pgdb.Options{Migrate: true})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_FOREIGN", "")
}

// TestADatabaseThatCannotHoldEveryText is refused before anything is in it.
func TestADatabaseThatCannotHoldEveryText(t *testing.T) {
	c := pgtest.Cluster(t)
	c.Execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
	_, err := pgdb.Open(t.Context(), c.URL("latin"), schema, pgdb.Options{Migrate: true})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_UNSUPPORTED", "")
	must.Contains(t, err.Error(), "LATIN1")
	must.Equal(t, c.Query("latin", "SELECT count(*)::text FROM pg_namespace WHERE nspname = 'notes'"), "0")
}

// TestAScriptTakesItsTime: the limit that a role has for its queries is not for migrations.
func TestAScriptTakesItsTime(t *testing.T) {
	slow := pgdb.Schema{Name: schema.Name, Migrations: append(schema.Migrations[:1:1], "SELECT pg_sleep(1.5)")}
	db := must.Get(pgdb.Open(t.Context(), with(t, pgtest.Database(t), "statement_timeout", "1000"), slow, pgdb.Options{Migrate: true}))(t)
	defer db.Close()
	add(t.Context(), t, db, "a")
}

func TestOpenRefuses(t *testing.T) {
	_, err := pgdb.Open(t.Context(), "postgres://user:secret@host:port/x", schema, pgdb.Options{})
	must.Err(t, err)
	must.NotEqual(t, err.Error(), "")
	must.False(t, contains(err.Error(), "secret"), err)
	_, err = pgdb.Open(t.Context(), "postgres://127.0.0.1:1/none", schema, pgdb.Options{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	_, err = pgdb.Open(t.Context(), pgtest.Database(t), pgdb.Schema{Name: "Bad name"}, pgdb.Options{})
	must.Contains(t, err.Error(), "Bad name")
}

func TestClose(t *testing.T) {
	db := openNew(t)
	add(t.Context(), t, db, "a")
	must.OK(t, db.Close())
	must.OK(t, db.Close())
	none := func(recorddb.Conn) error { return nil }
	for _, err := range []error{
		db.Check(t.Context()), db.Read(t.Context(), none), db.Write(t.Context(), insert("b")),
	} {
		statustest.Check(t, err, codes.Unavailable, "DATABASE_CLOSED", "")
	}
}
