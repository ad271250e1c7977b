package sqlitedb_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestAReadSeesOneSnapshot(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	add(t.Context(), t, db, "a")
	must.OK(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		must.Equal(t, notesOn(t, conn), []string{"a"})
		add(t.Context(), t, db, "b")
		must.Equal(t, notesOn(t, conn), []string{"a"})
		return nil
	}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a", "b"})
}

func TestAReadCannotWrite(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.Err(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		return conn.Exec("INSERT INTO notes (id, record_time) VALUES ('a', 1)")
	}))
	must.Equal(t, len(notes(t.Context(), t, db)), 0)
}

const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT %s FROM n"

func TestAReadEndsWithItsContext(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{Readers: 1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := db.Read(ctx, func(conn *sqlitedb.Conn) error { // one row that never comes
		return conn.Exec(fmt.Sprintf(endless, "count(*)"))
	})
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
	must.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithCancel(t.Context())
	err = db.Read(ctx, func(conn *sqlitedb.Conn) error {
		return conn.Query(fmt.Sprintf(endless, "i"), func(*sqlitedb.Row) error {
			cancel()
			return nil
		})
	})
	statustest.Check(t, err, codes.Canceled, "CANCELLED", "")

	// The only connection is usable again.
	must.Equal(t, len(notes(t.Context(), t, db)), 0)
	must.OK(t, db.Check(t.Context()))
}

func TestAReadWaitsForAConnectionWithinItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{Readers: 1})
		must.OK(t, db.Read(t.Context(), func(*sqlitedb.Conn) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			statustest.Check(t, db.Check(ctx), codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
			return nil
		}))
		must.OK(t, db.Check(t.Context()))
	})
}

func TestAPanicInAReadGivesTheConnectionBack(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{Readers: 1})
	func() {
		defer func() { must.True(t, recover() != nil) }()
		_ = db.Read(t.Context(), func(*sqlitedb.Conn) error { panic("boom") })
	}()
	must.OK(t, db.Check(t.Context()))
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		found, err := conn.QueryOne("SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", func(row *sqlitedb.Row) error {
			must.Equal(t, row.ColumnText(0), "é\x00'")
			must.Equal(t, row.ColumnInt64(1), int64(math.MinInt64))
			must.Equal(t, row.ColumnInt(2), -7)
			must.True(t, row.ColumnBool(3))
			must.Equal(t, sqlitedb.Bytes(row, 4), []byte{0, 255})
			must.Equal(t, sqlitedb.Bytes(row, 5), []byte{})
			must.True(t, sqlitedb.Bytes(row, 6) == nil)
			must.Equal(t, sqlitedb.Time(row, 7), recordtime.Forever)
			must.True(t, row.ColumnIsNull(8))
			must.Equal(t, row.ColumnInt32(9), int32(9))
			return nil
		}, "é\x00'", int64(math.MinInt64), -7, true, []byte{0, 255}, []byte{}, []byte(nil), recordtime.Forever, sqlitedb.NullText(""), int32(9))
		must.True(t, found)
		return err
	}))
}

func TestWrongStatementsAreRefused(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		must.Err(t, conn.Exec("SELECT ?", 1.5))
		must.Err(t, conn.Exec("SELECT ?"))
		must.Err(t, conn.Exec("SELECT 1", 1))
		must.Err(t, conn.Exec("SELECT 1; SELECT 2"))
		must.Err(t, conn.Exec("SELEKT"))
		must.OK(t, conn.Exec("SELECT 1; "))
		return nil
	}))
}

func TestRowsCanBeStoppedAndNested(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	for _, id := range []string{"a", "b", "c"} {
		add(t.Context(), t, db, id)
	}
	must.OK(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		var pairs []string
		all := "SELECT id FROM notes ORDER BY id"
		must.OK(t, conn.Query(all, func(outer *sqlitedb.Row) error {
			return conn.Query(all, func(inner *sqlitedb.Row) error { // the same SQL inside itself
				pairs = append(pairs, outer.ColumnText(0)+inner.ColumnText(0))
				if inner.ColumnText(0) == "b" {
					return sqlitedb.ErrStop
				}
				return nil
			})
		}))
		must.Equal(t, pairs, []string{"aa", "ab", "ba", "bb", "ca", "cb"})

		mine := errors.New("mine")
		must.True(t, conn.Query(all, func(*sqlitedb.Row) error { return mine }) == mine) //nolint:errorlint // the very error
		found, err := conn.QueryOne("SELECT id FROM notes WHERE id IN ("+sqlitedb.Placeholders(2)+")", nil, "x", "y")
		must.OK(t, err)
		must.False(t, found)
		return nil
	}))
}

func TestEndlessVarietyOfSQL(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		for i := range 1000 { // many more than are cached
			got := 0
			must.OK(t, conn.Query(fmt.Sprintf("SELECT ? + %d", i%600), func(row *sqlitedb.Row) error {
				got = row.ColumnInt(0)
				return nil
			}, 1))
			must.Equal(t, got, i%600+1)
		}
		return nil
	}))
}

func TestChanges(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	add(t.Context(), t, db, "a")
	must.OK(t, db.Write(t.Context(), func(tx *sqlitedb.Tx) error {
		must.OK(t, tx.Exec("UPDATE notes SET body = NULL WHERE id = 'a'"))
		must.Equal(t, tx.Changes(), 1)
		return tx.Exec("DELETE FROM notes WHERE id = 'x'")
	}))
}
