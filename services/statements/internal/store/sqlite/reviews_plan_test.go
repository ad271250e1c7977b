package sqlite

import (
	"path/filepath"
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
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, s.Close()) }()
	for _, test := range []struct {
		order      string
		statements []string
		index      string
		sorted     bool
	}{
		{"", nil, "reviews_by_create_time", false},
		{"update_time desc", nil, "reviews_by_update_time", false},
		{"publish_time", nil, "reviews_by_time", false},
		{"name", nil, "INDEX sqlite_autoindex", false},
		{"", []string{"s"}, "reviews_by_statement (statement=?", false},
		{"create_time", []string{"s"}, "reviews_by_statement (statement=?", false},
		{"", []string{"s", "t"}, "reviews_by_statement (statement=?", true},
	} {
		t.Run(test.order+" "+strings.Join(test.statements, " "), func(t *testing.T) {
			order, err := listquery.ParseOrder(domain.ReviewFields, test.order)
			must.OK(t, err)
			sql, args, err := dialect.Plans().Reviews(store.List{At: 5, Order: order, Limit: 20}, test.statements...)
			must.OK(t, err)
			plan := explain(t, s, sql, args)
			must.Contains(t, plan, test.index)
			must.Equal(t, strings.Contains(plan, "TEMP B-TREE"), test.sorted)
		})
	}
	must.Contains(t, explain(t, s, "SELECT id FROM review_revisions WHERE reviewer_entity = ? LIMIT 1", []any{"x"}), "reviews_by_reviewer (reviewer_entity=?")
}
