package listquery_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// schema offers one field of every kind.
var schema = listquery.Schema{
	ID:           "id",
	DefaultOrder: "count desc",
	Fields: []listquery.Field{
		{Name: "title", Kind: listquery.String, Sortable: true},
		{Name: "count", Kind: listquery.Int, Sortable: true},
		{Name: "withheld", Kind: listquery.Bool},
		{Name: "type", Kind: listquery.Enum, Enum: []string{"DIRECT", "INDIRECT"}},
		{Name: "normalized.value", Kind: listquery.Decimal},
		{Name: "create_time", Kind: listquery.Time},
		{Name: "period", Kind: listquery.Period, Sortable: true},
		{Name: "dimensions", Kind: listquery.StringMap},
		{Name: "tags", Kind: listquery.StringList, Ops: []listquery.Op{listquery.OpHas, listquery.OpEq, listquery.OpNe, listquery.OpSet}},
	},
}

var columns = listquery.Columns{
	"id":               {Expr: "r.id"},
	"title":            {Expr: "r.title", Sort: "COALESCE(r.title, '')"},
	"count":            {Expr: "r.count", Sort: "COALESCE(r.count, -9223372036854775808)"},
	"withheld":         {Expr: "r.withheld"},
	"type":             {Expr: "r.type"},
	"normalized.value": {Expr: "r.value"},
	"create_time":      {Expr: "r.created"},
	"period":           {Expr: "r.start", End: "r.end", Sort: "COALESCE(r.start, -9223372036854775808)"},
	"dimensions": {
		Has:    "EXISTS (SELECT 1 FROM dims d WHERE d.id = r.id AND d.key = ? AND d.value = ?)",
		HasKey: "EXISTS (SELECT 1 FROM dims d WHERE d.id = r.id AND d.key = ?)",
		Set:    "EXISTS (SELECT 1 FROM dims d WHERE d.id = r.id)",
	},
	"tags": {
		Has: "EXISTS (SELECT 1 FROM tags t WHERE t.id = r.id AND t.tag = ?)",
		Set: "EXISTS (SELECT 1 FROM tags t WHERE t.id = r.id)",
	},
}

const tables = `
CREATE TABLE r (id TEXT PRIMARY KEY, title TEXT, count INTEGER, withheld INTEGER, type TEXT, value TEXT,
  created INTEGER, start INTEGER, end INTEGER) STRICT;
CREATE TABLE dims (id TEXT, key TEXT, value TEXT) STRICT;
CREATE TABLE tags (id TEXT, tag TEXT) STRICT;`

// row is a record as Go sees it; nil is unset.
type row struct {
	id, typ    string
	title      *string
	count      *int64
	withheld   *bool
	value      *decimal.Decimal
	created    *int64
	period     *edtf.Period
	dimensions map[string]string
	tags       []string
}

// Few values, so that rows and filters meet often.
var (
	titles   = []string{"", "a", "b", "ab", "A", "Ab*", "é", "O'Hara \"x\" \\ y", "%_?", "\U00010348"}
	counts   = []int64{math.MinInt64 + 1, -1, 0, 1, 7, math.MaxInt64}
	decimals = []string{"-1e9", "-1.5", "0", "1", "1.0", "1.10", "1e9", "1000000000", "12345678901234567890123456789012345678", "1e-400"}
	times    = []string{"1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2024-05-01T00:00:00Z", "2024-05-01T02:00:00+02:00", "2024-05-01T00:00:00.000001Z"}
	periods  = []string{"2022", "2023", "2023-11", "2023-11-30", "2023-12", "2019/..", "../2020", "2010/2023", "2023-11-30T10:00:00Z", "201X"}
	types    = []string{"", "DIRECT", "INDIRECT"}
	keys     = []string{"REF_AREA", "SEX", "007"}
	codes3   = []string{"US", "MX", ""}
)

// maybe draws nil or a pointer to one of the values.
func maybe[T any](t *rapid.T, values []T, label string) *T {
	i := rapid.IntRange(-1, len(values)-1).Draw(t, label)
	if i < 0 {
		return nil
	}
	return &values[i]
}

func drawRow(t *rapid.T, id string) row {
	r := row{id: id, typ: rapid.SampledFrom(types).Draw(t, "type"), title: maybe(t, titles, "title"), count: maybe(t, counts, "count"),
		withheld: maybe(t, []bool{false, true}, "withheld"), dimensions: map[string]string{}}
	if text := maybe(t, decimals, "value"); text != nil {
		value := must.Get(decimal.Parse(*text))(t)
		r.value = &value
	}
	if text := maybe(t, times, "created"); text != nil {
		created := micros(t, *text)
		r.created = &created
	}
	if text := maybe(t, periods, "period"); text != nil {
		period := must.Get(edtf.Parse(*text))(t)
		r.period = &period
	}
	for _, key := range keys {
		if code := maybe(t, codes3, key); code != nil {
			r.dimensions[key] = *code
		}
	}
	r.tags = rapid.SliceOfNDistinct(rapid.SampledFrom(titles), 0, 3, rapid.ID[string]).Draw(t, "tags")
	return r
}

func openTables(t testing.TB) *sqlite.Conn {
	conn := must.Get(sqlite.OpenConn(":memory:", sqlite.OpenReadWrite, sqlite.OpenCreate))(t)
	t.Cleanup(func() { must.OK(t, conn.Close()) })
	must.OK(t, sqlitex.ExecuteScript(conn, tables, nil))
	return conn
}

func store(t must.TB, conn *sqlite.Conn, rows []row) {
	exec(t, conn, "DELETE FROM r")
	exec(t, conn, "DELETE FROM dims")
	exec(t, conn, "DELETE FROM tags")
	for _, r := range rows {
		var start, end, value, typ any
		if r.period != nil {
			s, e := listquery.PeriodBounds(*r.period)
			start, end = int64(s), int64(e)
		}
		if r.value != nil {
			value = r.value.SortKey()
		}
		if r.typ != "" {
			typ = r.typ
		}
		exec(t, conn, "INSERT INTO r VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.id, deref(r.title), deref(r.count), deref(r.withheld), typ, value, deref(r.created), start, end)
		for key, code := range r.dimensions {
			exec(t, conn, "INSERT INTO dims VALUES (?, ?, ?)", r.id, key, code)
		}
		for _, tag := range r.tags {
			exec(t, conn, "INSERT INTO tags VALUES (?, ?)", r.id, tag)
		}
	}
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func exec(t must.TB, conn *sqlite.Conn, sql string, args ...any) {
	must.OK(t, sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: args}))
}

// ids runs a query and returns its first column.
func ids(t must.TB, conn *sqlite.Conn, sql string, args ...any) (found []string) {
	must.OK(t, sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		found = append(found, stmt.ColumnText(0))
		return nil
	}}))
	return found
}

// quote writes a string literal of the filter language.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
