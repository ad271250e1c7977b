package observed_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/observed"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

const table = `CREATE TABLE notes (id text PRIMARY KEY, record_time bigint NOT NULL)`

var intoNotes = recorddb.NewInsert("notes", "id", "record_time")

// watched is an observed database, its registry and its spans.
type watched struct {
	recorddb.Database

	registry *prometheus.Registry
	spans    *tracetest.SpanRecorder
	engine   string
}

// onEngines runs a test on both engines.
func onEngines(t *testing.T, test func(t *testing.T, db *watched)) {
	for engine, open := range map[string]func(t *testing.T) recorddb.Database{
		"sqlite": func(t *testing.T) recorddb.Database {
			schema := sqlitedb.Schema{AppID: 0x6e6f7465, Migrations: []string{table}}
			return must.Get(sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "n.db"), schema, sqlitedb.Options{Migrate: true, Readers: 1}))(t)
		},
		"postgresql": func(t *testing.T) recorddb.Database {
			schema := pgdb.Schema{Name: "notes", Migrations: []string{table}}
			return must.Get(pgdb.Open(t.Context(), pgtest.Database(t), schema, pgdb.Options{Migrate: true}))(t)
		},
	} {
		t.Run(engine, func(t *testing.T) {
			db := open(t)
			t.Cleanup(func() { must.OK(t, db.Close()) })
			w := &watched{registry: prometheus.NewRegistry(), spans: tracetest.NewSpanRecorder(), engine: engine}
			w.Database = observed.Wrap(db, "notes", w.registry)
			test(t, w)
		})
	}
}

// traced is a context in which everything has a span.
func (w *watched) traced(t *testing.T) context.Context {
	ctx, span := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(w.spans)).Tracer("test").Start(t.Context(), "call")
	t.Cleanup(func() { span.End() })
	return ctx
}

// add writes a note and reads it back within the transaction.
func add(id string) func(recorddb.Tx) error {
	return func(tx recorddb.Tx) error {
		if err := tx.Insert(intoNotes, id, tx.RecordTime()); err != nil {
			return err
		}
		_, err := tx.QueryOne("SELECT 1 FROM notes WHERE id = ?", nil, id)
		return err
	}
}

func count(conn recorddb.Conn) error {
	return conn.Query("SELECT id FROM (SELECT id FROM notes) AS found", func(recorddb.Row) error { return nil })
}

func (w *watched) counted(t *testing.T, text string, names ...string) {
	t.Helper()
	must.OK(t, testutil.GatherAndCompare(w.registry, strings.NewReader(text), names...))
}

func TestUsesAreCountedByHowTheyEnded(t *testing.T) {
	onEngines(t, func(t *testing.T, db *watched) {
		must.OK(t, db.Write(t.Context(), add("a")))
		must.OK(t, db.Read(t.Context(), count))
		must.ErrorIs(t, db.Write(t.Context(), func(recorddb.Tx) error { return errRefused }), errRefused)
		must.OK(t, db.Write(t.Context(), func(recorddb.Tx) error { return recorddb.ErrRollback }))
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		must.Err(t, db.Read(gone, count))
		must.Err(t, db.Read(t.Context(), func(recorddb.Conn) error { return errors.New("broken") }))
		for result, want := range map[[2]string]float64{
			{"write", "ok"}: 2, {"write", "refused"}: 1, {"read", "ok"}: 1, {"read", "CANCELLED"}: 1, {"read", "other"}: 1, {"present", "ok"}: 0,
		} {
			must.Equal(t, map[[2]string]float64{result: db.value(t, "onrecord_storage_operations_total", result[0], result[1])}, map[[2]string]float64{result: want})
		}
		db.counted(t, `
# HELP onrecord_storage_commits_total Transactions that were committed.
# TYPE onrecord_storage_commits_total counter
onrecord_storage_commits_total{service="notes"} 1
# HELP onrecord_storage_committed_writes_total Writes in them: several share a commit.
# TYPE onrecord_storage_committed_writes_total counter
onrecord_storage_committed_writes_total{service="notes"} 1
# HELP onrecord_storage_info Always 1; the label says which database it is.
# TYPE onrecord_storage_info gauge
onrecord_storage_info{engine="`+db.engine+`",service="notes"} 1
# HELP onrecord_storage_schema_served 1 if the program serves a database of that version, 0 if it refuses to.
# TYPE onrecord_storage_schema_served gauge
onrecord_storage_schema_served{service="notes"} 1
# HELP onrecord_storage_schema_version Version of the schema that the database has.
# TYPE onrecord_storage_schema_version gauge
onrecord_storage_schema_version{service="notes"} 1
`, "onrecord_storage_commits_total", "onrecord_storage_committed_writes_total", "onrecord_storage_info", "onrecord_storage_schema_served", "onrecord_storage_schema_version")
	})
}

var errRefused = errs.New(errs.AlreadyExists, "NOTE_EXISTS", "the note is there")

// value is that of the series whose labels have these values among them.
func (w *watched) value(t *testing.T, name string, values ...string) float64 {
	t.Helper()
	families, err := w.registry.Gather()
	must.OK(t, err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, one := range family.GetMetric() {
			has := 0
			for _, label := range one.GetLabel() {
				if slices.Contains(values, label.GetValue()) {
					has++
				}
			}
			if has == len(values) {
				return one.GetCounter().GetValue() + one.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("there is no %s with %q", name, values)
	return 0
}

// TestSpansNameWhatStatementsDo, on both engines alike, and nothing that was bound.
func TestSpansNameWhatStatementsDo(t *testing.T) {
	onEngines(t, func(t *testing.T, db *watched) {
		must.OK(t, db.Write(t.Context(), add("untraced")))
		must.Equal(t, len(db.spans.Ended()), 0)
		ctx := db.traced(t)
		must.OK(t, db.Write(ctx, add("secret")))
		must.OK(t, db.Read(ctx, count))
		must.Get(db.Present(ctx))(t)
		must.ErrorIs(t, db.Write(ctx, func(recorddb.Tx) error { return errRefused }), errRefused)
		var names []string
		for _, span := range db.spans.Ended() {
			names = append(names, span.Name())
			for _, of := range span.Attributes() {
				must.False(t, strings.Contains(of.Value.String(), "secret"))
			}
		}
		must.Equal(t, names, []string{
			"notes SELECT notes", "notes write", "notes SELECT notes", "notes read", "notes present", "notes write",
		})
		for i, rows := range map[int]int64{0: 1, 2: 2} {
			attributes := db.spans.Ended()[i].Attributes()
			must.Equal(t, attributes[len(attributes)-1].Value.AsInt64(), rows)
		}
	})
}

// TestAConnectionThatIsWaitedFor: the pool tells who had to wait.
func TestAConnectionThatIsWaitedFor(t *testing.T) {
	onEngines(t, func(t *testing.T, db *watched) {
		if db.engine != "sqlite" {
			return // one connection of PostgreSQL is the writer's; the pool is pgx's own
		}
		took, first := make(chan struct{}), make(chan error, 1)
		let := make(chan struct{})
		go func() {
			first <- db.Read(t.Context(), func(conn recorddb.Conn) error {
				close(took)
				<-let
				return count(conn)
			})
		}()
		<-took
		must.Equal(t, db.value(t, "onrecord_storage_connections", "in_use"), 1)
		second := make(chan error, 1)
		go func() { second <- db.Read(t.Context(), count) }()
		for db.value(t, "onrecord_storage_connection_waits_total") == 0 {
			continue // the second read is on its way
		}
		close(let)
		must.OK(t, <-first)
		must.OK(t, <-second)
		must.Equal(t, db.value(t, "onrecord_storage_connections", "in_use"), 0)
		must.Equal(t, db.value(t, "onrecord_storage_connections", "idle"), 1)
		must.True(t, db.value(t, "onrecord_storage_connection_wait_seconds_total") > 0, "nobody waited")
		must.True(t, db.value(t, "onrecord_storage_disk_free_bytes") > 0, "the disk is full")
		must.True(t, db.value(t, "onrecord_storage_file_bytes", "database") > 0, "there is no file")
	})
}
