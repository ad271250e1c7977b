package pgdb_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// wider is the schema with what programs that do not know it may go on beside.
var wider = pgdb.Schema{Name: schema.Name, Migrations: append(schema.Migrations[:1:1],
	"-- serves programs from schema 1\nALTER TABLE notes ADD COLUMN lang text",
	"-- serves programs from schema 1\nCREATE INDEX CONCURRENTLY notes_by_lang ON notes (lang)")}

// migrate brings a database to a schema.
func migrate(t *testing.T, url string, to pgdb.Schema) {
	t.Helper()
	must.OK(t, must.Get(pgdb.Open(t.Context(), url, to, pgdb.Options{Migrate: true}))(t).Close())
}

func TestAProgramServesANewerDatabaseIfItsMigrationsSaySo(t *testing.T) {
	url := pgtest.Database(t)
	old := open(t, url, pgdb.Options{})
	add(t.Context(), t, old, "before")
	migrate(t, url, wider)
	must.OK(t, old.Check(t.Context()))
	must.True(t, old.Usage().SchemaServed)
	add(t.Context(), t, old, "beside")
	open(t, url, pgdb.Options{Migrate: true}) // one that comes back
	must.Equal(t, notes(t.Context(), t, old), []string{"before", "beside"})

	newer := must.Get(pgdb.Open(t.Context(), url, wider, pgdb.Options{}))(t)
	defer newer.Close()
	must.OK(t, newer.Read(t.Context(), func(conn recorddb.Conn) error {
		found, err := conn.QueryOne("SELECT id FROM notes WHERE lang IS NULL AND id = 'beside'", nil)
		must.True(t, found)
		if err == nil {
			found, err = conn.QueryOne("SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = 'notes.notes_by_lang'::regclass AND indisvalid", nil)
			must.True(t, found)
		}
		return err
	}))
}

// TestAProgramStopsAtOnceAtAMigrationThatLeavesItBehind: not when it is next asked
// whether it is ready. It writes nothing, and answers nothing that newer ones wrote.
func TestAProgramStopsAtOnceAtAMigrationThatLeavesItBehind(t *testing.T) {
	url := pgtest.Database(t)
	writer, reader := open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})
	migrate(t, url, wider)
	migrate(t, url, pgdb.Schema{Name: wider.Name, Migrations: append(wider.Migrations[:3:3], "UPDATE notes SET lang = 'en'")})

	statustest.Check(t, writer.Write(t.Context(), insert("a")), codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	_, err := reader.Present(t.Context())
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
	must.False(t, reader.Usage().SchemaServed)
	_, err = pgdb.Open(t.Context(), url, wider, pgdb.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
}

// TestAllWhoWaitedLongHearOfTheSchema: it is one fault, which no pause mends, so none of them is asked for one.
func TestAllWhoWaitedLongHearOfTheSchema(t *testing.T) {
	url := pgtest.Database(t)
	var later atomic.Int64
	db := open(t, url, pgdb.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	server, looking := must.Get(pgx.Connect(t.Context(), url))(t), must.Get(pgx.Connect(t.Context(), url))(t)
	defer server.Close(context.Background())
	defer looking.Close(context.Background())
	somebodyWaits := func() (yes bool) {
		must.OK(t, looking.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
			AND wait_event_type = 'Lock')`).Scan(&yes))
		return yes
	}
	turn := make(chan error)
	failed := groupBehind(t, db, func() {
		go func() {
			_, err := server.Exec(context.Background(), "BEGIN; SELECT pg_advisory_xact_lock(1869509221, notes.record_clock_key())")
			turn <- err
		}()
		eventually(t, somebodyWaits)
	}, func() {
		must.OK(t, <-turn)
		eventually(t, somebodyWaits)
		later.Store(int64(2 * time.Second))
		must.Get(server.Exec(t.Context(), "UPDATE notes.schema_version SET version = 7, oldest = 7; COMMIT"))(t)
	}, insert("a"), insert("b"), insert("c"))
	var theirs []*errs.Error
	for _, err := range failed {
		statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
		must.Equal(t, len(errs.ToStatus(err).Details()), 1)
		own, _ := errors.AsType[*errs.Error](err)
		must.False(t, slices.Contains(theirs, own)) // who marks an error marks only theirs
		theirs = append(theirs, own)
	}
}

// TestAMigrationWaitsForTheWriter: what began in the old schema ends in it, and is there.
// Meanwhile others read, in a database, too, that was made before there was a column oldest.
func TestAMigrationWaitsForTheWriter(t *testing.T) {
	url := pgtest.Database(t)
	old := open(t, url, pgdb.Options{})
	server := must.Get(pgx.Connect(t.Context(), url))(t)
	defer server.Close(context.Background())
	must.Get(server.Exec(t.Context(), "ALTER TABLE notes.schema_version DROP COLUMN oldest"))(t)
	write := hold(t, old, "a")
	done := make(chan error)
	go func() {
		db, err := pgdb.Open(t.Context(), url, longer, pgdb.Options{Migrate: true})
		if err == nil {
			err = db.Close()
		}
		done <- err
	}()
	eventually(t, func() bool {
		var waits bool
		must.OK(t, server.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks
			WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waits))
		return waits
	})
	must.Get(server.Exec(t.Context(), "BEGIN; LOCK TABLE notes.schema_version IN ACCESS SHARE MODE NOWAIT; ROLLBACK"))(t)
	must.OK(t, write.done())
	must.OK(t, <-done)
	newer := must.Get(pgdb.Open(t.Context(), url, longer, pgdb.Options{}))(t)
	defer newer.Close()
	must.Equal(t, notes(t.Context(), t, newer), []string{"second script and third", "a and third"})
}

// TestAMigrationGivesWay: one that cannot have its table soon does not keep others
// waiting for it, and is tried again.
func TestAMigrationGivesWay(t *testing.T) {
	url := pgtest.Database(t)
	old := open(t, url, pgdb.Options{})
	slow := must.Get(pgx.Connect(t.Context(), url))(t)
	defer slow.Close(context.Background())
	reading := must.Get(slow.Begin(t.Context()))(t)
	must.Get(reading.Exec(t.Context(), "SELECT * FROM notes.notes"))(t)

	log, told := observer.New(zap.WarnLevel)
	done := make(chan error)
	go func() {
		db, err := pgdb.Open(t.Context(), url, wider, pgdb.Options{Migrate: true, Log: zap.New(log)})
		if err == nil {
			err = db.Close()
		}
		done <- err
	}()
	eventually(t, func() bool { return told.Len() > 0 })
	add(t.Context(), t, old, "between the tries")
	must.OK(t, reading.Rollback(t.Context()))
	must.OK(t, <-done)
	must.Equal(t, notes(t.Context(), t, old), []string{"between the tries"})
}

// TestAnIndexTakesItsTime: the server does not end the transaction that waits for it,
// and one connection will do.
func TestAnIndexTakesItsTime(t *testing.T) {
	url := pgtest.Database(t)
	old := open(t, url, pgdb.Options{})
	migrate(t, url, pgdb.Schema{Name: wider.Name, Migrations: wider.Migrations[:2]})
	server := must.Get(pgx.Connect(t.Context(), url))(t)
	defer server.Close(context.Background())
	write := hold(t, old, "a") // the index waits for it
	done := make(chan error)
	go func() {
		alone := with(t, with(t, url, "idle_in_transaction_session_timeout", "200"), "pool_max_conns", "1")
		db, err := pgdb.Open(t.Context(), alone, wider, pgdb.Options{Migrate: true})
		if err == nil {
			err = db.Close()
		}
		done <- err
	}()
	eventually(t, func() (long bool) {
		must.OK(t, server.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
			AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND clock_timestamp() - query_start > interval '400 ms')`).Scan(&long))
		return long
	})
	must.OK(t, write.done())
	must.OK(t, <-done)
}

// TestAnIndexIsMadeOnce: what is made is not made again when the rest of its migration
// is tried again; what was cut off is.
func TestAnIndexIsMadeOnce(t *testing.T) {
	url := pgtest.Database(t)
	migrate(t, url, wider)
	server := must.Get(pgx.Connect(t.Context(), url))(t)
	defer server.Close(context.Background())
	again := func(meanwhile string) (before, after uint32) {
		const which = "SELECT indexrelid FROM pg_index WHERE indexrelid = 'notes.notes_by_lang'::regclass"
		must.OK(t, server.QueryRow(t.Context(), which).Scan(&before))
		must.Get(server.Exec(t.Context(), "UPDATE notes.schema_version SET version = 2; "+meanwhile))(t)
		migrate(t, url, wider)
		must.OK(t, server.QueryRow(t.Context(), which+" AND indisvalid").Scan(&after))
		return before, after
	}
	before, after := again("")
	must.Equal(t, after, before)
	before, after = again("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'notes.notes_by_lang'::regclass")
	must.NotEqual(t, after, before)
}

// eventually waits until something is so.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it was never so")
		}
	}
}
