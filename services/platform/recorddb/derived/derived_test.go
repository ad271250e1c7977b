package derived_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/derived"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const schema = `CREATE TABLE thing_revisions (
  row         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  revision    INTEGER NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  deleted     INTEGER NOT NULL,
  caller      TEXT    NOT NULL,
  snapshot    BLOB    NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE TABLE derived (name TEXT NOT NULL PRIMARY KEY, code INTEGER NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL) STRICT;
INSERT INTO derived VALUES ('things', 0, '', 0);`

var things = revtable.New("thing_revisions")

// contended is a database whose next reads and writes others hold up for too long.
type contended struct {
	recorddb.Database
	reads, writes, tries int
}

func (c *contended) Read(ctx context.Context, fn func(recorddb.Conn) error) error {
	return c.unless(&c.reads, func() error { return c.Database.Read(ctx, fn) })
}

func (c *contended) Write(ctx context.Context, fn func(recorddb.Tx) error) error {
	return c.unless(&c.writes, func() error { return c.Database.Write(ctx, fn) })
}

func (c *contended) unless(held *int, do func() error) error {
	c.tries++
	if *held > 0 {
		*held--
		return errs.New(errs.Unavailable, "STORAGE_BUSY", "another transaction holds the database up")
	}
	return do()
}

// inTime runs a test with one thing to make anew, in a time of its own.
func inTime(t *testing.T, test func(t *testing.T, db recorddb.Database, kinds []derived.Kind, made *[]string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
			sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true})
		must.OK(t, err)
		t.Cleanup(func() { must.OK(t, db.Close()) })
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			return things.Append(tx, revtable.Row{ID: "a", Revision: 1, Caller: "ana", Snapshot: []byte("one")})
		}))
		var made []string
		kinds := []derived.Kind{{Name: "things", Table: things, Deriver: func(recorddb.Tx) func(revtable.Row) error {
			return func(row revtable.Row) error {
				made = append(made, string(row.Snapshot))
				return nil
			}
		}}}
		statustest.Check(t, derived.Check(t.Context(), db, kinds), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
		test(t, db, kinds, &made)
	})
}

func TestOthersGoFirst(t *testing.T) {
	inTime(t, func(t *testing.T, db recorddb.Database, kinds []derived.Kind, made *[]string) {
		must.OK(t, derived.Make(t.Context(), &contended{Database: db, reads: 2, writes: 3}, kinds, nil, nil))
		must.OK(t, derived.Check(t.Context(), db, kinds))
		must.Equal(t, *made, []string{"one"})
	})
}

// TestWhatRevisionsDoNotTellComesFirst: once, though the revisions are of several batches, and again where none was done.
func TestWhatRevisionsDoNotTellComesFirst(t *testing.T) {
	inTime(t, func(t *testing.T, db recorddb.Database, kinds []derived.Kind, made *[]string) {
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			for i := range int64(1200) {
				must.OK(t, things.Append(tx, revtable.Row{ID: "b", Revision: i + 1, Caller: "ana", Snapshot: []byte("more")}))
			}
			return nil
		}))
		fault := errors.New("not now")
		kinds[0].Begin = func(recorddb.Tx) error { return fault }
		must.True(t, errors.Is(derived.Make(t.Context(), db, kinds, nil, nil), fault))
		must.Equal(t, len(*made), 0)
		kinds[0].Begin = func(recorddb.Tx) error {
			*made = append(*made, "begun")
			return nil
		}
		must.OK(t, derived.Make(t.Context(), db, kinds, nil, nil))
		must.Equal(t, (*made)[:3], []string{"begun", "one", "more"})
		must.Equal(t, len(*made), 1202)
	})
}

// TestOthersAreNotWaitedForWithoutEnd: nor asked without a pause.
func TestOthersAreNotWaitedForWithoutEnd(t *testing.T) {
	const always = math.MaxInt
	for name, held := range map[string]contended{"reads": {reads: always}, "writes": {writes: always}} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T, db recorddb.Database, kinds []derived.Kind, made *[]string) {
				held.Database = db
				began := time.Now()
				statustest.Check(t, derived.Make(t.Context(), &held, kinds, nil, nil), codes.Unavailable, "STORAGE_BUSY", "")
				took := time.Since(began)
				must.True(t, took > 4*time.Minute && took <= 5*time.Minute && held.tries < 200)
				must.Equal(t, len(*made), 0)
			})
		})
	}
}

// TestWhatIsNoOthersFaultIsNotTriedAgain: a fault of the making, and who ends it.
func TestWhatIsNoOthersFaultIsNotTriedAgain(t *testing.T) {
	inTime(t, func(t *testing.T, db recorddb.Database, kinds []derived.Kind, _ *[]string) {
		fault, began := errors.New("no snapshot"), time.Now()
		kinds[0].Deriver = func(recorddb.Tx) func(revtable.Row) error { return func(revtable.Row) error { return fault } }
		must.True(t, errors.Is(derived.Make(t.Context(), db, kinds, nil, nil), fault))
		must.Equal(t, time.Since(began), 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		must.True(t, errors.Is(derived.Make(ctx, &contended{Database: db, writes: math.MaxInt}, kinds, nil, nil), context.DeadlineExceeded))
	})
}
