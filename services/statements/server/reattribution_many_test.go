package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// mostReattributed is how many statements are changed at once.
const mostReattributed = 5000

// several puts a number of equal statements on record.
func (s *service) several(t testing.TB, count int) {
	t.Helper()
	for count > 0 {
		batch := &statementsv1.BatchCreateStatementsRequest{}
		for range min(count, 1000) {
			batch.Requests = append(batch.Requests, &statementsv1.CreateStatementRequest{Statement: direct()})
			count--
		}
		_, err := s.statements.BatchCreateStatements(t.Context(), batch)
		must.OK(t, err)
	}
}

// Bad input: one statement more than can be changed at once. Nothing is written.
func TestTooManyStatementsToReattribute(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	s.several(t, mostReattributed+1)
	_, err := s.reattributions.ReattributeStatements(t.Context(), toBen())
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_STATEMENTS", "")
	_, err = s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{Name: "entities/ana", Target: "entities/ben", Reason: "r"})
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_STATEMENTS", "")
	must.Equal(t, s.getEntity(t, "ana").GetRedirectTo(), "")
	list, err := s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{})
	must.OK(t, err)
	must.Equal(t, len(list.GetReattributions()), 0)
}

// S23: many statements are changed by one call, and changed back by another. Of
// those only the first are named.
func TestS23ManyAtOnce(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.several(t, 150)
		done := s.reattribute(t, toBen())
		must.Equal(t, done.GetStatementCount(), int32(150))
		must.Equal(t, len(done.GetStatements()), 100)
		must.Equal(t, s.undo(t, done.GetName()).GetSkippedCount(), int32(0))
		page, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{
			Filter: `speaker:"entities/ana"`, PageSize: 1000,
		})
		must.OK(t, err)
		must.Equal(t, len(page.GetStatements()), 150)
		for _, statement := range page.GetStatements() {
			must.Equal(t, statement.GetRevisionId(), "3")
		}
	})
}
