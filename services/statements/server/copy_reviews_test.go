package server_test

import (
	"path/filepath"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// A copy has every revision of every review, those that were retracted or erased
// too.
func TestACopyHasTheReviews(t *testing.T) {
	source := pgtest.Database(t)
	s := startOn(t, source, changefeed.Options{}, rpcserver.Options{})
	s.document(t, "d", false)
	s.entity(t, "ana")
	s.create(t, "s1", direct())
	s.create(t, "s2", direct())
	passage := checked()
	passage.Span = at("trade")
	kept, lost := s.review(t, "s1", "r1", passage), s.review(t, "s1", "r2", checked())
	s.review(t, "s2", "r1", checked())
	changed, err := s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{
		Review: &statementsv1.Review{Name: kept.GetName(), TextualRating: "Two Pinocchios"},
	})
	must.OK(t, err)
	gone, err := s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: lost.GetName(), Reason: "wrong"})
	must.OK(t, err)
	_, err = s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s2", Reason: "article 17"})
	must.OK(t, err)
	for _, target := range []string{"sqlite:" + filepath.Join(t.TempDir(), "target.db"), pgtest.Database(t)} {
		revisions := copied(t, source, target)
		must.Equal(t, revisions["statements/*/reviews"], 6)
		c := startOn(t, target, changefeed.Options{}, rpcserver.Options{})
		listed, err := c.reviews.ListReviews(t.Context(), &statementsv1.ListReviewsRequest{Parent: "statements/-", ShowDeleted: true, OrderBy: "name"})
		must.OK(t, err)
		must.Equal(t, listed.GetReviews(), []*statementsv1.Review{changed, gone})
	}
}
