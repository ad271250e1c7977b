package postgres

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/planwatch"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// Lists of reviews are read from an index, those of one statement from its own
// part of it.
func TestReviewsAreReadFromAnIndex(t *testing.T) {
	opened, err := Open(t.Context(), pgtest.Database(t), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	must.OK(t, opened.Write(t.Context(), func(w store.Writer) error {
		review := domain.Review{Record: domain.Record{ID: "seed"}, Statement: "seed", Reviewer: "R", ReviewerEntity: "entities/e", TextualRating: "x"}
		review.Record = review.First(w.RecordTime())
		return w.PutReview(review, "ana")
	}))
	multiply(t, opened.Database, []string{
		`INSERT INTO review_revisions SELECT 's' || g % 4000 || '/' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, 's' || g % 4000,
			reviewer || g, reviewer_entity || g, CASE WHEN g % 500 = 0 THEN 'FALSE' END, CASE WHEN g % 500 = 1 THEN 'de' END, time_start, time_end, time_order + g
			FROM review_revisions CROSS JOIN generate_series(1, 20000) AS g`,
		"ANALYZE",
	})
	db := planwatch.New(opened.Database)
	st := tables.New(db, dialect)
	for _, test := range []struct {
		filter     string
		order      string
		statements []string
		index      string
	}{
		{"", "", nil, "reviews_by_create_time"}, {"", "update_time desc", nil, "reviews_by_update_time"}, {"", "publish_time", nil, "reviews_by_time"},
		{"", "name", nil, "review_revisions_pkey"}, {"", "", []string{"s5"}, "reviews_by_statement"}, {"", "", []string{"s5", "s6"}, "reviews_by_statement"},
		{"verdict = FALSE", "", nil, "reviews_by_verdict"}, {`language_code = "de"`, "create_time", nil, "reviews_by_language"},
		{`reviewer = "R7"`, "", nil, "reviews_by_reviewer_name"}, {`reviewer_entity = "entities/e7"`, "", nil, "reviews_by_reviewer"},
	} {
		filter, err := listquery.ParseFilter(domain.ReviewFields, test.filter)
		must.OK(t, err)
		order, err := listquery.ParseOrder(domain.ReviewFields, test.order)
		must.OK(t, err)
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			rows, err := r.Reviews(store.List{At: opened.Settled(), Filter: filter, Order: order, Limit: 20}, test.statements...)
			must.True(t, len(rows) > 0)
			must.OK(t, err)
			for _, plan := range db.Take() {
				must.True(t, plan.Uses(test.index), "%s\n%s", plan.SQL, plan.Text)
				must.False(t, plan.Uses("Sort") && len(test.statements) == 0, "%s\n%s", plan.SQL, plan.Text)
			}
			_, _, err = r.Review("s5", "5", opened.Settled())
			return err
		}))
		must.OK(t, st.Try(t.Context(), func(w store.Writer) error {
			_, found, err := w.ReviewNaming("entities/e77", false)
			must.True(t, found)
			return err
		}))
		for _, plan := range db.Take() {
			must.False(t, plan.Uses("Seq Scan"), "%s\n%s", plan.SQL, plan.Text)
			must.False(t, plan.Uses("Sort") && len(test.statements) == 0, "%s\n%s", plan.SQL, plan.Text)
		}
	}
}
