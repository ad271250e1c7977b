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

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestAReadSeesOneSnapshot(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	add(t.Context(), t, db, "a")
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		must.Equal(t, notesOn(t, conn), []string{"a"})
		add(t.Context(), t, db, "b")
		must.Equal(t, notesOn(t, conn), []string{"a"})
		return nil
	}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a", "b"})
}

func TestAReadCannotWrite(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.Err(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		return conn.Query("INSERT INTO notes (id, record_time) VALUES ('a', 1)", nil)
	}))
	must.Equal(t, len(notes(t.Context(), t, db)), 0)
}

const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT %s FROM n"

func TestAReadEndsWithItsContext(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{Readers: 1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := db.Read(ctx, func(conn recorddb.Conn) error { // one row that never comes
		return conn.Query(fmt.Sprintf(endless, "count(*)"), nil)
	})
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
	must.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithCancel(t.Context())
	err = db.Read(ctx, func(conn recorddb.Conn) error {
		return conn.Query(fmt.Sprintf(endless, "i"), func(recorddb.Row) error {
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
		must.OK(t, db.Read(t.Context(), func(recorddb.Conn) error {
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
		_ = db.Read(t.Context(), func(recorddb.Conn) error { panic("boom") })
	}()
	must.OK(t, db.Check(t.Context()))
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		found, err := conn.QueryOne("SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", func(row recorddb.Row) error {
			must.Equal(t, row.Text(0), "é\x00'")
			must.Equal(t, row.Int64(1), int64(math.MinInt64))
			must.Equal(t, int(row.Int64(2)), -7)
			must.True(t, row.Bool(3))
			must.Equal(t, row.Bytes(4), []byte{0, 255})
			must.Equal(t, row.Bytes(5), []byte{})
			must.True(t, row.Bytes(6) == nil)
			must.Equal(t, recorddb.Time(row, 7), recordtime.Forever)
			must.True(t, row.IsNull(8))
			must.Equal(t, int32(row.Int64(9)), int32(9))
			return nil
		}, "é\x00'", int64(math.MinInt64), -7, true, []byte{0, 255}, []byte{}, []byte(nil), recordtime.Forever, recorddb.NullText(""), int32(9))
		must.True(t, found)
		return err
	}))
}

func TestWrongStatementsAreRefused(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		must.Err(t, conn.Query("SELECT ?", nil, 1.5))
		must.Err(t, conn.Query("SELECT ?", nil))
		must.Err(t, conn.Query("SELECT 1", nil, 1))
		must.Err(t, conn.Query("SELECT 1; SELECT 2", nil))
		must.Err(t, conn.Query("SELEKT", nil))
		must.OK(t, conn.Query("SELECT 1; ", nil))
		return nil
	}))
}

func TestRowsCanBeStoppedAndNested(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	for _, id := range []string{"a", "b", "c"} {
		add(t.Context(), t, db, id)
	}
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		var pairs []string
		all := "SELECT id FROM notes ORDER BY id"
		must.OK(t, conn.Query(all, func(outer recorddb.Row) error {
			return conn.Query(all, func(inner recorddb.Row) error { // the same SQL inside itself
				pairs = append(pairs, outer.Text(0)+inner.Text(0))
				if inner.Text(0) == "b" {
					return recorddb.ErrStop
				}
				return nil
			})
		}))
		must.Equal(t, pairs, []string{"aa", "ab", "ba", "bb", "ca", "cb"})

		mine := errors.New("mine")
		must.True(t, conn.Query(all, func(recorddb.Row) error { return mine }) == mine) //nolint:errorlint // the very error
		found, err := conn.QueryOne("SELECT id FROM notes WHERE id IN ("+recorddb.Placeholders(2)+")", nil, "x", "y")
		must.OK(t, err)
		must.False(t, found)
		return nil
	}))
}

func TestEndlessVarietyOfSQL(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		for i := range 1000 { // many more than are cached
			got := 0
			must.OK(t, conn.Query(fmt.Sprintf("SELECT ? + %d", i%600), func(row recorddb.Row) error {
				got = int(row.Int64(0))
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
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		count, err := tx.ExecCount("UPDATE notes SET body = NULL WHERE id = 'a'")
		must.OK(t, err)
		must.Equal(t, count, 1)
		must.OK(t, tx.ExecOne("UPDATE notes SET body = NULL WHERE id = 'a'"))
		must.Err(t, tx.ExecOne("DELETE FROM notes WHERE id = 'x'"))
		return tx.Exec("DELETE FROM notes WHERE id = 'x'")
	}))
}
