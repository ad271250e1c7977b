package listquery_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestColumnsCheck(t *testing.T) {
	must.OK(t, columns.Check(schema))
	for name := range columns {
		without := listquery.Columns{}
		for other, c := range columns {
			if other != name {
				without[other] = c
			}
		}
		must.Err(t, without.Check(schema))
	}
	noSet := listquery.Columns{"id": {Expr: "id"}, "dims": {Has: "k = ? AND v = ?", HasKey: "k = ?"}}
	dims := listquery.Field{Name: "dims", Kind: listquery.StringMap}
	must.Err(t, noSet.Check(listquery.Schema{ID: "id", Fields: []listquery.Field{dims}}))
	dims.Ops = []listquery.Op{listquery.OpEq, listquery.OpNe}
	must.OK(t, noSet.Check(listquery.Schema{ID: "id", Fields: []listquery.Field{dims}}))

	broken := listquery.Columns{"id": {Expr: "id"}, "tags": {Has: "tag = ? OR ?"}}
	must.Err(t, broken.Check(listquery.Schema{ID: "id", Fields: []listquery.Field{{Name: "tags", Kind: listquery.StringList}}}))
}

func TestPlainComparisonsUseIndexes(t *testing.T) {
	conn := openTables(t)
	exec(t, conn, "CREATE INDEX by_title ON r (title)")
	where, args, err := listquery.SQL(parse(t, `title = "a" count > 1`), columns)
	must.OK(t, err)
	plan := planOf(t, conn, "SELECT id FROM r WHERE "+where, args)
	must.Contains(t, plan, "USING INDEX by_title (title=?)")
}

// TestPagesUseIndexes: the next page is found by a seek, not by reading all
// pages before it.
func TestPagesUseIndexes(t *testing.T) {
	conn := openTables(t)
	exec(t, conn, "CREATE INDEX by_count ON r (count, id)")
	sorted := listquery.Columns{"id": {Expr: "r.id"}, "count": {Expr: "r.count"}}
	order := must.Get(listquery.ParseOrder(schema, ""))(t)
	where, args, err := listquery.After(order, []any{int64(7), "id01"}, sorted)
	must.OK(t, err)
	orderBy := must.Get(listquery.OrderSQL(order, sorted))(t)
	plan := planOf(t, conn, "SELECT id FROM r WHERE "+where+" ORDER BY "+orderBy+" LIMIT 10", args)
	must.Contains(t, plan, "SEARCH r USING COVERING INDEX by_count (count<?)")
	must.False(t, containsFold(plan, "TEMP B-TREE"), plan)
}
