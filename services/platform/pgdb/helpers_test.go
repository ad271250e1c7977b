package pgdb_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// schema is a small service's: one table of notes.
var schema = pgdb.Schema{Name: "notes", Migrations: []string{
	`CREATE TABLE notes (id text COLLATE "C" PRIMARY KEY, body bytea, starred integer, seen boolean, words tsvector,
	   record_time bigint NOT NULL);
	 CREATE TABLE labels (note text COLLATE "C", label text COLLATE "C", PRIMARY KEY (note, label));`,
}}

var (
	intoNotes  = recorddb.NewInsert("notes", "id", "record_time")
	intoLabels = recorddb.NewInsert("labels", "note", "label")
)

func open(t *testing.T, url string, opts pgdb.Options) *pgdb.DB {
	t.Helper()
	opts.Migrate = true
	db := must.Get(pgdb.Open(t.Context(), url, schema, opts))(t)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

func openNew(t *testing.T) *pgdb.DB {
	t.Helper()
	return open(t, pgtest.Database(t), pgdb.Options{})
}

func insert(id string) func(recorddb.Tx) error {
	return func(tx recorddb.Tx) error { return tx.Insert(intoNotes, id, tx.RecordTime()) }
}

// add writes one note and returns its record time.
func add(ctx context.Context, t must.TB, db *pgdb.DB, id string) (at recordtime.Time) {
	t.Helper()
	must.OK(t, db.Write(ctx, func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		return insert(id)(tx)
	}))
	return at
}

// notes returns the ids in order of record time.
func notes(ctx context.Context, t must.TB, db *pgdb.DB) (ids []string) {
	t.Helper()
	must.OK(t, db.Read(ctx, func(conn recorddb.Conn) error {
		ids = notesOn(t, conn)
		return nil
	}))
	return ids
}

func notesOn(t must.TB, conn recorddb.Conn) (ids []string) {
	must.OK(t, conn.Query("SELECT id FROM notes ORDER BY record_time, id", func(row recorddb.Row) error {
		ids = append(ids, row.Text(0))
		return nil
	}))
	return ids
}

// present asks a database how far the record goes.
func present(t must.TB, db *pgdb.DB) recordtime.Present {
	t.Helper()
	return must.Get(db.Present(context.Background()))(t)
}

// held is a write that stays open until it is let go.
type held struct {
	at   recordtime.Time
	let  func()
	done func() error
}

// hold begins a write of one note and keeps it open, its row sent.
func hold(t *testing.T, db *pgdb.DB, id string) *held {
	t.Helper()
	running, release, result := make(chan recordtime.Time), make(chan struct{}), make(chan error, 1)
	go func() {
		result <- db.Write(context.Background(), func(tx recorddb.Tx) error {
			if _, err := tx.ExecCount("INSERT INTO notes (id, record_time) VALUES (?, ?)", id, tx.RecordTime()); err != nil {
				return err
			}
			running <- tx.RecordTime()
			<-release
			return nil
		})
	}()
	let := sync.OnceFunc(func() { close(release) })
	t.Cleanup(let)
	return &held{at: <-running, let: let, done: func() error {
		let()
		return <-result
	}}
}

// group queues the writes while the writer is busy, so that they share one
// commit, and returns their errors in order.
func group(t *testing.T, db *pgdb.DB, writes ...func(recorddb.Tx) error) []error {
	t.Helper()
	return groupBehind(t, db, func() {}, func() {}, writes...)
}

// groupBehind is group with what is done before the writer is free, and once it is.
func groupBehind(t *testing.T, db *pgdb.DB, busily, then func(), writes ...func(recorddb.Tx) error) []error {
	t.Helper()
	busy := hold(t, db, "busy")
	results := make([]error, len(writes))
	var wg sync.WaitGroup
	for i, write := range writes {
		ctx := &watchedContext{Context: t.Context(), waits: make(chan struct{})}
		wg.Go(func() { results[i] = db.Write(ctx, write) })
		<-ctx.waits
	}
	busily()
	must.OK(t, busy.done())
	then()
	wg.Wait()
	return results
}

// watchedContext tells when a write is queued: Write looks at Done to get into
// the queue, and again to wait for the answer.
type watchedContext struct {
	context.Context
	looks atomic.Int32
	waits chan struct{}
}

func (c *watchedContext) Done() <-chan struct{} {
	if c.looks.Add(1) == 2 {
		close(c.waits)
	}
	return c.Context.Done()
}
