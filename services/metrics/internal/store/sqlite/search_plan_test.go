package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// explain returns the plan of a query.
func explain(t *testing.T, s *tables.Store, sql string, args []any) (plan string) {
	t.Helper()
	must.OK(t, s.Database.Read(t.Context(), func(conn recorddb.Conn) error {
		return conn.Query("EXPLAIN QUERY PLAN "+sql, func(row recorddb.Row) error {
			plan += row.Text(3) + "\n"
			return nil
		}, args...)
	}))
	return plan
}

// The full-text index yields the newest matches first, without a sort.
func TestSearchIsReadFromTheIndex(t *testing.T) {
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), Options{Migrate: true}))(t)
	defer func() { must.OK(t, s.Close()) }()
	query := must.Get(searchtext.ParseQuery("bilateral trade"))(t)
	for _, text := range []string{"", `metric = "metrics/m" AND value_kind = POINT`} {
		filter := must.Get(listquery.ParseFilter(domain.FigureFields, text))(t)
		for _, plans := range []tables.Plans{dialect.Plans(), dialect.Plans().Public()} {
			sql, args, err := plans.Search(store.Search{At: 5, Query: query, Filter: filter, Limit: 20})
			must.OK(t, err)
			plan := explain(t, s, sql, args)
			must.Contains(t, plan, "search_words VIRTUAL TABLE INDEX")
			must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
		}
	}
}

// A count reads an index alone, and of imported figures the key alone.
func TestCountsAreReadFromAnIndex(t *testing.T) {
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), Options{Migrate: true}))(t)
	defer func() { must.OK(t, s.Close()) }()
	for _, text := range []string{"", `metric = "metrics/m"`} {
		filter := must.Get(listquery.ParseFilter(domain.FigureFields, text))(t)
		for _, plans := range []tables.Plans{dialect.Plans(), dialect.Plans().Public()} {
			sql, args, err := plans.Count(store.Count{At: 5, Filter: filter})
			must.OK(t, err)
			must.Contains(t, explain(t, s, sql, args), "COVERING INDEX")
		}
	}
}

// The newest figures that a text prints are read from an index that has no others.
func TestPrintedFiguresAreReadFromAnIndex(t *testing.T) {
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), Options{Migrate: true}))(t)
	defer func() { must.OK(t, s.Close()) }()
	order := must.Get(listquery.ParseOrder(domain.FigureFields, ""))(t)
	for text, index := range map[string]string{"reported.text:*": "figures_printed", "": "figures_by_create_time"} {
		filter := must.Get(listquery.ParseFilter(domain.FigureFields, text))(t)
		for _, after := range [][]any{nil, {int64(4), "m"}} {
			for _, plans := range []tables.Plans{dialect.Plans(), dialect.Plans().Public()} {
				sql, args, err := plans.Figures(store.List{At: 5, Filter: filter, Order: order, After: after, Limit: 6})
				must.OK(t, err)
				plan := explain(t, s, sql, args)
				must.Contains(t, plan, index)
				must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
			}
		}
	}
}

// Corrections with a notice are read from an index of them: imports make any number of others.
func TestNoticesAreReadFromAnIndex(t *testing.T) {
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), Options{Migrate: true}))(t)
	defer func() { must.OK(t, s.Close()) }()
	plan := explain(t, s, dialect.Plans().Noticed(), []any{int64(0), "", 10})
	must.Contains(t, plan, "corrections_with_notice ((record_from,id)>(?,?))")
	must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
}

// Whether an embargo has ended is asked each second: of an index of those that hold.
func TestEndedEmbargoesAreReadFromAnIndex(t *testing.T) {
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), Options{Migrate: true}))(t)
	defer func() { must.OK(t, s.Close()) }()
	plan := explain(t, s, dialect.Plans().EndedEmbargoes(), []any{recordtime.Forever, int64(5), 10})
	must.Contains(t, plan, "figures_by_embargo (record_to=? AND embargo_end<?")
	must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
}
