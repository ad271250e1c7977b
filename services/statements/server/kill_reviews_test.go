package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestKillTakesTheReviews: they quote what is withdrawn, of statements that were
// retracted before too; of an appearance elsewhere they stay.
func TestKillTakesTheReviews(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		for id, document := range map[string]string{"s1": "d", "before": "d", "other": "e"} {
			s.create(t, id, onDocument(document))
			s.review(t, id, "r1", checked())
		}
		must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/before", Reason: "r"}))(t)
		then := s.settled()
		killed := must.Get(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/d", Kind: typev1.Correction_KILL, Reason: "made up", NoticeText: "We withdraw it.",
		}))(t)
		for _, id := range []string{"s1", "before"} {
			name := "statements/" + id + "/reviews/r1"
			_, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: name})
			why := correctionOf(statustest.Check(t, err, codes.NotFound, "RETRACTED", ""))
			want := proto.CloneOf(killed)
			want.Name, want.Subject, want.PreviousRevision, want.NewRevision = why.GetName(), name, "1", "2"
			must.Equal(t, why, want)
			must.Equal(t, must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: why.GetName()}))(t), why)
			must.Get(s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: name, ReadTime: then}))(t)
		}
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-"}), []string{"statements/other/reviews/r1"})
	})
}

// TestNoClaimReviewOfWhatWasRetracted: the words are not said again by way of a
// review, but as of a time before.
func TestNoClaimReviewOfWhatWasRetracted(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		created := s.review(t, "s1", "r1", checked())
		then := s.settled()
		export := &statementsv1.ExportClaimReviewRequest{Name: created.GetName()}
		before := must.Get(s.reviews.ExportClaimReview(t.Context(), export))(t)
		gone := must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"}))(t)
		_, err := s.reviews.ExportClaimReview(t.Context(), export)
		must.Equal(t, correctionOf(statustest.Check(t, err, codes.NotFound, "RETRACTED", "")), gone.GetRetraction())
		export.ReadTime = then
		must.Equal(t, must.Get(s.reviews.ExportClaimReview(t.Context(), export))(t), before)
	})
}

// TestVerifyStatementsVerifiesReviews: the passage that is reviewed lies in the text
// that is brought, whether the statement is verified then or was before.
func TestVerifyStatementsVerifiesReviews(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		document := newDocument()
		document.TextWithheld = true
		must.Get(s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
			Document: document, DocumentId: "d", InitialVersion: &statementsv1.DocumentVersion{
				PublishTime: period("2023"), TextSha256: sourcetext.HashOf(stored), TextLength: int32(len([]rune(stored))),
			},
		}))(t)
		s.entity(t, "ana")
		s.create(t, "quoted", direct())
		s.create(t, "told", indirect())
		reviewed := func(statement, words string) *statementsv1.Review {
			review := checked()
			review.Span = at(words)
			return s.review(t, statement, "", review)
		}
		quoted, told := reviewed("quoted", "trade is"), reviewed("told", "the wall")
		must.Equal(t, quoted.GetSpan().GetAnchorState(), typev1.TextSpan_UNVERIFIED)
		whole := s.review(t, "quoted", "", checked())
		s.verify(t)
		read := func(name string) *statementsv1.Review {
			return must.Get(s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: name}))(t)
		}
		span := read(quoted.GetName()).GetSpan()
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, span.GetRole(), typev1.TextSpan_CONTENT)
		must.Equal(t, span.GetExact(), "trade is")
		span = read(told.GetName()).GetSpan()
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, span.GetExact()+span.GetPrefix()+span.GetSuffix(), "") // as the passage it lies in
		must.Equal(t, read(whole.GetName()).GetRevisionId(), "1")
		again := s.verify(t)
		must.True(t, again.GetRecordTime() == nil, "there is nothing more to verify")
	})
}
