package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// A merge that is undone in the middle of a chain takes its names along, from
// everything they came to by it, and from nothing that had them otherwise.
func TestUnmergeInAChainTakesItsNames(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"a", "b", "c", "a2"} {
			s.entity(t, id)
		}
		own := s.getEntity(t, "c")
		own.Aliases, own.DisplayName = []string{"Name of a2"}, "C"
		must.Get(s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: own}))(t)
		s.mergeEntity(t, "a", "b")
		s.mergeEntity(t, "a2", "b")
		s.mergeEntity(t, "b", "c")
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of a2", "Name of b", "Name of a"})
		s.unmergeEntity(t, "a")
		must.Equal(t, s.getEntity(t, "b").GetAliases(), []string{"Name of a2"})
		must.Equal(t, s.getEntity(t, "b").GetRedirectTo(), "entities/c")
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of a2", "Name of b"})
		s.unmergeEntity(t, "a2")
		must.Equal(t, len(s.getEntity(t, "b").GetAliases()), 0)
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of a2", "Name of b"}) // its own
		s.unmergeEntity(t, "b")
		must.Equal(t, len(s.getEntity(t, "b").GetAliases()), 0)
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of a2"})
	})
}

// What names a merged entity means the one it was merged into, which is therefore in
// use: reviews and members keep the name that they were given.
func TestTheTargetOfAMergeIsInUse(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"fc", "fc2", "ben"} {
			s.entity(t, id)
		}
		s.create(t, "s1", direct())
		review := checked()
		review.ReviewerEntity = "entities/fc"
		must.Get(s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: review}))(t)
		must.Get(s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: &statementsv1.Entity{
			Name: "entities/ben", Memberships: []*statementsv1.Membership{{Organization: "entities/fc"}},
		}}))(t)
		s.mergeEntity(t, "fc", "fc2")
		remove := func(id string) error {
			_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/" + id, Reason: "r"})
			return err
		}
		st := statustest.Check(t, remove("fc2"), codes.FailedPrecondition, "ENTITY_IN_USE", "")
		must.Contains(t, st.Message(), "entities/fc is merged into it")
		s.unmergeEntity(t, "fc")
		statustest.Check(t, remove("fc"), codes.FailedPrecondition, "ENTITY_IN_USE", "")
		must.OK(t, remove("fc2"))
	})
}
