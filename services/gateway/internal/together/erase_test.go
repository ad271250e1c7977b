package together_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/together"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// services notes what both are asked, and who was told of what was erased.
type services struct {
	calls []string
	// refuse is the error of a call, by what is noted of it; refuseAgain of it made again.
	refuse, refuseAgain map[string]error
	// wordless says that no figure has words of the document, embargoed that it is under embargo,
	// figured that a figure stands on it.
	wordless, embargoed, figured bool
}

func (s *services) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no stream is asked for here")
}

func (s *services) Invoke(_ context.Context, _ string, args, reply any, _ ...grpc.CallOption) error {
	call := ""
	switch request := args.(type) {
	case *statementsv1.GetDocumentRequest:
		call = "get document"
		if s.embargoed {
			proto.Merge(reply.(proto.Message), &statementsv1.Document{Restricted: true, EmbargoEndTime: timestamppb.New(time.Unix(1<<40, 0))})
		}
	case *metricsv1.ListFiguresRequest:
		call = "list figures"
		if s.figured {
			proto.Merge(reply.(proto.Message), &metricsv1.ListFiguresResponse{Figures: []*metricsv1.Figure{{Name: "figures/f"}}})
		}
	case *statementsv1.DeleteDocumentRequest:
		call = "delete document"
	case *statementsv1.CorrectDocumentRequest:
		call = "correct document"
	case *statementsv1.EraseDocumentRequest:
		call = "document"
		if request.GetValidateOnly() {
			call = "try document" + request.GetRequestId() // a trial is no write to be repeated
		}
		proto.Merge(reply.(proto.Message), &statementsv1.Erasure{Subject: request.GetName()})
	case *metricsv1.EraseFigureWordsRequest:
		call = "words of " + request.GetDocument()
		if request.GetValidateOnly() {
			call = "try " + call
		} else if !s.wordless {
			proto.Merge(reply.(proto.Message), &metricsv1.EraseFigureWordsResponse{ErasedCount: 1, RecordTime: timestamppb.New(time.Unix(1, 0))})
		}
	}
	refuse := s.refuse
	if slices.Contains(s.calls, call) {
		refuse = s.refuseAgain
	}
	s.calls = append(s.calls, call)
	return errs.ToStatus(refuse[call]).Err()
}

func (s *services) erased(name string) { s.calls = append(s.calls, "forget "+name) }

func erase(t *testing.T, s *services, request *statementsv1.EraseDocumentRequest) error {
	t.Helper()
	request.Name = "documents/d"
	_, err := statementsv1.NewErasureServiceClient(together.Wrap(s, s, s.erased)).EraseDocument(t.Context(), request)
	return err
}

const (
	words  = "words of documents/d"
	forget = "forget documents/d"
)

var away = errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "away")

// checkErased checks what an error says was erased all the same, "" if nothing was.
func checkErased(t *testing.T, err error, want string) {
	t.Helper()
	must.Equal(t, errs.Info(errs.ToStatus(err)).GetMetadata()["erased"], want)
	if want != "" {
		must.True(t, errs.WriteUnknown(err), "%v says that nothing was written", err)
	}
}

func TestTheWordsGoWithTheDocument(t *testing.T) {
	s := &services{}
	must.OK(t, erase(t, s, &statementsv1.EraseDocumentRequest{RequestId: "11111111-1111-4111-8111-111111111111"}))
	must.Equal(t, s.calls, []string{"get document", "try document", words, forget, "document", words, forget})

	s = &services{}
	must.OK(t, erase(t, s, &statementsv1.EraseDocumentRequest{ValidateOnly: true}))
	must.Equal(t, s.calls, []string{"get document", "try document", "try " + words, "try document"})
}

func TestNothingGoesOfADocumentThatCannotBeErased(t *testing.T) {
	s := &services{refuse: map[string]error{"try document": errs.New(errs.FailedPrecondition, "DOCUMENT_HAS_STATEMENTS", "no")}}
	err := erase(t, s, &statementsv1.EraseDocumentRequest{})
	statustest.Check(t, err, codes.FailedPrecondition, "DOCUMENT_HAS_STATEMENTS", "")
	checkErased(t, err, "")
	must.Equal(t, s.calls, []string{"get document", "try document"})
}

func TestADocumentWaitsForItsWords(t *testing.T) {
	s := &services{refuse: map[string]error{words: away}}
	statustest.Check(t, erase(t, s, &statementsv1.EraseDocumentRequest{}), codes.Unavailable, "SERVICE_UNAVAILABLE", "")
	must.Equal(t, s.calls, []string{"get document", "try document", words, forget}) // some may have gone before it was away

	s = &services{refuse: map[string]error{words: errs.ToStatus(errs.New(errs.Unimplemented, "UNKNOWN_METHOD", "no such method")).Err()}}
	statustest.Check(t, erase(t, s, &statementsv1.EraseDocumentRequest{}), codes.FailedPrecondition, "SERVICE_TOO_OLD", "")
	must.False(t, slices.Contains(s.calls, "document"), "the document was erased without its words")
}

// TestWhatFailsAfterTheWordsSaysThatTheyAreGone: the document was changed since it was tried.
func TestWhatFailsAfterTheWordsSaysThatTheyAreGone(t *testing.T) {
	changed := map[string]error{"document": errs.New(errs.Aborted, "ETAG_MISMATCH", "changed").NotWritten()}
	for _, test := range []struct {
		wordless bool
		want     string
	}{{false, "FIGURE_WORDS"}, {true, ""}} {
		s := &services{refuse: changed, wordless: test.wordless}
		err := erase(t, s, &statementsv1.EraseDocumentRequest{Etag: "e"})
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
		checkErased(t, err, test.want)
		must.Equal(t, s.calls, []string{"get document", "try document", words, forget, "document"})
	}
}

// TestWhatFailsAfterTheDocumentSaysThatItIsGone: a figure may have come before it, and have words.
func TestWhatFailsAfterTheDocumentSaysThatItIsGone(t *testing.T) {
	s := &services{refuseAgain: map[string]error{words: errs.New(errs.Aborted, "NAME_STAGED", "staged").NotWritten()}}
	err := erase(t, s, &statementsv1.EraseDocumentRequest{})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	checkErased(t, err, "DOCUMENT")
	must.Equal(t, s.calls, []string{"get document", "try document", words, forget, "document", words, forget})
}

// TestTheSameCallAgainEndsWhatAFaultLeft: the document is erased, and figures may have words.
// ERASED says that nothing is left to do.
func TestTheSameCallAgainEndsWhatAFaultLeft(t *testing.T) {
	gone := errs.New(errs.NotFound, "ERASED", "gone")
	s := &services{refuse: map[string]error{"try document": gone, "document": gone}}
	err := erase(t, s, &statementsv1.EraseDocumentRequest{})
	statustest.Check(t, err, codes.NotFound, "ERASED", "")
	checkErased(t, err, "")
	must.Equal(t, s.calls, []string{"get document", "try document", words, forget, "document"})

	s = &services{refuse: map[string]error{"try document": gone, words: away}}
	statustest.Check(t, erase(t, s, &statementsv1.EraseDocumentRequest{}), codes.Unavailable, "SERVICE_UNAVAILABLE", "")
	must.False(t, slices.Contains(s.calls, "document"), "it said ERASED before the words were gone")
}
