package revtable_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
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
  title       TEXT,
  UNIQUE (id, revision)
) STRICT;`

var things = revtable.New("thing_revisions", "title")

func open(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
		sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

func thing(revision int64, snapshot string) revtable.Row {
	return revtable.Row{ID: "a", Revision: revision, Caller: "ana", Snapshot: []byte(snapshot)}
}

// append puts a revision on record and returns its record time.
func put(t *testing.T, db *sqlitedb.DB, rows ...revtable.Row) (at recordtime.Time) {
	t.Helper()
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		for _, row := range rows {
			if err := things.Append(tx, row, recorddb.NullText("title")); err != nil {
				return err
			}
		}
		return nil
	}))
	return at
}

func TestRevisionsFollowEachOther(t *testing.T) {
	db := open(t)
	first := put(t, db, thing(1, "one"))
	second := put(t, db, thing(2, "two"))
	tombstone := thing(3, "gone")
	tombstone.Deleted = true
	third := put(t, db, tombstone)

	want := []revtable.Row{thing(1, "one"), thing(2, "two"), tombstone}
	for i, interval := range [][2]recordtime.Time{{first, second}, {second, third}, {third, recordtime.Forever}} {
		want[i].From, want[i].To = interval[0], interval[1]
	}
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		_, found, err := things.At(conn, "a", first-1)
		must.OK(t, err)
		must.False(t, found)
		for _, test := range []struct {
			at   recordtime.Time
			want revtable.Row
		}{{first, want[0]}, {second - 1, want[0]}, {second, want[1]}, {third, want[2]}, {third + 1000, want[2]}} {
			got, found, err := things.At(conn, "a", test.at)
			must.OK(t, err)
			must.True(t, found)
			must.Equal(t, got, test.want)
		}
		got, _, err := things.Current(conn, "a")
		must.OK(t, err)
		must.Equal(t, got, want[2])
		got, found, err = things.Revision(conn, "a", 2)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, want[1])
		list, err := things.Revisions(conn, "a", third, 0, 2)
		must.OK(t, err)
		must.Equal(t, list, []revtable.Row{want[2], want[1]})
		list, err = things.Revisions(conn, "a", second, 2, 5)
		must.OK(t, err)
		must.Equal(t, list, []revtable.Row{want[0]})
		return nil
	}))
}

// What one transaction overwrites was never the record's answer.
func TestOnlyTheLastRevisionOfATransactionIsSeen(t *testing.T) {
	db := open(t)
	at := put(t, db, thing(1, "one"), thing(2, "two"))
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		got, _, err := things.At(conn, "a", at)
		must.OK(t, err)
		must.Equal(t, string(got.Snapshot), "two")
		var seen []int64
		err = conn.Query("SELECT "+revtable.Columns("s")+" FROM "+things.Name()+" s WHERE "+revtable.Visible("s"),
			func(row recorddb.Row) error {
				seen = append(seen, revtable.Scan(row, 0).Revision)
				return nil
			}, at, at)
		must.Equal(t, seen, []int64{2})
		return err
	}))
}

func TestALostUpdateIsAnError(t *testing.T) {
	db := open(t)
	put(t, db, thing(1, "one"))
	for _, row := range []revtable.Row{thing(1, "again"), thing(3, "skips")} {
		err := db.Write(t.Context(), func(tx recorddb.Tx) error { return things.Append(tx, row, nil) })
		must.Err(t, err)
	}
	err := db.Write(t.Context(), func(tx recorddb.Tx) error { return things.Append(tx, thing(2, "x")) })
	must.Err(t, err) // a column without a value
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		got, _, err := things.Current(conn, "a")
		must.Equal(t, string(got.Snapshot), "one")
		return err
	}))
}

// TestRewrittenRevisions keep their place: only what they hold changes, and what was
// erased is in no list.
func TestRewrittenRevisions(t *testing.T) {
	db := open(t)
	first := put(t, db, thing(1, "one"))
	second := put(t, db, thing(2, "two"))
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		for revision, row := range map[int64]revtable.Row{1: {Erased: true}, 2: {Deleted: true}} {
			row.ID, row.Revision, row.Snapshot = "a", revision, []byte("left")
			must.OK(t, things.Rewrite(tx, row, nil))
		}
		must.Err(t, things.Rewrite(tx, revtable.Row{ID: "a", Revision: 3}, nil))
		must.Err(t, things.Rewrite(tx, revtable.Row{ID: "a", Revision: 1}))
		return nil
	}))
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		list, err := things.Revisions(conn, "a", second, 0, 5)
		must.OK(t, err)
		for i := range list {
			list[i].Caller = ""
		}
		must.Equal(t, list, []revtable.Row{
			{ID: "a", Revision: 2, From: second, To: recordtime.Forever, Deleted: true, Snapshot: []byte("left")},
			{ID: "a", Revision: 1, From: first, To: second, Deleted: true, Erased: true, Snapshot: []byte("left")},
		})
		must.Equal(t, shown(t, conn, false, true), nil)
		must.Equal(t, shown(t, conn, true, true), []int64{2})
		return nil
	}))
}

// shown are the numbers of the revisions that a list has.
func shown(t *testing.T, conn recorddb.Conn, showDeleted, showRestricted bool) (revisions []int64) {
	t.Helper()
	where := revtable.Shown("s", showDeleted, showRestricted)
	must.OK(t, conn.Query("SELECT revision FROM "+things.Name()+" s WHERE "+where+" ORDER BY revision", func(row recorddb.Row) error {
		revisions = append(revisions, row.Int64(0))
		return nil
	}))
	return revisions
}

// TestWhatIsRestricted is apart from what was deleted or erased, and only in lists that
// ask for it.
func TestWhatIsRestricted(t *testing.T) {
	db := open(t)
	var want []revtable.Row
	for number, row := range []revtable.Row{{}, {Deleted: true}, {Deleted: true, Erased: true}} {
		for _, restricted := range []bool{false, true} {
			row.Restricted = restricted
			row.ID, row.Revision, row.Caller, row.Snapshot = "a", int64(2*number+1), "ana", []byte("x")
			if restricted {
				row.Revision++
			}
			want = append(want, row)
		}
	}
	at := put(t, db, want...)
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		got := must.Get(things.Revisions(conn, "a", at, 0, 10))(t)
		for i, row := range got {
			row.From, row.To = 0, 0
			must.Equal(t, row, want[len(want)-1-i])
		}
		must.Equal(t, shown(t, conn, false, false), []int64{1})
		must.Equal(t, shown(t, conn, true, false), []int64{1, 3})
		must.Equal(t, shown(t, conn, false, true), []int64{1, 2})
		must.Equal(t, shown(t, conn, true, true), []int64{1, 2, 3, 4})
		var hidden []int64
		err := conn.Query("SELECT revision FROM thing_revisions WHERE "+revtable.Restricted("")+" ORDER BY revision", func(row recorddb.Row) error {
			hidden = append(hidden, row.Int64(0))
			return nil
		})
		must.Equal(t, hidden, []int64{2, 4, 6})
		return err
	}))
}
