package listquery_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestParseOrder(t *testing.T) {
	for text, want := range map[string]listquery.Order{
		"":                             {{"count", true}, {"id", true}},
		"  ":                           {{"count", true}, {"id", true}},
		"title":                        {{"title", false}, {"id", false}},
		" title  desc , count asc":     {{"title", true}, {"count", false}, {"id", false}},
		"id desc":                      {{"id", true}},
		"id, title":                    {{"id", false}},
		"period desc,title,count desc": {{"period", true}, {"title", false}, {"count", true}, {"id", true}},
	} {
		t.Run(text, func(t *testing.T) {
			must.Equal(t, must.Get(listquery.ParseOrder(schema, text))(t), want)
		})
	}
	bare := listquery.Schema{ID: "name"}
	must.Equal(t, must.Get(listquery.ParseOrder(bare, ""))(t), listquery.Order{{"name", false}})
}

func TestRefusedOrders(t *testing.T) {
	for reason, texts := range map[string][]string{
		"ORDER_MALFORMED":     {"title up", "title desc desc", ",", "title,", "title;count", "title DESC", "-title", "(title)", "title\ndesc", "title--"},
		"UNKNOWN_ORDER_FIELD": {"titel", "tags", "withheld", "createTime", "Title"},
		"ORDER_FIELD_TWICE":   {"title, title", "title, count, title desc", "id, id"},
		"ORDER_TOO_LONG":      {"title, count, period, id, title, count", strings.Repeat("title,", 1000) + "title"},
	} {
		for _, text := range texts {
			t.Run(reason+"/"+text[:min(len(text), 30)], func(t *testing.T) {
				_, err := listquery.ParseOrder(schema, text)
				statustest.Check(t, err, codes.InvalidArgument, reason, "order_by")
			})
		}
	}
	_, err := listquery.ParseOrder(schema, "titel")
	must.Contains(t, err.Error(), "count, period, title, id")
}

func TestAfterRefusesKeysThatDoNotFit(t *testing.T) {
	order := must.Get(listquery.ParseOrder(schema, "title"))(t)
	_, _, err := listquery.After(order, []any{"a"}, columns)
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	_, _, err = listquery.After(order, []any{"a", 1.5}, columns)
	must.Err(t, err)
	_, _, err = listquery.After(order, []any{"a", "b"}, listquery.Columns{})
	must.Err(t, err)
	_, err = listquery.OrderSQL(order, listquery.Columns{})
	must.Err(t, err)
}

func FuzzParseOrder(f *testing.F) {
	f.Add("title desc, count")
	f.Add(",,")
	f.Fuzz(func(t *testing.T, text string) {
		order, err := listquery.ParseOrder(schema, text)
		if err != nil {
			statustest.Check(t, err, codes.InvalidArgument, errs.ReasonOf(err), "order_by")
			return
		}
		must.Equal(t, order[len(order)-1].Field, "id")
		must.Get(listquery.OrderSQL(order, columns))(t)
	})
}

func planOf(t must.TB, conn *sqlite.Conn, sql string, args []any) string {
	var steps []string
	must.OK(t, sqlitex.Execute(conn, "EXPLAIN QUERY PLAN "+sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		steps = append(steps, stmt.GetText("detail"))
		return nil
	}}))
	return strings.Join(steps, "\n")
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToUpper(s), strings.ToUpper(part))
}
