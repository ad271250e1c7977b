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
			reviewer, reviewer_entity || g, verdict, language_code, time_start, time_end, time_order + g
			FROM review_revisions CROSS JOIN generate_series(1, 20000) AS g`,
		"ANALYZE",
	})
	db := planwatch.New(opened.Database)
	st := tables.New(db, dialect)
	for _, test := range []struct {
		order      string
		statements []string
	}{{"", nil}, {"update_time desc", nil}, {"publish_time", nil}, {"name", nil}, {"", []string{"s5"}}, {"", []string{"s5", "s6"}}} {
		order, err := listquery.ParseOrder(domain.ReviewFields, test.order)
		must.OK(t, err)
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			rows, err := r.Reviews(store.List{At: opened.Settled(), Order: order, Limit: 20}, test.statements...)
			must.True(t, len(rows) > 0)
			must.OK(t, err)
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
