package telemetry_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// patience is how long the spans of a trace may take to come.
const patience = 30 * time.Second

// newTrace makes up the trace of a caller: its id, and what the caller sends.
func newTrace() (id, traceparent string) {
	id = strings.ReplaceAll(uuid.NewString(), "-", "")
	return id, "00-" + id + "-" + parent + "-01"
}

const parent = "00f067aa0ba902b7"

// traced sends a request in a trace of its own and answers that.
func traced(t *testing.T, request client.Request) (id string) {
	t.Helper()
	id, sent := newTrace()
	request.Header = map[string]string{"traceparent": sent, "Content-Type": "application/json"}
	all.Do(t, request).OK(t)
	return id
}

// whole waits for the trace of a request until it has spans of all names and is one tree
// that hangs on what the caller sent.
func whole(t *testing.T, id string, names ...string) []span {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	spans := all.trace(ctx, t, id, names)
	must.Equal(t, len(slices.DeleteFunc(slices.Clone(spans), func(s span) bool { return s.parent() != parent })), 1)
	return spans
}

// TestOneTraceFromARequestToBothDatabases: a read and a write over REST, each one trace
// through all three programs, and nothing of what is on record in it.
func TestOneTraceFromARequestToBothDatabases(t *testing.T) {
	t.Parallel()
	request := fixture.Record(t, "traced", uuid.NewString())
	write := traced(t, client.Request{Method: "POST", Path: "/v1/documents:ingest", Body: request})
	spans := whole(t, write,
		"gateway: POST /v1/documents:ingest", "gateway: onrecord.gateway.v1.RecordService/IngestDocument",
		"gateway: onrecord.statements.v1.StagingService/StageDocument", "statements: onrecord.statements.v1.StagingService/StageDocument",
		"statements: statements write", "metrics: metrics write", "statements: statements SELECT document_revisions")
	read := traced(t, client.Request{Path: "/v1/documents/traced:read"})
	spans = append(spans, whole(t, read, "gateway: GET /v1/{name=documents/*}:read",
		"statements: statements SELECT statement_refs", "metrics: metrics present", "metrics: metrics SELECT figure_revisions")...)
	for _, s := range spans {
		told := s.String()
		for _, secret := range []string{"traced", "Bridge", "goods", "Ana", "billion"} {
			must.False(t, strings.Contains(told, secret), "%s tells %q: %s", s.program, secret, told)
		}
	}
	for program, trace := range map[string]string{"gateway": read, "statements": read, "metrics": read} {
		all.running[program].Says(`"trace_id":"` + trace + `"`)
	}
}

// TestATraceOverGRPC: a service called directly takes the trace up, and a call that is
// refused says why by its code alone.
func TestATraceOverGRPC(t *testing.T) {
	t.Parallel()
	id, sent := newTrace()
	conn := client.Dial(t, all.statementsGRPC)
	_, err := statementsv1.NewDocumentServiceClient(conn).GetDocument(
		metadata.AppendToOutgoingContext(t.Context(), "traceparent", sent), &statementsv1.GetDocumentRequest{Name: "documents/nowhere"})
	must.Err(t, err)
	spans := whole(t, id, "statements: onrecord.statements.v1.DocumentService/GetDocument")
	must.True(t, slices.ContainsFunc(spans, func(s span) bool { return s.attribute("rpc.response.status_code") == "NOT_FOUND" }), "%v", spans)
}
