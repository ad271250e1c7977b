package rest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/rest"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// settled is the settled time of the fake services.
var settled = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)

// joined answers joined views and notes what it was asked.
type joined struct {
	gatewayv1.UnimplementedRecordServiceServer

	partial bool
	asked   *gatewayv1.ReadDocumentRequest
}

func (j *joined) ReadDocument(ctx context.Context, r *gatewayv1.ReadDocumentRequest) (*gatewayv1.ReadDocumentResponse, error) {
	j.asked = r
	answer := &gatewayv1.ReadDocumentResponse{
		Document:        &statementsv1.Document{Name: r.GetName(), Headline: "A headline"},
		DocumentVersion: &statementsv1.DocumentVersion{Text: "A text"},
	}
	if !j.partial {
		return answer, nil
	}
	answer.Unavailable = []*gatewayv1.Unavailable{{Service: "metrics", Reason: "SERVICE_UNAVAILABLE"}}
	return answer, rpcserver.SetPartial(ctx, "metrics")
}

// documents answers reads and notes writes.
type documents struct {
	statementsv1.UnimplementedDocumentServiceServer

	// written says of reads that they are made of the record as it was written last; the
	// zero time says nothing.
	written  time.Time
	who      auth.Identity // asks; the zero one sees less
	headline string        // of all in a list
	etag     string        // of the one that is asked for
	byline   string
	updated  time.Time
	next     string
	err      error
	created  *statementsv1.CreateDocumentRequest
	deleted  *statementsv1.DeleteDocumentRequest
	calls    int
}

func (d *documents) fromState(ctx context.Context) error {
	if d.written.IsZero() {
		return nil
	}
	return rpcserver.FromState(auth.With(ctx, d.who), d.written)
}

// bylineSeen is what of the byline its reader sees.
func (d *documents) bylineSeen() string {
	if d.byline == "" || auth.SeesRestricted(auth.With(context.Background(), d.who)) {
		return d.byline
	}
	return "Not yet"
}

func (d *documents) GetDocument(ctx context.Context, r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	if err := d.fromState(ctx); err != nil {
		return nil, err
	}
	d.calls++
	if d.err != nil {
		return nil, d.err
	}
	answer := &statementsv1.Document{Name: r.GetName(), Etag: `"` + cmp.Or(d.etag, "1-abcd") + `"`, Headline: cmp.Or(d.headline, "A headline"), Publisher: "A paper"}
	answer.Byline = d.bylineSeen()
	if !d.updated.IsZero() {
		answer.UpdateTime = timestamppb.New(d.updated)
	}
	return answer, nil
}

func (d *documents) ListDocuments(ctx context.Context, _ *statementsv1.ListDocumentsRequest) (*statementsv1.ListDocumentsResponse, error) {
	if err := d.fromState(ctx); err != nil {
		return nil, err
	}
	d.calls++
	return &statementsv1.ListDocumentsResponse{
		Documents:     []*statementsv1.Document{{Name: "documents/a", Headline: cmp.Or(d.headline, "A headline"), Byline: d.bylineSeen()}, {Name: "documents/b"}},
		NextPageToken: d.next,
	}, nil
}

func (d *documents) CreateDocument(_ context.Context, r *statementsv1.CreateDocumentRequest) (*statementsv1.Document, error) {
	d.calls++
	d.created = r
	return r.GetDocument(), nil
}

func (d *documents) DeleteDocument(_ context.Context, r *statementsv1.DeleteDocumentRequest) (*statementsv1.Document, error) {
	d.calls++
	d.deleted = r
	return &statementsv1.Document{Name: r.GetName()}, nil
}

// metrics answers queries with nothing.
type metrics struct {
	metricsv1.UnimplementedMetricServiceServer
}

func (metrics) QueryMetric(context.Context, *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	return &metricsv1.QueryMetricResponse{}, nil
}

// world is the REST side over fakes, inside its edge.
type world struct {
	documents documents
	joined    joined
	handler   http.Handler
	// rest is the handler inside the edge. Plain is over the same services and remembers
	// nothing.
	rest  *rest.Handler
	plain http.Handler
	// settled is the settled time of the services, live whether erasures are heard of.
	settled time.Time
	live    bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{settled: settled, live: true}
	options := rpcserver.Options{Settled: func(string) time.Time { return w.settled }}
	connections := rest.Connections{
		Statements: rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { statementsv1.RegisterDocumentServiceServer(r, &w.documents) }),
		Metrics:    rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { metricsv1.RegisterMetricServiceServer(r, metrics{}) }),
		Record:     rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { gatewayv1.RegisterRecordServiceServer(r, &w.joined) }),
		PublicURL:  func() string { return "http://localhost:8080" },
		Live:       func() bool { return w.live },
	}
	w.rest = must.Get(rest.New(t.Context(), connections, zap.NewNop()))(t)
	w.handler = edge.Wrap(w.rest, edge.Options{})
	connections.Live = func() bool { return false }
	w.plain = edge.Wrap(must.Get(rest.New(t.Context(), connections, zap.NewNop()))(t), edge.Options{})
	return w
}

// call makes a request. Headers come in pairs; one of a name that came before is
// added.
func (w *world) call(t *testing.T, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return recorder
}

func (w *world) get(t *testing.T, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return w.call(t, http.MethodGet, target, "", headers...)
}

// ok fails the test unless the answer is 200, and returns its body.
func ok(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	must.True(t, answer.Code == http.StatusOK, "%d: %s", answer.Code, answer.Body)
	return answer.Body.String()
}

// refused checks the code and the reason of an error, and the field at fault.
func refused(t *testing.T, answer *httptest.ResponseRecorder, code int, reason, field string) {
	t.Helper()
	must.True(t, answer.Code == code, "%d, want %d: %s", answer.Code, code, answer.Body)
	var problem struct {
		Details []struct {
			Reason          string
			FieldViolations []struct{ Field string }
		}
	}
	must.OK(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	must.Equal(t, problem.Details[0].Reason, reason)
	if field != "" {
		must.Equal(t, problem.Details[1].FieldViolations[0].Field, field)
	}
}
