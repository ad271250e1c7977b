package pgdb_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// The binary form of 'ant:1 bee:2': a count, then per word the word, a zero, and
// its positions.
var antBee = []byte("\x00\x00\x00\x02ant\x00\x00\x01\x00\x01bee\x00\x00\x01\x00\x02")

func TestColumns(t *testing.T) {
	url := pgtest.Database(t)
	for name, mode := range map[string]string{
		"cached": "", "each described": "default_query_exec_mode=describe_exec", "simple": "default_query_exec_mode=simple_protocol", "prepared": "default_query_exec_mode=cache_statement",
		"without types": "default_query_exec_mode=exec",
	} {
		t.Run(name, func(t *testing.T) {
			separator := "?"
			if contains(url, "?") {
				separator = "&"
			}
			db := open(t, url+separator+mode, pgdb.Options{})
			must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
				must.OK(t, tx.Exec("DELETE FROM notes"))
				return tx.Exec("INSERT INTO notes (id, body, starred, seen, record_time) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)",
					"a", []byte{0, 1, 255}, true, true, recordtime.Forever, "b", nil, int32(0), nil, -7)
			}))
			must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
				const columns = "SELECT id, body, starred, seen, record_time, sum(record_time) OVER (PARTITION BY id) FROM notes WHERE id = ?"
				found, err := conn.QueryOne(columns, func(row recorddb.Row) error {
					must.Equal(t, row.Text(0), "a")
					must.Equal(t, row.Bytes(0), []byte("a"))
					must.Equal(t, row.Bytes(1), []byte{0, 1, 255})
					must.True(t, row.Bool(2) && row.Bool(3))
					must.Equal(t, row.Int64(3), int64(1))
					must.Equal(t, recorddb.Time(row, 4), recordtime.Forever)
					must.Equal(t, row.Int64(5), int64(recordtime.Forever))
					must.Equal(t, row.Text(2), "1")
					must.False(t, row.IsNull(1))
					return nil
				}, "a")
				must.OK(t, err)
				must.True(t, found)
				found, err = conn.QueryOne(columns, func(row recorddb.Row) error {
					must.Equal(t, row.Int64(4), int64(-7))
					must.False(t, row.Bool(2) || row.Bool(3))
					must.True(t, row.IsNull(1) && row.IsNull(3))
					must.True(t, row.Bytes(1) == nil)
					must.Equal(t, row.Text(1), "")
					return nil
				}, "b")
				must.OK(t, err)
				must.True(t, found)
				found, err = conn.QueryOne(columns, nil, "c")
				must.False(t, found)
				return err
			}))
		})
	}
}

func TestVectors(t *testing.T) {
	db := openNew(t)
	into := recorddb.NewInsert("notes", "id", "record_time", "words")
	for _, rows := range []int{1, 100} { // INSERT and COPY
		for name, words := range map[string]any{"binary": antBee, "text": "'ant':1 'bee':2"} {
			must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
				must.OK(t, tx.Exec("DELETE FROM notes"))
				for i := range rows {
					must.OK(t, tx.Insert(into, name+string(rune('A'+i)), i, words))
				}
				return nil
			}))
			count := 0
			must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
				return conn.Query("SELECT id FROM notes WHERE words @@ CAST(? AS tsquery)", func(recorddb.Row) error {
					count++
					return nil
				}, "'ant' <-> 'bee'")
			}))
			must.Equal(t, count, rows)
		}
	}
}

func TestQueriesWithinQueries(t *testing.T) {
	db := openNew(t)
	check := func(conn recorddb.Conn) {
		var pairs []string
		must.OK(t, conn.Query("SELECT id, body FROM notes ORDER BY id", func(outer recorddb.Row) error {
			must.OK(t, conn.Query("SELECT id FROM notes ORDER BY id", func(inner recorddb.Row) error {
				pairs = append(pairs, outer.Text(0)+inner.Text(0))
				return nil
			}))
			must.Equal(t, outer.Bytes(1), []byte("body"))
			return nil
		}))
		must.Equal(t, pairs, []string{"aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"})
	}
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			must.OK(t, tx.Exec("INSERT INTO notes (id, record_time, body) VALUES (?, ?, ?)", id, 1, []byte("body")))
		}
		check(tx)
		return nil
	}))
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		check(conn)
		mine := errors.New("mine")
		must.ErrorIs(t, conn.Query("SELECT id FROM notes", func(recorddb.Row) error { return mine }), mine)
		rows := 0
		must.OK(t, conn.Query("SELECT id FROM notes", func(recorddb.Row) error {
			rows++
			return recorddb.ErrStop
		}))
		must.Equal(t, rows, 1)
		return nil
	}))
}

func TestSQLIsThatOfBothEngines(t *testing.T) {
	db := openNew(t)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Insert(intoLabels, "a", "?"))
		return insert("a")(tx)
	}))
	for _, sql := range []string{
		"SELECT n.id FROM notes n JOIN labels l ON l.note = n.id WHERE l.label = '?' AND n.id = ? LIMIT CAST(? AS BIGINT)",
		"WITH mine AS (SELECT id FROM notes WHERE id = ?), few (id) AS MATERIALIZED (SELECT id FROM mine LIMIT CAST(? AS BIGINT)) SELECT f.id FROM few f JOIN mine ON mine.id = f.id",
		"SELECT id -- FROM here? no\nFROM\n  notes WHERE id = ? LIMIT CAST(? AS BIGINT)",
		"SELECT n.id FROM notes.notes n WHERE n.id IS NOT DISTINCT FROM n.id AND n.id = ? AND CAST(? AS BIGINT) = 1",
		"SELECT \"id\" FROM (SELECT id FROM notes) x WHERE EXISTS (SELECT 1 FROM generate_series(1, 2)) AND id = ? LIMIT CAST(? AS BIGINT)",
	} {
		must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
			found, err := conn.QueryOne(sql, func(row recorddb.Row) error {
				must.Equal(t, row.Text(0), "a")
				return nil
			}, "a", 1)
			must.True(t, found || err != nil, sql)
			return err
		}))
	}
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		return tx.ExecOne(`INSERT INTO notes(id, record_time) VALUES (?, ?)
			ON CONFLICT (id) DO UPDATE SET record_time = excluded.record_time`, "a", tx.RecordTime())
	}))
	// More texts than are kept.
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		for n := range 1200 {
			sql := "SELECT id FROM notes WHERE id = ?" + strings.Repeat(" ", n)
			if _, err := conn.QueryOne(sql, nil, "a"); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestArgumentsThatNothingHolds(t *testing.T) {
	db := openNew(t)
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		must.Contains(t, conn.Query("SELECT id FROM notes WHERE record_time = ?", nil, 1.5).Error(), "float64")
		must.Contains(t, conn.Query("SELECT id FROM notes WHERE id = ?", nil).Error(), "argument")
		must.Contains(t, conn.Query("SELECT nothing FROM notes", nil).Error(), "nothing")
		return nil
	}))
}
