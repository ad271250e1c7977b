package history_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/history"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const schema = `CREATE TABLE things (
  id TEXT NOT NULL, revision INTEGER NOT NULL, record_from INTEGER NOT NULL, caller TEXT NOT NULL, snapshot BLOB NOT NULL,
  PRIMARY KEY (id, revision)
) STRICT;
CREATE INDEX things_by_time ON things (record_from, id);
CREATE TABLE pages (
  book TEXT NOT NULL, page INTEGER NOT NULL, record_from INTEGER NOT NULL, caller TEXT NOT NULL, snapshot BLOB NOT NULL,
  PRIMARY KEY (book, page)
) STRICT;
CREATE INDEX pages_by_time ON pages (record_from, book, page);`

var (
	tables = []*history.Table{
		history.NewTable(2, "pages", "book", "page").Hiding("page > 3"),
		history.NewTable(1, "things", "id", "revision"),
	}
	inserts = map[int]*recorddb.Insert{
		1: recorddb.NewInsert("things", "id", "revision", "record_from", "caller", "snapshot"),
		2: recorddb.NewInsert("pages", "book", "page", "record_from", "caller", "snapshot"),
	}
)

func open(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
		sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

// fill writes rows at times of the test's choice.
func fill(t must.TB, db *sqlitedb.DB, places []changefeed.Place) (rows []history.Row) {
	must.OK(t, db.Write(context.Background(), func(tx recorddb.Tx) error {
		for _, table := range []string{"things", "pages"} {
			must.OK(t, tx.Exec("DELETE FROM "+table))
		}
		for _, place := range places {
			row := history.Row{Place: place, Caller: "ana", Snapshot: fmt.Append(nil, place)}
			must.OK(t, tx.Insert(inserts[place.Kind], place.ID, place.Revision, place.Time, row.Caller, row.Snapshot))
			rows = append(rows, row)
		}
		return nil
	}))
	slices.SortFunc(rows, func(a, b history.Row) int { return a.Place.Compare(b.Place) })
	return rows
}

func read(t must.TB, db recorddb.Database, query history.Query) (rows []history.Row) {
	must.OK(t, db.Read(context.Background(), func(conn recorddb.Conn) (err error) {
		rows, err = history.Read(conn, tables, query)
		return err
	}))
	return rows
}

// TestPropertyPagesAreTheWhole: pages of any size after any place hold what is
// there, or what of it is public, in order, once.
func TestPropertyPagesAreTheWhole(t *testing.T) {
	db := open(t)
	place := rapid.Custom(func(t *rapid.T) changefeed.Place {
		return changefeed.Place{
			Time: recordtime.Time(rapid.Int64Range(1, 6).Draw(t, "time")), Kind: rapid.IntRange(1, 2).Draw(t, "kind"),
			ID: rapid.SampledFrom([]string{"a", "a-b", "b"}).Draw(t, "id"), Revision: rapid.Int64Range(1, 5).Draw(t, "revision"),
		}
	})
	key := func(p changefeed.Place) string { return fmt.Sprint(p.Kind, p.ID, p.Revision) }
	rapid.Check(t, func(t *rapid.T) {
		all := fill(t, db, rapid.SliceOfNDistinct(place, 0, 25, key).Draw(t, "rows"))
		after := rapid.OneOf(place, rapid.Map(rapid.Int64Range(0, 7), func(at int64) changefeed.Place {
			return changefeed.Through(recordtime.Time(at))
		})).Draw(t, "after")
		query := history.Query{
			After: after, UpTo: recordtime.Time(rapid.Int64Range(0, 7).Draw(t, "up to")), Limit: rapid.IntRange(1, 30).Draw(t, "limit"),
			Public: rapid.Bool().Draw(t, "public"),
		}
		var want []history.Row
		for _, row := range all {
			hidden := row.Place.Kind == 2 && row.Place.Revision > 3
			if row.Place.Compare(after) > 0 && row.Place.Time <= query.UpTo && !(query.Public && hidden) {
				want = append(want, row)
			}
		}
		var got []history.Row
		for {
			page := read(t, db, query)
			got = append(got, page...)
			if len(page) < query.Limit {
				break
			}
			query.After = page[len(page)-1].Place
		}
		must.Equal(t, got, want)
	})
}
