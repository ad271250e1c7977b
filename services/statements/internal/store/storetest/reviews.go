package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func reviews(t *testing.T, open Open) {
	t.Run("revisions", func(t *testing.T) { reviewRevisions(t, open) })
	t.Run("lists", func(t *testing.T) { reviewLists(t, open) })
	t.Run("that stand", func(t *testing.T) { standingReviews(t, open) })
	t.Run("who names an entity", func(t *testing.T) { reviewsNaming(t, open) })
	t.Run("erasure", func(t *testing.T) { erasedReviews(t, open) })
}

// review is a review in its first revision.
func review(statement, id string, at recordtime.Time, edits ...func(*domain.Review)) domain.Review {
	r := domain.Review{
		Record: domain.Record{ID: id, UID: "uid-" + statement + id}, Statement: statement, StatementRevision: 1,
		Reviewer: "Checker", TextualRating: "Half true", PublishTime: domain.Period{Missing: domain.NotStated},
	}
	for _, edit := range edits {
		edit(&r)
	}
	r.Record = r.First(at)
	return r
}

// putReview puts a review on record.
func (f fixture) putReview(statement, id string, edits ...func(*domain.Review)) (r domain.Review) {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		r = review(statement, id, w.RecordTime(), edits...)
		return w.PutReview(r, caller)
	})
	return r
}

// revised puts the next revision of a review on record.
func (f fixture) revised(r domain.Review, next func(domain.Review, recordtime.Time) domain.Record) domain.Review {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		r.Record = next(r, w.RecordTime())
		return w.PutReview(r, caller)
	})
	return r
}

func tombstone(r domain.Review, at recordtime.Time) domain.Record {
	return r.Retract(at, domain.Retraction{Reason: "wrong", Caller: caller})
}

// standingReviews: those of many statements, as they were at a time.
func standingReviews(t *testing.T, open Open) {
	f := start(t, open)
	f.putReview("s2", "a")
	f.putReview("s1", "b")
	gone := f.putReview("s1", "a")
	f.putReview("s3", "a")
	f.revised(gone, tombstone)
	f.read(func(r store.Reader) error {
		keys := func(at recordtime.Time, limit int) (keys []string) {
			for _, review := range must.Get(r.StandingReviews([]string{"s1", "s2", "none"}, at, limit))(t) {
				keys = append(keys, review.Key())
			}
			return keys
		}
		must.Equal(t, keys(store.Newest, 10), []string{"s1/b", "s2/a"})
		must.Equal(t, keys(gone.Updated, 10), []string{"s1/a", "s1/b", "s2/a"})
		must.Equal(t, len(keys(store.Newest, 1)), 1)
		return nil
	})
}

// reviewRevisions: every revision is read at its time, and is a change.
func reviewRevisions(t *testing.T, open Open) {
	f := start(t, open)
	first := f.putReview("s", "r", func(r *domain.Review) {
		r.ReviewerEntity, r.Verdict, r.LanguageCode = "entities/ben", "MIXED", "en"
		r.Span = &domain.Span{Start: 1, End: 2, Exact: "x", SHA256: "h"}
		r.RatingValue, r.BestRating, r.WorstRating = "2.50", "5", "1"
	})
	other := f.putReview("s-2", "r")
	second := first
	second.TextualRating = "False"
	second = f.revised(second, func(r domain.Review, at recordtime.Time) domain.Record { return r.Next(at) })
	gone := f.revised(second, tombstone)
	f.read(func(r store.Reader) error {
		for at, want := range map[recordtime.Time]domain.Review{
			first.Updated: first, other.Updated: first, second.Updated: second, gone.Updated: gone,
		} {
			got, found, err := r.Review("s", "r", at)
			must.True(t, found)
			must.Equal(t, got, want)
			must.OK(t, err)
		}
		_, found, err := r.Review("s", "r", first.Created-1)
		must.False(t, found)
		must.OK(t, err)
		_, found, err = r.Review("s", "x", gone.Updated)
		must.False(t, found)
		must.OK(t, err)

		changes, err := r.Changes(store.Changes{UpTo: gone.Updated, Limit: 10})
		must.Equal(t, changes, []store.Change{
			{Place: placeOf(first), Caller: caller, Review: &first}, {Place: placeOf(other), Caller: caller, Review: &other},
			{Place: placeOf(second), Caller: caller, Review: &second}, {Place: placeOf(gone), Caller: caller, Review: &gone},
		})
		return err
	})
}

func placeOf(r domain.Review) changefeed.Place {
	return changefeed.Place{Time: r.Updated, Kind: store.ReviewChange, ID: r.Key(), Revision: r.Revision}
}

// reviewLists: of one statement, of several and of all; filters; orders and pages.
func reviewLists(t *testing.T, open Open) {
	f := start(t, open)
	dated := func(start, end recordtime.Time) func(*domain.Review) {
		return func(r *domain.Review) {
			r.PublishTime = domain.Period{EDTF: "x", HasStart: true, Start: start, HasEnd: true, End: end}
		}
	}
	f.putReview("s", "b", dated(50, 60), func(r *domain.Review) { r.Verdict, r.ReviewerEntity = "FALSE", "entities/ben" })
	f.putReview("s-2", "a", dated(10, 20), func(r *domain.Review) { r.Reviewer, r.LanguageCode = "Other", "de" })
	f.putReview("s", "a", func(r *domain.Review) { r.Verdict = "TRUE" })
	last := f.revised(f.putReview("s-3", "c"), tombstone)
	for _, test := range []struct {
		filter, order string
		statements    []string
		deleted       bool
		want          []string
	}{
		{"", "", nil, false, []string{"s/a", "s-2/a", "s/b"}},
		{"", "", nil, true, []string{"s-3/c", "s/a", "s-2/a", "s/b"}},
		{"", "", []string{"s"}, false, []string{"s/a", "s/b"}},
		{"", "create_time", []string{"s", "s-2", "none"}, false, []string{"s/b", "s-2/a", "s/a"}},
		{"", "", []string{"none"}, true, nil},
		{"", "publish_time", nil, false, []string{"s/a", "s-2/a", "s/b"}},
		{"", "name", nil, true, []string{"s-2/a", "s-3/c", "s/a", "s/b"}},
		{"", "update_time desc", nil, true, []string{"s-3/c", "s/a", "s-2/a", "s/b"}},
		{"verdict = FALSE", "", nil, false, []string{"s/b"}},
		{"verdict:*", "", nil, false, []string{"s/a", "s/b"}},
		{`reviewer = "Other"`, "", nil, false, []string{"s-2/a"}},
		{`reviewer_entity = "entities/ben"`, "", []string{"s"}, false, []string{"s/b"}},
		{`language_code = "de"`, "", nil, false, []string{"s-2/a"}},
		{`publish_time < "2000"`, "", nil, false, []string{"s-2/a", "s/b"}},
	} {
		t.Run(test.filter+" "+test.order, func(t *testing.T) {
			query := store.List{
				At: last.Updated, Filter: filter(t, domain.ReviewFields, test.filter), Order: order(t, domain.ReviewFields, test.order),
				Limit: 10, ShowDeleted: test.deleted,
			}
			f.read(func(r store.Reader) error {
				rows, err := r.Reviews(query, test.statements...)
				must.OK(t, err)
				must.Equal(t, reviewKeys(rows), test.want)
				must.Equal(t, reviewKeys(reviewPages(t, r, query, test.statements)), test.want)
				return nil
			})
		})
	}
}

// reviewPages reads a list a row at a time.
func reviewPages(t *testing.T, r store.Reader, query store.List, statements []string) (all []domain.Review) {
	t.Helper()
	query.Limit = 1
	for {
		page, err := r.Reviews(query, statements...)
		must.OK(t, err)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		query.After = nil
		for _, field := range query.Order {
			query.After = append(query.After, page[0].OrderKey(field.Field))
		}
	}
}

func reviewKeys(rows []domain.Review) (keys []string) {
	for _, r := range rows {
		keys = append(keys, r.Key())
	}
	return keys
}

func reviewsNaming(t *testing.T, open Open) {
	f := start(t, open)
	r := f.putReview("s", "r", func(r *domain.Review) { r.ReviewerEntity = "entities/ben" })
	naming := func(ever bool) (name string) {
		f.write(func(w store.Writer) (err error) {
			name, _, err = w.ReviewNaming("entities/ben", ever)
			return err
		})
		return name
	}
	must.Equal(t, naming(false), "statements/s/reviews/r")
	f.revised(r, tombstone)
	must.Equal(t, naming(false), "")
	must.Equal(t, naming(true), "statements/s/reviews/r")
}

// erasedReviews: nothing of the words is left, at no time.
func erasedReviews(t *testing.T, open Open) {
	f := start(t, open)
	first := f.putReview("s", "r", func(r *domain.Review) { r.ReviewerEntity, r.Verdict, r.LanguageCode = "entities/ben", "TRUE", "en" })
	kept := f.putReview("s-2", "r")
	second := first
	second.TextualRating = "other"
	second = f.revised(second, func(r domain.Review, at recordtime.Time) domain.Record { return r.Next(at) })
	var erasure domain.Erasure
	at := f.write(func(w store.Writer) error {
		erasure = domain.Erasure{At: w.RecordTime(), Reason: "court order", Caller: caller}
		names, err := w.EraseReviews("s", erasure, caller)
		must.Equal(t, names, []string{first.Name()})
		return err
	})
	f.read(func(r store.Reader) error {
		for revision, when := range []recordtime.Time{first.Updated, second.Updated, at} {
			got, found, err := r.Review("s", "r", when)
			must.OK(t, err)
			must.True(t, found)
			must.Equal(t, got, domain.Review{
				Record: domain.Record{
					ID: "r", UID: first.UID, Revision: int64(revision) + 1, Created: first.Created, Updated: when, Erased: &erasure, Change: got.Change,
				},
				Statement: "s", StatementRevision: 1,
			})
			query := store.List{At: when, Order: order(t, domain.ReviewFields, ""), Limit: 10, ShowDeleted: true}
			rows, err := r.Reviews(query)
			must.OK(t, err)
			var want []string
			if when > kept.Created {
				want = []string{kept.Key()}
			}
			must.Equal(t, reviewKeys(rows), want)
		}
		return nil
	})
	f.write(func(w store.Writer) error { // again changes nothing
		_, found, err := w.ReviewNaming("entities/ben", true)
		must.False(t, found)
		must.OK(t, err)
		names, err := w.EraseReviews("s", erasure, caller)
		must.Equal(t, len(names), 0)
		return err
	})
}
