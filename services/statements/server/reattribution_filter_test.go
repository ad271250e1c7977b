package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// A merged entity names what its merge did, which is also found by a filter.
func TestTheReattributionOfAMergeIsFound(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "eve")
		s.create(t, "s1", direct())
		made := s.reattribute(t, toBen())
		must.Equal(t, s.getEntity(t, "ben").GetReattribution(), "")
		preview, err := s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
			Name: "entities/ben", Target: "entities/eve", Reason: "r", ValidateOnly: true,
		})
		must.OK(t, err)
		must.Equal(t, preview.GetReattribution(), "")
		merge := s.mergeEntity(t, "ben", "eve").GetReattribution()
		must.Equal(t, s.getEntity(t, "ben").GetReattribution(), merge)
		for filter, want := range map[string][]string{
			``: {merge, made.GetName()}, `merge = true`: {merge}, `merge = false`: {made.GetName()},
			`from_entity = "entities/ben"`: {merge}, `from_entity = "entities/ben" merge = true`: {merge},
			`to_entity = "entities/ben"`: {made.GetName()}, `to_entity = "entities/ben" AND merge = true`: nil,
			`from_entity != "entities/ben"`: {made.GetName()}, `from_entity = "entities/ana" OR to_entity = "entities/eve"`: {merge, made.GetName()},
		} {
			must.Equal(t, s.reattributionsBy(t, filter), want)
		}
		s.unmergeEntity(t, "ben")
		must.Equal(t, s.getEntity(t, "ben").GetReattribution(), "")
		got, err := s.reattributions.GetReattribution(t.Context(), &statementsv1.GetReattributionRequest{Name: merge})
		must.OK(t, err)
		must.Equal(t, got.GetUndoReason(), "not the same")
		must.Equal(t, s.reattributionsBy(t, `from_entity = "entities/ben"`), []string{merge})
		must.Equal(t, s.undo(t, made.GetName()).GetUndoReason(), "it was Ana")
		for filter, reason := range map[string]string{
			`from_entity = "ben"`: "FILTER_VALUE_INVALID", `merge = 1`: "FILTER_VALUE_INVALID", `reason = "r"`: "UNKNOWN_FILTER_FIELD",
		} {
			_, err := s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{Filter: filter})
			statustest.Check(t, err, codes.InvalidArgument, reason, "filter")
		}
	})
}

// reattributionsBy are the names of those that match a filter, a page of one at a time.
func (s *service) reattributionsBy(t testing.TB, filter string) (names []string) {
	t.Helper()
	page := &statementsv1.ListReattributionsRequest{PageSize: 1, Filter: filter}
	for {
		answer, err := s.reattributions.ListReattributions(t.Context(), page)
		must.OK(t, err)
		for _, r := range answer.GetReattributions() {
			names = append(names, r.GetName())
		}
		if page.PageToken = answer.GetNextPageToken(); page.PageToken == "" {
			return names
		}
	}
}
