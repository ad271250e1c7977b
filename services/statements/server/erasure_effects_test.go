package server_test

import (
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// onDocument is a direct quotation printed in a document.
func onDocument(id string) *statementsv1.Statement {
	statement := direct()
	statement.DocumentVersion = "documents/" + id + "/versions/1"
	return statement
}

// changesAfter are the types of the changes after a token, by name; the last of each
// name counts.
func (s *service) changesAfter(t testing.TB, token string) map[string]statementsv1.Change_Type {
	t.Helper()
	found := map[string]statementsv1.Change_Type{}
	all, _ := until(t, s.watch(t, after(token)))
	for _, one := range all {
		found[one.GetChange().GetName()] = one.GetChange().GetType()
	}
	return found
}

// TestErasureOfAnAppearanceIsARevision: a statement that loses an appearance to an
// erasure gets a revision, whichever of the two has the smaller id.
func TestErasureOfAnAppearanceIsARevision(t *testing.T) {
	for _, ids := range [][2]string{{"ha", "hb"}, {"hb", "ha"}} {
		t.Run(ids[0], func(t *testing.T) {
			onFilled(t, func(t *testing.T, s *service) {
				holder, printed := ids[0], ids[1]
				s.document(t, "e", false)
				s.create(t, holder, onDocument("d"))
				s.create(t, printed, onDocument("e"))
				must.Get(s.merge(t, printed, holder))(t)
				before := must.Get(s.get(t.Context(), holder))(t)
				must.Equal(t, before.GetAppearanceCount(), int32(2))
				_, beat := until(t, s.watch(t, everything()))

				s.eraseDocument(t, "e")
				now := must.Get(s.get(t.Context(), holder))(t)
				must.Equal(t, now.GetAppearanceCount(), int32(1))
				must.NotEqual(t, now.GetEtag(), before.GetEtag())
				must.True(t, now.GetUpdateTime().AsTime().After(before.GetUpdateTime().AsTime()))
				changes := s.changesAfter(t, beat.GetResumeToken())
				must.Equal(t, changes["statements/"+holder], statementsv1.Change_UPDATED)
				must.Equal(t, changes["statements/"+printed], statementsv1.Change_ERASED)
				revisions := must.Get(s.statements.ListStatementRevisions(t.Context(),
					&statementsv1.ListStatementRevisionsRequest{Parent: "statements/" + holder}))(t).GetStatementRevisions()
				must.Equal(t, revisions[0].GetTags(), []string{"erase"})
			})
		})
	}
}

// TestErasureOfADocumentIsWatched: who was sent a version, or an earlier revision of a
// statement that has left the document, hears that it was erased.
func TestErasureOfADocumentIsWatched(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		s.document(t, "f", false)
		next := newVersion()
		next.Text += " More."
		must.Get(s.documents.CreateDocumentVersion(t.Context(),
			&statementsv1.CreateDocumentVersionRequest{Parent: "documents/e", DocumentVersion: next}))(t)
		for _, id := range []string{"moved", "withdrawn"} {
			s.create(t, id, onDocument("e"))
			s.move(t, id, "f", "printed there")
		}
		gone := must.Get(s.statements.DeleteStatement(t.Context(),
			&statementsv1.DeleteStatementRequest{Name: "statements/withdrawn", Reason: "r"}))(t)
		_, beat := until(t, s.watch(t, everything()))
		s.eraseDocument(t, "e")
		must.Equal(t, s.changesAfter(t, beat.GetResumeToken()), map[string]statementsv1.Change_Type{
			"documents/e":            statementsv1.Change_ERASED,
			"documents/e/versions/1": statementsv1.Change_ERASED,
			"documents/e/versions/2": statementsv1.Change_ERASED,
			"statements/moved":       statementsv1.Change_UPDATED,
			"statements/withdrawn":   statementsv1.Change_RETRACTED,
		})
		// The correction that withdrew it is told as before.
		_, err := s.get(t.Context(), "withdrawn")
		must.Equal(t, correctionOf(statustest.Check(t, err, codes.NotFound, "RETRACTED", "")), gone.GetRetraction())
	})
}

// TestReviewsOfErasedRevisions: they quote what was erased.
func TestReviewsOfErasedRevisions(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		s.create(t, "moved", onDocument("e"))
		review := checked()
		review.Span = at("trade is")
		old := s.review(t, "moved", "old", review)
		s.move(t, "moved", "d", "printed there")
		stays := s.review(t, "moved", "new", checked())
		s.eraseDocument(t, "e")
		_, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: old.GetName(), ShowDeleted: true})
		statustest.Check(t, err, codes.NotFound, "ERASED", "")
		must.Equal(t, must.Get(s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: stays.GetName()}))(t), stays)
	})
}

// TestRetriesAfterAnErasure: a write that is sent again is told that what it wrote was
// erased, whatever it was.
func TestRetriesAfterAnErasure(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		retries := map[string]func() error{}
		do := func(name string, call func() error) {
			t.Helper()
			must.OK(t, call())
			retries[name] = call
		}
		id := func() string { return uuid.NewString() }
		entity := &statementsv1.CreateEntityRequest{
			Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana"}, EntityId: "ana", RequestId: id(),
		}
		do("entity", func() error { return second(s.entities.CreateEntity(t.Context(), entity)) })
		document := &statementsv1.CreateDocumentRequest{
			Document: newDocument(), DocumentId: "d", InitialVersion: newVersion(), RequestId: id(),
		}
		do("document", func() error { return second(s.documents.CreateDocument(t.Context(), document)) })
		next := newVersion()
		next.Text += " More."
		version := &statementsv1.CreateDocumentVersionRequest{Parent: "documents/d", DocumentVersion: next, RequestId: id()}
		do("version", func() error { return second(s.documents.CreateDocumentVersion(t.Context(), version)) })
		create := &statementsv1.CreateStatementRequest{Statement: direct(), StatementId: "s1", RequestId: id()}
		do("statement", func() error { return second(s.statements.CreateStatement(t.Context(), create)) })
		batch := &statementsv1.BatchCreateStatementsRequest{
			Requests: []*statementsv1.CreateStatementRequest{{Statement: direct(), StatementId: "s2"}}, RequestId: id(),
		}
		do("batch", func() error { return second(s.statements.BatchCreateStatements(t.Context(), batch)) })
		update := &statementsv1.UpdateStatementRequest{Statement: &statementsv1.Statement{Name: "statements/s1", Comment: "x"}, RequestId: id()}
		do("update", func() error { return second(s.statements.UpdateStatement(t.Context(), update)) })
		correct := correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade is")}}, "contents")
		correct.RequestId = id()
		do("correction", func() error { return second(s.corrections.CorrectStatement(t.Context(), correct)) })
		review := &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: checked(), ReviewId: "r1", RequestId: id()}
		do("review", func() error { return second(s.reviews.CreateReview(t.Context(), review)) })
		said := &statementsv1.CorrectDocumentRequest{Name: "documents/d", Kind: typev1.Correction_UPDATE, Reason: "r", RequestId: id()}
		do("document's correction", func() error { return second(s.corrections.CorrectDocument(t.Context(), said)) })
		dropReview := &statementsv1.DeleteReviewRequest{Name: "statements/s1/reviews/r1", Reason: "r", RequestId: id()}
		do("deleted review", func() error { return second(s.reviews.DeleteReview(t.Context(), dropReview)) })
		drop := &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "r", RequestId: id()}
		do("deleted statement", func() error { return second(s.statements.DeleteStatement(t.Context(), drop)) })
		kill := &statementsv1.CorrectDocumentRequest{Name: "documents/d", Kind: typev1.Correction_KILL, Reason: "r", RequestId: id()}
		do("kill", func() error { return second(s.corrections.CorrectDocument(t.Context(), kill)) })
		dropEntity := &statementsv1.DeleteEntityRequest{Name: "entities/ana", Reason: "r", RequestId: id()}
		do("deleted entity", func() error { return second(s.entities.DeleteEntity(t.Context(), dropEntity)) })

		s.eraseDocument(t, "d")
		must.Get(s.erasures.EraseEntity(t.Context(), &statementsv1.EraseEntityRequest{Name: "entities/ana", Reason: "r"}))(t)
		for name, retry := range retries {
			t.Run(name, func(t *testing.T) { statustest.Check(t, retry(), codes.NotFound, "ERASED", "") })
		}
		drop.ValidateOnly, dropReview.ValidateOnly, dropEntity.ValidateOnly = true, true, true
		for _, name := range []string{"deleted statement", "deleted review", "deleted entity"} {
			t.Run(name+", validated", func(t *testing.T) { statustest.Check(t, retries[name](), codes.NotFound, "ERASED", "") })
		}
	})
}

// TestPublishAgainAfterAnErasure is told so too.
func TestPublishAgainAfterAnErasure(t *testing.T) {
	s := start(t)
	s.stage(t, ingest(request1))
	publish := func() error {
		return second(s.staging.PublishDocument(t.Context(), &statementsv1.PublishDocumentRequest{RequestId: request1}))
	}
	must.OK(t, publish())
	s.eraseDocument(t, "d")
	statustest.Check(t, publish(), codes.NotFound, "ERASED", "")
}
