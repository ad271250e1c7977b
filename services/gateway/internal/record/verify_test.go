package record_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func (s *statements) VerifyStatements(_ context.Context, r *statementsv1.VerifyStatementsRequest) (*statementsv1.VerifyStatementsResponse, error) {
	s.verified = r
	return s.verdict, s.faults.run("verify statements", func() error { return s.refuse })
}

func (m *metrics) VerifyFigures(_ context.Context, r *metricsv1.VerifyFiguresRequest) (*metricsv1.VerifyFiguresResponse, error) {
	m.verified = r
	return m.verdict, m.faults.run("verify figures", func() error { return m.refuse })
}

const versionName = "documents/a/versions/2"

func verifyRequest() *gatewayv1.VerifyDocumentVersionRequest {
	return &gatewayv1.VerifyDocumentVersionRequest{Name: versionName, SourceText: "the text", ValidateOnly: true}
}

// withWithheld has a document of which only the hash of the text is known.
func (w *world) withWithheld() {
	w.withDocument()
	w.statements.document.TextWithheld = true
	w.statements.text.Text, w.statements.text.TextSha256 = "", strings.Repeat("ab", 32)
	w.statements.verdict, w.metrics.verdict = &statementsv1.VerifyStatementsResponse{}, &metricsv1.VerifyFiguresResponse{}
}

func TestVerifyAsksBothServices(t *testing.T) {
	w := newWorld(t)
	w.withWithheld()
	w.statements.verdict = &statementsv1.VerifyStatementsResponse{
		VerifiedCount: 1, AnchoredCount: 2, MismatchCount: 3,
		Mismatches: []*statementsv1.VerifyStatementsResponse_Mismatch{{Statement: "statements/s", Field: "cue", Description: "other words"}},
	}
	w.metrics.verdict = &metricsv1.VerifyFiguresResponse{
		VerifiedCount: 10, AnchoredCount: 20, MismatchCount: 30,
		Mismatches: []*metricsv1.VerifyFiguresResponse_Mismatch{{Figure: "figures/f", Field: "reported.spans[0]", Description: "other digits"}},
	}
	var header metadata.MD
	answer, err := w.client.VerifyDocumentVersion(t.Context(), verifyRequest(), grpc.Header(&header))
	must.OK(t, err)
	must.Equal(t, answer, &gatewayv1.VerifyDocumentVersionResponse{
		VerifiedCount: 11, AnchoredCount: 22, MismatchCount: 33,
		Mismatches: []*gatewayv1.VerifyDocumentVersionResponse_Mismatch{
			{Fact: "statements/s", Field: "cue", Description: "other words"},
			{Fact: "figures/f", Field: "reported.spans[0]", Description: "other digits"},
		},
	})
	must.Equal(t, w.faults.log, []string{"verify statements", "verify figures"})
	must.Equal(t, w.statements.verified, &statementsv1.VerifyStatementsRequest{
		DocumentVersion: versionName, SourceText: "the text", ValidateOnly: true,
	})
	must.Equal(t, w.metrics.verified, &metricsv1.VerifyFiguresRequest{
		DocumentVersion: versionName, SourceText: "the text", ValidateOnly: true,
		SourceTextSha256: w.statements.text.GetTextSha256(), TextWithheld: true,
	})
	must.Equal(t, header.Get(rpcserver.SettledKey), []string{metricsSettled.Format(rpcserver.SettledLayout)})
}

func TestVerifyRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		spoil  func(*world)
		code   codes.Code
		reason string
		field  string
		steps  int
	}{
		"no document": {func(w *world) { w.statements.document = nil }, codes.NotFound, "NOT_FOUND", "", 0},
		"no version":  {func(w *world) { w.statements.text.Name = "documents/a/versions/1" }, codes.NotFound, "NOT_FOUND", "", 0},
		"another text": {func(w *world) { w.statements.refuse = errs.Invalid("source_text", "TEXT_HASH_MISMATCH", "another") },
			codes.InvalidArgument, "TEXT_HASH_MISMATCH", "source_text", 1},
		"field of a service": {func(w *world) { w.metrics.refuse = errs.Invalid("document_version", "INVALID_NAME", "no") },
			codes.InvalidArgument, "INVALID_NAME", "name", 2},
		"statements away": {func(w *world) { w.faults.steps = map[string]mode{"verify statements": lost} }, codes.Unavailable, "UNAVAILABLE", "", 1},
		"metrics away":    {func(w *world) { w.faults.steps = map[string]mode{"verify figures": lost} }, codes.Unavailable, "UNAVAILABLE", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.withWithheld()
			test.spoil(w)
			_, err := w.client.VerifyDocumentVersion(t.Context(), verifyRequest())
			statustest.Check(t, err, test.code, test.reason, test.field)
			must.Equal(t, len(w.faults.log), test.steps)
		})
	}
}

// A call that was cut off between the services is simply made again.
func TestVerifyAgainFinishes(t *testing.T) {
	w := newWorld(t)
	w.withWithheld()
	w.faults.steps = map[string]mode{"verify figures": lost}
	_, err := w.client.VerifyDocumentVersion(t.Context(), verifyRequest())
	statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
	_, err = w.client.VerifyDocumentVersion(t.Context(), verifyRequest())
	must.OK(t, err)
}
