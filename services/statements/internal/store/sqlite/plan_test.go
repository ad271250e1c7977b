package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

func TestEveryFieldHasAColumn(t *testing.T) {
	documents, entities, statements := dialect.Columns()
	must.OK(t, documents.Check(domain.DocumentFields))
	must.OK(t, entities.Check(domain.EntityFields))
	must.OK(t, statements.Check(domain.StatementFields))
}

// listPlans are lists, and the index that each is read from.
var listPlans = []struct {
	list          func(tables.Plans, store.List) (string, []any, error)
	schema        listquery.Schema
	filter, order string
	index         string
}{
	{tables.Plans.Statements, domain.StatementFields, "", "", "statements_by_create_time"},
	{tables.Plans.Statements, domain.StatementFields, "", "create_time", "statements_by_create_time"},
	{tables.Plans.Statements, domain.StatementFields, "", "update_time desc", "statements_by_update_time"},
	{tables.Plans.Statements, domain.StatementFields, "", "statement_time", "statements_by_time"},
	{tables.Plans.Statements, domain.StatementFields, "", "name", "INDEX sqlite_autoindex"},
	{tables.Plans.Statements, domain.StatementFields, `speaker:"entities/a"`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `speaker:"entities/a" statement_type = DIRECT`, "create_time", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `document = "documents/d"`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `document_version = "documents/d/versions/1"`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `topics:"entities/a"`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `links.statement = "statements/a" rank = NORMAL`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `speakers.candidates:"entities/a"`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `speakers.source_type = UNNAMED_GROUP`, "", "PRIMARY KEY (kind=? AND value=?"},
	{tables.Plans.Statements, domain.StatementFields, `text_key = "` + "0" + `"`, "", "statements_by_text_key (text_key=?"},
	{tables.Plans.Entities, domain.EntityFields, "", "", "entities_by_create_time"},
	{tables.Plans.Entities, domain.EntityFields, "", "display_name", "entities_by_display_name"},
	{tables.Plans.Entities, domain.EntityFields, `identifiers.wikidata = "Q1"`, "", "PRIMARY KEY (field=? AND value=?"},
	{tables.Plans.Entities, domain.EntityFields, `aliases:"x"`, "", "PRIMARY KEY (field=? AND value=?"},
	{tables.Plans.Entities, domain.EntityFields, `memberships.organization:"entities/a"`, "", "PRIMARY KEY (field=? AND value=?"},
	{tables.Plans.Reattributions, domain.ReattributionFields, "", "", "reattributions_by_create_time"},
	{tables.Plans.Reattributions, domain.ReattributionFields, `merge = true`, "", "reattributions_by_create_time"},
	{tables.Plans.Reattributions, domain.ReattributionFields, `from_entity = "entities/a" merge = true`, "", "reattributions_by_from_entity (from_entity=?"},
	{tables.Plans.Reattributions, domain.ReattributionFields, `to_entity = "entities/a"`, "", "reattributions_by_to_entity (to_entity=?"},
	{tables.Plans.Corrections, domain.CorrectionFields, "", "", "corrections_by_record_time"},
	{tables.Plans.Corrections, domain.CorrectionFields, `kind = KILL`, "", "corrections_by_kind (kind=?"},
	{tables.Plans.Corrections, domain.CorrectionFields, `subject = "statements/s"`, "", "corrections_by_subject (subject=?"},
	{tables.Plans.Corrections, domain.CorrectionFields, `document = "documents/d"`, "", "corrections_by_document (document=?"},
	{tables.Plans.Corrections, domain.CorrectionFields, `reattribution = "reattributions/r"`, "", "corrections_by_reattribution (reattribution=?"},
	{tables.Plans.Documents, domain.DocumentFields, "", "", "documents_by_create_time"},
	{tables.Plans.Documents, domain.DocumentFields, `uri = "https://example.org"`, "", "documents_by_uri (uri=?"},
	{tables.Plans.Documents, domain.DocumentFields, "", "headline", "documents_by_headline"},
}

// The lists that everybody asks for are read from an index in their order: the
// cost of a page does not grow with the record.
func TestListsAreReadFromAnIndex(t *testing.T) {
	s := empty(t)
	for _, test := range listPlans {
		t.Run(test.filter+" "+test.order, func(t *testing.T) {
			filter, err := listquery.ParseFilter(test.schema, test.filter)
			must.OK(t, err)
			order, err := listquery.ParseOrder(test.schema, test.order)
			must.OK(t, err)
			for _, keys := range [][]any{nil, secondPage(order)} {
				query := store.List{At: 5, Filter: filter, Order: order, After: keys, Limit: 20}
				for _, plans := range []tables.Plans{dialect.Plans(), dialect.Plans().Public()} {
					sql, args, err := test.list(plans, query)
					must.OK(t, err)
					plan := explain(t, s, sql, args)
					must.Contains(t, plan, test.index)
					must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
				}
			}
		})
	}
}

// secondPage is where the second page of a list begins, the harder one.
func secondPage(order listquery.Order) (after []any) {
	for _, field := range order {
		switch field.Field {
		case "name", "headline", "display_name":
			after = append(after, "m")
		default:
			after = append(after, int64(5))
		}
	}
	return after
}

// empty is a store with nothing on record.
func empty(t *testing.T) *tables.Store {
	t.Helper()
	s := must.Get(Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), Options{Migrate: true}))(t)
	t.Cleanup(func() { must.OK(t, s.Close()) })
	return s
}

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

// What an erasure takes words from is found by an index.
func TestWhatIsErasedIsFoundByAnIndex(t *testing.T) {
	s := empty(t)
	plans := dialect.Plans()
	must.Contains(t, explain(t, s, plans.Notices(), []any{"documents/d"}), "corrections_by_notice (notice_document=?")
	about := explain(t, s, plans.About(), []any{"entities/a", "entities/a"})
	must.Contains(t, about, "reattributions_by_from_entity (from_entity=?")
	must.Contains(t, about, "reattributions_by_to_entity (to_entity=?")
}

// The full-text index yields the newest matches first, without a sort.
func TestSearchIsReadFromTheIndex(t *testing.T) {
	s := empty(t)
	query, err := searchtext.ParseQuery("border wall")
	must.OK(t, err)
	for _, text := range []string{"", `speaker:"entities/a" statement_type = DIRECT`} {
		filter, err := listquery.ParseFilter(domain.StatementFields, text)
		must.OK(t, err)
		sql, args, err := dialect.Plans().Search(store.Search{At: 5, Query: query, Filter: filter, Limit: 20})
		must.OK(t, err)
		plan := explain(t, s, sql, args)
		must.Contains(t, plan, "search_words VIRTUAL TABLE INDEX")
		must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
	}
}

// A count of everything reads no rows.
func TestCountsAreReadFromAnIndex(t *testing.T) {
	s := empty(t)
	for _, plans := range []tables.Plans{dialect.Plans(), dialect.Plans().Public()} {
		all, deprecated, args, err := plans.Total(store.Count{At: 5})
		must.OK(t, err)
		must.Contains(t, explain(t, s, all, args), "COVERING INDEX")
		must.Contains(t, explain(t, s, deprecated, args), "COVERING INDEX statements_deprecated")
	}
}

// Whether an embargo has ended is asked each second: of an index of those that hold.
func TestEndedEmbargoesAreReadFromAnIndex(t *testing.T) {
	s := empty(t)
	plan := explain(t, s, dialect.Plans().EndedEmbargoes(), []any{int64(9), int64(5), 10})
	must.Contains(t, plan, "documents_under_embargo (embargo_end_time<?")
	must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
}
