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

func TestDollarPlaceholders(t *testing.T) {
	expr := parse(t, `NOT (title = "x' OR 1=1 --" dimensions.REF_AREA != "US")`)
	where, args, err := listquery.SQL(expr, columns, listquery.Dollar(2))
	must.OK(t, err)
	must.Equal(t, where, `((r.title = $3) IS NOT TRUE OR (`+
		`EXISTS (SELECT 1 FROM dims d WHERE d.id = r.id AND d.key = $4) AND NOT `+
		`EXISTS (SELECT 1 FROM dims d WHERE d.id = r.id AND d.key = $5 AND d.value = $6)) IS NOT TRUE)`)
	must.Equal(t, args, []any{"x' OR 1=1 --", "REF_AREA", "REF_AREA", "US"})
}

// TestPlainComparisonsUseIndexes: a comparison that is not negated must stay one
// that an index can serve.
func TestPlainComparisonsUseIndexes(t *testing.T) {
	conn := openTables(t)
	exec(t, conn, "CREATE INDEX by_title ON r (title)")
	where, args, err := listquery.SQL(parse(t, `title = "a" count > 1`), columns, listquery.Question)
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
	where, args, err := listquery.After(order, []any{int64(7), "id01"}, sorted, listquery.Question)
	must.OK(t, err)
	orderBy := must.Get(listquery.OrderSQL(order, sorted))(t)
	plan := planOf(t, conn, "SELECT id FROM r WHERE "+where+" ORDER BY "+orderBy+" LIMIT 10", args)
	must.Contains(t, plan, "SEARCH r USING COVERING INDEX by_count (count<?)")
	must.False(t, containsFold(plan, "TEMP B-TREE"), plan)
}
