package server_test

import (
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Undoing leaves alone what has nothing to go back to: what was said before is
// erased, or it says that already.
func TestUndoWithoutAPastLeavesTheStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.document(t, "e", false)
		s.create(t, "s1", direct())
		s.create(t, "s2", direct())
		done := s.reattribute(t, toBen())
		must.OK(t, s.correct(t, "s1", "document_version", &statementsv1.Statement{DocumentVersion: "documents/e/versions/1"}))
		must.OK(t, s.correct(t, "s2", "document_version", &statementsv1.Statement{DocumentVersion: "documents/e/versions/1"}))
		must.Get(s.erasures.EraseDocument(t.Context(),
			&statementsv1.EraseDocumentRequest{Name: "documents/d", Reason: "article 17", Cascade: true}))(t)
		corrections := func() int {
			return len(must.Get(s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{}))(t).GetCorrections())
		}
		before, made := s.statement(t, "s1"), corrections()
		undone := s.undo(t, done.GetName())
		must.Equal(t, undone.GetSkippedStatements(), []string{"statements/s1", "statements/s2"})
		must.Equal(t, s.statement(t, "s1"), before)
		must.Equal(t, corrections(), made)
	})
}

// A speaker who was merged into the one that has the statement now: there is nothing
// to undo.
func TestUndoWritesNoEmptyRevision(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.create(t, "s1", direct())
		req := toBen()
		req.KeepRoles = true
		done := s.reattribute(t, req)
		s.mergeEntity(t, "ana", "ben")
		before := s.statement(t, "s1")
		undone := s.undo(t, done.GetName())
		must.Equal(t, undone.GetSkippedStatements(), []string{"statements/s1"})
		must.Equal(t, s.statement(t, "s1"), before)
	})
}
