package server_test

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// clock sets the service's clock, that far ahead of the right one, and records embargoes as
// ended whose end has come.
func (s *service) clock(t testing.TB, ahead time.Duration) {
	t.Helper()
	s.ahead.Store(int64(ahead))
	must.Get(s.server.EndEmbargoes(t.Context()))(t)
}

// TestARecordAheadOfTheClockEndsNoEmbargo: what was recorded by a clock that was fast, or by
// another one, leaves the record ahead, and each write gets a time after the end.
func TestARecordAheadOfTheClockEndsNoEmbargo(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		s.clock(t, -3*time.Hour)
		document := newDocument()
		document.EmbargoEndTime = timestamppb.New(time.Now().Add(-2 * time.Hour))
		create := &statementsv1.CreateDocumentRequest{
			Document: document, DocumentId: "e", InitialVersion: newVersion(), RequestId: resource.NewUID(),
		}
		tried := proto.CloneOf(create)
		tried.RequestId, tried.ValidateOnly = "", true
		must.True(t, must.Get(s.documents.CreateDocument(t.Context(), tried))(t).GetRestricted())
		made := must.Get(s.documents.CreateDocument(t.Context(), create))(t)
		must.True(t, made.GetRestricted())
		must.True(t, s.create(t, "hidden", on("e", direct())).GetRestricted())

		edited := must.Get(s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
			Document:   &statementsv1.Document{Name: "documents/e", Byline: "Ana"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"byline"}},
		}))(t)
		must.True(t, edited.GetRestricted())
		s.clock(t, -2*time.Hour-time.Minute)
		_, err := readers.get(t.Context(), "hidden")
		statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
		_, err = readers.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/e"})
		statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
		_, err = s.embargo(t, "documents/d", document.GetEmbargoEndTime())
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_PUBLIC", "document.embargo_end_time")

		s.clock(t, -2*time.Hour+time.Minute)
		must.OK(t, second(readers.get(t.Context(), "hidden")))
		must.Equal(t, must.Get(s.documents.CreateDocument(t.Context(), create))(t), made) // as it was done

		s.clock(t, -3*time.Hour) // what is public stays so
		_, err = s.embargo(t, "documents/e", document.GetEmbargoEndTime())
		must.OK(t, err)
		must.OK(t, second(readers.get(t.Context(), "hidden")))
	})
}
