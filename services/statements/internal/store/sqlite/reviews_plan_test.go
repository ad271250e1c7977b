package sqlite

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Lists of reviews are read from an index in their order, those of one statement
// from its own part of it; only those of several statements are sorted.
func TestReviewsAreReadFromAnIndex(t *testing.T) {
	s := empty(t)
	for _, test := range []struct {
		filter     string
		order      string
		statements []string
		index      string
		sorted     bool
	}{
		{"", "", nil, "reviews_by_create_time", false},
		{"", "update_time desc", nil, "reviews_by_update_time", false},
		{"", "publish_time", nil, "reviews_by_time", false},
		{"", "name", nil, "INDEX sqlite_autoindex", false},
		{`verdict = FALSE`, "", nil, "reviews_by_verdict (verdict=?", false},
		{`language_code = "en"`, "", nil, "reviews_by_language (language_code=?", false},
		{`reviewer = "FactCheck"`, "", nil, "reviews_by_reviewer_name (reviewer=?", false},
		{`reviewer_entity = "entities/fc"`, "create_time", nil, "reviews_by_reviewer (reviewer_entity=?", false},
		{"", "", []string{"s"}, "reviews_by_statement (statement=?", false},
		{"", "create_time", []string{"s"}, "reviews_by_statement (statement=?", false},
		{"", "", []string{"s", "t"}, "reviews_by_statement (statement=?", true},
	} {
		t.Run(test.filter+" "+test.order+" "+strings.Join(test.statements, " "), func(t *testing.T) {
			filter, err := listquery.ParseFilter(domain.ReviewFields, test.filter)
			must.OK(t, err)
			order, err := listquery.ParseOrder(domain.ReviewFields, test.order)
			must.OK(t, err)
			sql, args, err := dialect.Plans().Reviews(store.List{At: 5, Filter: filter, Order: order, Limit: 20}, test.statements...)
			must.OK(t, err)
			plan := explain(t, s, sql, args)
			must.Contains(t, plan, test.index)
			must.Equal(t, strings.Contains(plan, "TEMP B-TREE"), test.sorted)
		})
	}
	must.Contains(t, explain(t, s, "SELECT id FROM review_revisions WHERE reviewer_entity = ? LIMIT 1", []any{"x"}), "reviews_by_reviewer (reviewer_entity=?")
}

// What is withdrawn or verified with its statements is found by them.
func TestStandingReviewsAreFoundByAnIndex(t *testing.T) {
	s := empty(t)
	plan := explain(t, s, dialect.Plans().StandingReviews(), []any{"s1", int64(5), int64(5), 20})
	must.Contains(t, plan, "reviews_by_statement (statement=?")
}
