package server_test

import (
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A document says which revision it is, in the numbers that its corrections count by;
// a notice makes none, so the etag stays good.
func TestADocumentHasTheRevisionThatItsCorrectionsName(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		read := func() *statementsv1.Document {
			out, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ShowDeleted: true})
			must.OK(t, err)
			return out
		}
		before := read()
		must.Equal(t, before.GetRevisionId(), "1")
		correct := func(kind typev1.Correction_Kind) *typev1.Correction {
			out, err := s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
				Name: "documents/d", Kind: kind, Reason: "r", Etag: read().GetEtag(),
			})
			must.OK(t, err)
			return out
		}
		must.Equal(t, correct(typev1.Correction_UPDATE).GetNewRevision(), "")
		must.Equal(t, read(), before)
		changed, err := s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
			Document: &statementsv1.Document{Name: "documents/d", Headline: "Another", RevisionId: "7"}, // ignored
		})
		must.OK(t, err)
		must.Equal(t, changed.GetRevisionId(), "2")
		_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
			Parent: "documents/d", DocumentVersion: &statementsv1.DocumentVersion{Text: "Another. " + text, PublishTime: period("2023-11-19")},
		})
		must.OK(t, err)
		must.Equal(t, read().GetRevisionId(), "3")
		killed := correct(typev1.Correction_KILL)
		must.Equal(t, []string{killed.GetPreviousRevision(), killed.GetNewRevision(), read().GetRevisionId()}, []string{"3", "4", "4"})
	})
}
