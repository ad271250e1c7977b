package searchtext_test

import (
	"testing"

	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// index is a one-row FTS5 table in memory.
type index struct{ conn *sqlite.Conn }

func newIndex(t *testing.T) index {
	t.Helper()
	conn := must.Get(sqlite.OpenConn(":memory:", sqlite.OpenReadWrite|sqlite.OpenCreate))(t)
	t.Cleanup(func() { must.OK(t, conn.Close()) })
	must.OK(t, sqlitex.ExecuteTransient(conn, `CREATE VIRTUAL TABLE row USING fts5(tokens, tokenize='ascii')`, nil))
	return index{conn}
}

// put makes text the only row.
func (x index) put(t must.TB, text string) {
	t.Helper()
	x.putEntry(t, searchtext.Stored(text))
}

// putEntry makes an entry the only row.
func (x index) putEntry(t must.TB, entry string) {
	t.Helper()
	must.OK(t, sqlitex.Execute(x.conn, `DELETE FROM row`, nil))
	must.OK(t, sqlitex.Execute(x.conn, `INSERT INTO row (tokens) VALUES (?)`, &sqlitex.ExecOptions{Args: []any{entry}}))
}

func (x index) matches(t must.TB, q searchtext.Query) bool {
	t.Helper()
	return x.matchesExpression(t, q.FTS5())
}

func (x index) matchesExpression(t must.TB, expression string) bool {
	t.Helper()
	found := false
	must.OK(t, sqlitex.Execute(x.conn, `SELECT 1 FROM row WHERE row MATCH ?`, &sqlitex.ExecOptions{
		Args:       []any{expression},
		ResultFunc: func(*sqlite.Stmt) error { found = true; return nil },
	}))
	return found
}

func TestPropertyFTS5AgreesWithMatches(t *testing.T) {
	x := newIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		q, err := searchtext.ParseQuery(queries().Draw(t, "query"))
		if err != nil {
			return
		}
		row := corpus().Draw(t, "row")
		x.put(t, row)
		must.True(t, x.matches(t, q) == q.Matches(searchtext.Tokens(row)), "%s on %q", q.FTS5(), searchtext.Stored(row))
	})
}

func TestPropertyHostileTextNeverBreaksFTS5(t *testing.T) {
	x := newIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("ab\"*-() ^:{}+é中'.,\x00")))).Draw(t, "text")
		q, err := searchtext.ParseQuery(text)
		if err != nil {
			return
		}
		x.put(t, text)
		must.True(t, x.matches(t, q) == q.Matches(searchtext.Tokens(text)), "%s on %q", q.FTS5(), searchtext.Stored(text))
	})
}

func TestZeroQueryMatchesNothingInFTS5(t *testing.T) {
	x := newIndex(t)
	x.put(t, "anything at all")
	must.False(t, x.matches(t, searchtext.Query{}))
}
