package changes_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// TestAReviewIsMadeOnceOfEachRevision, however many stand of it: each time its claim is read.
func TestAReviewIsMadeOnceOfEachRevision(t *testing.T) {
	st := must.Get(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "statements.db"), sqlite.Options{Migrate: true}))(t)
	defer func() { must.OK(t, st.Close()) }()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		of := domain.Statement{
			Record: domain.Record{ID: "s", UID: "u"}.First(w.RecordTime()), Document: "d", Version: 1, Type: domain.Direct, Text: "words",
			LanguageCode: "en", Contents: []domain.Span{{End: 5, Exact: "words"}}, Time: domain.Period{Missing: domain.NotStated},
		}
		must.OK(t, w.PutStatement(of, "ana"))
		review := func(id, rating string) domain.Review {
			return domain.Review{
				Record: domain.Record{ID: id, UID: "uid-" + id}, Statement: of.ID, Reviewer: "Checker", TextualRating: rating,
				PublishTime: domain.Period{Missing: domain.NotStated},
			}
		}
		for i := range 20 {
			must.Get(changes.AddReview(w, "ana", review(fmt.Sprint("r", i), fmt.Sprint("Rating ", i)), of, "", ""))(t)
		}
		made := 0
		again := must.Get(changes.AddReviewOnce(w, "ana", func(domain.Statement) (domain.Review, error) {
			made++
			return review("new", "Rating 19"), nil
		}, of, "", ""))(t)
		must.Equal(t, again.ID, "r19")
		must.Equal(t, made, 2) // of what stands now, and of its revision
		return nil
	}))
}
