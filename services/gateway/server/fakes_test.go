package server_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// settledTime is the settled time of the fake services.
var settledTime = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)

const settledText = "2026-01-02T03:04:05.000006Z"

// documents answers as a test says and notes what it was asked.
type documents struct {
	statementsv1.UnimplementedDocumentServiceServer
	notes

	get     func(*statementsv1.GetDocumentRequest) (*statementsv1.Document, error)
	version func(*statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error)
	write   func() (*statementsv1.Document, error)
}

// notes are the requests that a fake got, and from whom.
type notes struct {
	mu        sync.Mutex
	requests  []any
	requestID string
}

func (n *notes) add(ctx context.Context, request any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.requests = append(n.requests, request)
	n.requestID = caller.RequestID(ctx)
}

// last returns the newest request, and fails if it is of another type.
func last[T any](t *testing.T, n *notes) T {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	must.True(t, len(n.requests) > 0, "no request came")
	request, ok := n.requests[len(n.requests)-1].(T)
	must.True(t, ok, "the newest request is of another type")
	return request
}

func (d *documents) GetDocument(ctx context.Context, r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	d.add(ctx, r)
	if d.get != nil {
		return d.get(r)
	}
	return &statementsv1.Document{Name: r.GetName(), Etag: `"1-abcd"`, Headline: "A <b> & \u2028 headline"}, nil
}

func (d *documents) ListDocuments(ctx context.Context, r *statementsv1.ListDocumentsRequest) (*statementsv1.ListDocumentsResponse, error) {
	d.add(ctx, r)
	return &statementsv1.ListDocumentsResponse{Documents: []*statementsv1.Document{{Name: "documents/a"}}}, nil
}

func (d *documents) CreateDocument(ctx context.Context, r *statementsv1.CreateDocumentRequest) (*statementsv1.Document, error) {
	d.add(ctx, r)
	return r.GetDocument(), nil
}

func (d *documents) UpdateDocument(ctx context.Context, r *statementsv1.UpdateDocumentRequest) (*statementsv1.Document, error) {
	d.add(ctx, r)
	if d.write != nil {
		return d.write()
	}
	return r.GetDocument(), nil
}

func (d *documents) DeleteDocument(ctx context.Context, r *statementsv1.DeleteDocumentRequest) (*statementsv1.Document, error) {
	d.add(ctx, r)
	if d.write != nil {
		return d.write()
	}
	return &statementsv1.Document{Name: r.GetName()}, nil
}

func (d *documents) GetDocumentVersion(ctx context.Context, r *statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
	d.add(ctx, r)
	return d.version(r)
}

// statements notes what it was asked.
type statements struct {
	statementsv1.UnimplementedStatementServiceServer
	notes
}

// GetStatement knows statements/known, and statements/sealed of documents/sealed.
func (s *statements) GetStatement(_ context.Context, r *statementsv1.GetStatementRequest) (*statementsv1.Statement, error) {
	switch r.GetName() {
	case "statements/known":
		return &statementsv1.Statement{Name: r.GetName()}, nil
	case "statements/sealed":
		return &statementsv1.Statement{Name: r.GetName(), DocumentVersion: "documents/sealed/versions/1", Restricted: true}, nil
	default:
		return nil, errs.New(errs.NotFound, "STATEMENT_NOT_FOUND", "there is no %s", r.GetName())
	}
}

func (s *statements) CreateStatement(ctx context.Context, r *statementsv1.CreateStatementRequest) (*statementsv1.Statement, error) {
	s.add(ctx, r)
	return r.GetStatement(), nil
}

func (s *statements) BatchCreateStatements(ctx context.Context, r *statementsv1.BatchCreateStatementsRequest) (*statementsv1.BatchCreateStatementsResponse, error) {
	s.add(ctx, r)
	return &statementsv1.BatchCreateStatementsResponse{}, nil
}

func (s *statements) BatchGetStatements(ctx context.Context, r *statementsv1.BatchGetStatementsRequest) (*statementsv1.BatchGetStatementsResponse, error) {
	s.add(ctx, r)
	return &statementsv1.BatchGetStatementsResponse{}, nil
}

// metrics notes what it was asked.
type metrics struct {
	metricsv1.UnimplementedMetricServiceServer
	notes

	query  func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error)
	metric *metricsv1.Metric
}

func (m *metrics) QueryMetric(ctx context.Context, r *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	m.add(ctx, r)
	if m.query != nil {
		return m.query(r)
	}
	return &metricsv1.QueryMetricResponse{}, nil
}

func (m *metrics) GetMetric(ctx context.Context, r *metricsv1.GetMetricRequest) (*metricsv1.Metric, error) {
	if m.metric != nil {
		return named(m.metric, r.GetName()), nil
	}
	m.add(ctx, r)
	return &metricsv1.Metric{Name: r.GetName(), DisplayName: strings.Repeat("trade ", 400)}, nil
}

// figures notes what it was asked.
type figures struct {
	metricsv1.UnimplementedFigureServiceServer
	notes

	list    func(*metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error)
	batch   func(*metricsv1.BatchGetFiguresRequest) (*metricsv1.BatchGetFiguresResponse, error)
	present *metricsv1.Figure
	// earlier is what each figure was in each earlier revision.
	earlier *metricsv1.Figure
	// rollback is why one is refused.
	rollback func(ctx context.Context) error
}

func (f *figures) GetFigureRevision(_ context.Context, r *metricsv1.GetFigureRevisionRequest) (*metricsv1.FigureRevision, error) {
	return &metricsv1.FigureRevision{Name: r.GetName(), Snapshot: f.earlier}, nil
}

func (f *figures) RollbackFigure(ctx context.Context, r *metricsv1.RollbackFigureRequest) (*metricsv1.Figure, error) {
	f.add(ctx, r)
	if f.rollback != nil {
		return f.earlier, f.rollback(ctx)
	}
	return f.earlier, nil
}

func (f *figures) BatchGetFigures(ctx context.Context, r *metricsv1.BatchGetFiguresRequest) (*metricsv1.BatchGetFiguresResponse, error) {
	f.add(ctx, r)
	return f.batch(r)
}

func (f *figures) GetFigure(_ context.Context, r *metricsv1.GetFigureRequest) (*metricsv1.Figure, error) {
	if f.present == nil {
		return nil, errs.New(errs.NotFound, "FIGURE_NOT_FOUND", "there is no %s", r.GetName())
	}
	return named(f.present, r.GetName()), nil
}

// named is a resource with the name that was asked for.
func named[M proto.Message](resource M, name string) M {
	copied := proto.CloneOf(resource)
	message := copied.ProtoReflect()
	message.Set(message.Descriptor().Fields().ByName("name"), protoreflect.ValueOfString(name))
	return copied
}

func (f *figures) CorrectFigure(ctx context.Context, r *metricsv1.CorrectFigureRequest) (*metricsv1.CorrectFigureResponse, error) {
	f.add(ctx, r)
	return &metricsv1.CorrectFigureResponse{Figure: r.GetFigure()}, nil
}

func (f *figures) ListFigures(ctx context.Context, r *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	f.add(ctx, r)
	if f.list != nil {
		return f.list(r)
	}
	return &metricsv1.ListFiguresResponse{}, nil
}

func (f *figures) CreateFigure(ctx context.Context, r *metricsv1.CreateFigureRequest) (*metricsv1.Figure, error) {
	f.add(ctx, r)
	return r.GetFigure(), nil
}

func (f *figures) BatchCreateFigures(ctx context.Context, r *metricsv1.BatchCreateFiguresRequest) (*metricsv1.BatchCreateFiguresResponse, error) {
	f.add(ctx, r)
	return &metricsv1.BatchCreateFiguresResponse{}, nil
}

// world is a gateway over fake services.
type world struct {
	documents  documents
	statements statements
	metrics    metrics
	figures    figures
	server     *server.Server
	handler    http.Handler
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	options := rpcserver.Options{Settled: func(string) time.Time { return settledTime }}
	statementsConn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterDocumentServiceServer(r, &w.documents)
		statementsv1.RegisterStatementServiceServer(r, &w.statements)
	})
	metricsConn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterMetricServiceServer(r, &w.metrics)
		metricsv1.RegisterFigureServiceServer(r, &w.figures)
	})
	s, err := server.New(t.Context(), server.Config{}, server.Deps{Statements: statementsConn, Metrics: metricsConn})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, s.Close()) })
	w.server, w.handler = s, s.Handler()
	return w
}

// call makes a request. Headers come in pairs.
func (w *world) call(t *testing.T, method, target, body string, headers ...string) *reply {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return &reply{StatusCode: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
}

// reply is an answer, read to its end.
type reply struct {
	StatusCode int
	Header     http.Header
	Body       string
}

// failure is an error answer, as a client reads it.
type failure struct {
	Type, Title, Detail, Instance string
	Status                        int

	Code    int
	Message string
	Details []struct {
		Type            string `json:"@type"`
		Reason          string
		Domain          string
		Metadata        map[string]string
		FieldViolations []struct{ Field, Description, Reason string }
	}
}

// refused checks an error answer: its HTTP code, its reason, and the field of
// its first violation ("" for none, or for a violation without a field).
func refused(t *testing.T, response *reply, code int, reason, field string) failure {
	t.Helper()
	body := response.Body
	var f failure
	must.OK(t, json.Unmarshal([]byte(body), &f))
	must.Equal(t, response.StatusCode, code)
	must.True(t, f.Code > 0 && f.Code <= 16, body) // a google.rpc.Code
	must.True(t, len(f.Details) > 0, body)
	must.Equal(t, f.Details[0].Type, "type.googleapis.com/google.rpc.ErrorInfo")
	must.Equal(t, f.Details[0].Reason, reason)
	must.Equal(t, f.Details[0].Domain, errorDomain)
	found := ""
	for _, detail := range f.Details {
		if len(detail.FieldViolations) > 0 {
			found = detail.FieldViolations[0].Field
		}
	}
	must.Equal(t, found, field)
	for _, leak := range []string{"strconv", "proto:", "json:", "invalid character", "syntax error"} {
		must.False(t, strings.Contains(body, leak), body)
	}
	must.True(t, f.Message != "", body)
	must.Equal(t, response.Header.Get("Content-Type"), "application/problem+json")
	must.True(t, response.Header.Get("X-Request-Id") != "")
	must.Equal(t, f.Type, "/docs/errors#"+reason)
	must.Equal(t, f.Status, code)
	must.Equal(t, f.Detail, f.Message)
	must.True(t, f.Title != "" && strings.HasPrefix(f.Instance, "tag:onrecord.dev,2026:request/"), body)
	return f
}
