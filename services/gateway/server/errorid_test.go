package server_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// faulty is a connection to both services on which calls break, those that it says, with err if
// that is set.
type faulty struct {
	breaks func(args any) bool
	err    error
}

func (f faulty) Invoke(_ context.Context, _ string, args, reply any, options ...grpc.CallOption) error {
	for _, option := range options {
		if header, ok := option.(grpc.HeaderCallOption); ok {
			*header.HeaderAddr = metadata.Pairs(rpcserver.SettledKey, time.Unix(0, 0).UTC().Format(rpcserver.SettledLayout))
		}
	}
	switch {
	case !f.breaks(args):
	case f.err != nil:
		return f.err
	default:
		return status.Error(codes.Internal, "proxy 10.0.0.1 broke")
	}
	switch answer := reply.(type) {
	case *statementsv1.Document:
		answer.Name, answer.LatestVersion = "documents/d", "documents/d/versions/2"
	case *statementsv1.DocumentVersion:
		answer.Name = "documents/d/versions/2"
	case *statementsv1.Statement:
		answer.Name, answer.DocumentVersion = "statements/s", "documents/d/versions/2"
	case *metricsv1.Figure:
		answer.Name, answer.Metric, answer.DocumentVersion = "figures/f", "metrics/m", "documents/d/versions/2"
	case *metricsv1.EraseFigureWordsResponse:
		answer.RecordTime = timestamppb.Now()
	}
	return nil
}

func (faulty) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unavailable, "no stream is asked for here")
}

func breaks[Request any](args any) bool {
	_, is := args.(Request)
	return is
}

// TestTheCauseIsInTheLogUnderTheErrorID that the client gets, once, whichever half of a call
// broke.
func TestTheCauseIsInTheLogUnderTheErrorID(t *testing.T) {
	for _, c := range []struct {
		method, target, body string
		breaks               func(args any) bool
	}{
		{"GET", "/v1/documents/d", "", breaks[*statementsv1.GetDocumentRequest]},
		{"PATCH", "/v1/documents/d", `{"headline":"x"}`, breaks[*statementsv1.UpdateDocumentRequest]},
		{"PATCH", "/v1/documents/d", `{"embargoEndTime":"2100-01-01T00:00:00Z"}`, breaks[*statementsv1.GetDocumentRequest]},
		{"PATCH", "/v1/documents/d", `{"embargoEndTime":"2100-01-01T00:00:00Z"}`, breaks[*metricsv1.ListFiguresRequest]},
		{"DELETE", "/v1/documents/d", "", breaks[*metricsv1.ListFiguresRequest]},
		{"POST", "/v1/documents/d:erase", `{"reason":"article 17"}`, breaks[*metricsv1.EraseFigureWordsRequest]},
		{"POST", "/v1/documents/d:erase", `{"reason":"article 17"}`, func(args any) bool {
			request, is := args.(*statementsv1.EraseDocumentRequest)
			return is && !request.GetValidateOnly()
		}},
		{"POST", "/v1/figures", `{"documentVersion":"documents/d/versions/v"}`, breaks[*statementsv1.GetDocumentVersionRequest]},
	} {
		code, answer, causes := logged(t, faulty{breaks: c.breaks}, c.method, c.target, c.body)
		must.Equal(t, code, 500)
		must.True(t, len(causes) == 1, "%s %s %s: %s, of which the log has %q", c.method, c.target, c.body, answer, causes)
		must.Contains(t, causes[0], "proxy 10.0.0.1 broke")
	}
}

// TestTheCauseIsInTheLogOfAPartOfAPage that says an id in place of a list.
func TestTheCauseIsInTheLogOfAPartOfAPage(t *testing.T) {
	code, answer, causes := logged(t, faulty{breaks: breaks[*statementsv1.ListDocumentsRequest]}, "GET", "/", "")
	must.Equal(t, code, 200)
	must.Contains(t, answer, "internal error, id ")
	must.Equal(t, strings.Count(strings.Join(causes, "\n"), "proxy 10.0.0.1 broke"), 1)
}

// TestTheCauseIsInTheLogOfWhatAPageLeavesOut, whether it says that something is missing or only has less.
func TestTheCauseIsInTheLogOfWhatAPageLeavesOut(t *testing.T) {
	for _, c := range []struct {
		target string
		breaks func(args any) bool
	}{
		{"/statements/s", breaks[*statementsv1.ListStatementRevisionsRequest]},
		{"/statements/s", breaks[*statementsv1.ListReviewsRequest]},
		{"/figures/f", breaks[*metricsv1.ListFigureRevisionsRequest]},
		{"/documents/d", func(args any) bool {
			request, is := args.(*statementsv1.ListStatementsRequest)
			return is && strings.HasPrefix(request.GetFilter(), "document = ") // those of earlier versions
		}},
		{"/search?q=wall", func(args any) bool {
			request, is := args.(*statementsv1.SearchStatementsRequest)
			return is && request.GetPageSize() == 1 // the count
		}},
	} {
		recorder, logs := answered(t.Context(), t, faulty{breaks: c.breaks}, "GET", c.target, "")
		must.True(t, recorder.Code == 200, "%s: %d, of which the log has %v", c.target, recorder.Code, logs.All())
		found := 0
		for _, entry := range logs.All() {
			if cause, has := entry.ContextMap()["error"].(string); has && strings.Contains(cause, "proxy 10.0.0.1 broke") {
				found++
			}
		}
		must.True(t, found > 0, "the log of %s has %v", c.target, logs.All())
	}
}

// TestWhatTheProgramCancelledItselfIsInTheLog: a call may end since another one of the same answer broke. What
// ends with its client is nobody's fault.
func TestWhatTheProgramCancelledItselfIsInTheLog(t *testing.T) {
	for _, gone := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		conn := faulty{err: errs.New(errs.Internal, "", "half a document was read").Wrap(context.Canceled), breaks: func(any) bool {
			if gone {
				cancel()
			}
			return true
		}}
		recorder, logs := answered(ctx, t, conn, "GET", "/v1/documents/d", "")
		cancel()
		must.Equal(t, recorder.Code, 500)
		must.Equal(t, logs.FilterMessage("call failed").Len() == 0, gone)
	}
}

// logged is what a client is answered, and the causes that the log has under ids in it.
func logged(t *testing.T, conn faulty, method, target, body string) (code int, answer string, causes []string) {
	t.Helper()
	recorder, logs := answered(t.Context(), t, conn, method, target, body)
	answer = recorder.Body.String()
	must.False(t, strings.Contains(answer, "10.0.0.1"))
	for _, entry := range logs.All() {
		id, has := entry.ContextMap()["error_id"].(string)
		if cause, says := entry.ContextMap()["error"].(string); says && has && strings.Contains(answer, id) {
			causes = append(causes, cause)
		}
	}
	return recorder.Code, answer, causes
}

// answered is what a client is answered, and the log.
func answered(ctx context.Context, t *testing.T, conn faulty, method, target, body string) (*httptest.ResponseRecorder, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.WarnLevel)
	s := must.Get(server.New(t.Context(), server.Config{}, server.Deps{Statements: conn, Metrics: conn, Log: zap.New(core)}))(t)
	request := httptest.NewRequestWithContext(ctx, method, target, nil)
	if body != "" {
		request = httptest.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, request)
	must.OK(t, s.Close())
	return recorder, logs
}
