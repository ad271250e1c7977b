package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// ailment is what is wrong with a service.
type ailment int32

const (
	well    ailment = iota
	down            // nobody is there
	late            // it did not answer in time, and that is known at once
	stuck           // it takes every call and answers none
	lying           // it does not say how far it is settled
	garbled         // its answers cannot be read
	strange         // something between says that nothing is there
	another         // it answers with another resource
)

// ill is a connection to a service that is well for so many calls and then is not.
type ill struct {
	grpc.ClientConnInterface
	ailment ailment
	after   int32
	calls   atomic.Int32
}

// Invoke implements grpc.ClientConnInterface.
func (i *ill) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if i.calls.Add(1) <= i.after {
		return i.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
	}
	switch i.ailment {
	case down:
		return status.Error(codes.Unavailable, "connection refused")
	case late:
		return status.Error(codes.DeadlineExceeded, "context deadline exceeded")
	case stuck:
		<-ctx.Done()
		return status.FromContextError(ctx.Err()).Err()
	case lying:
		return i.ClientConnInterface.Invoke(ctx, method, args, reply) // without the header
	case garbled:
		return status.Error(codes.Internal, "grpc: failed to unmarshal the received message")
	case strange:
		return status.Error(codes.NotFound, "no route to 10.0.0.1")
	case another:
		err := i.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
		message := reply.(proto.Message).ProtoReflect()
		if name := message.Descriptor().Fields().ByName("name"); name != nil {
			message.Set(name, protoreflect.ValueOfString("other/one"))
		}
		return err
	default:
		return i.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
	}
}

// sayings is a statements service with one document, in which entities/ana says one thing, and two corrections.
type sayings struct {
	statementsv1.UnimplementedDocumentServiceServer
	statementsv1.UnimplementedEntityServiceServer
	statementsv1.UnimplementedStatementServiceServer
	statementsv1.UnimplementedCorrectionServiceServer
}

var utterance = &statementsv1.Statement{
	Name: "statements/s", DocumentVersion: "documents/d/versions/1", Contents: []*typev1.TextSpan{{Start: proto.Int32(0), End: 9}},
	Speakers: []*statementsv1.Speaker{{Entity: "entities/ana"}}, StatementTime: &typev1.TimePeriod{Edtf: "2023-11-13"},
}

func (sayings) GetDocument(_ context.Context, r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	if r.GetName() != "documents/d" {
		return nil, errs.New(errs.NotFound, "DOCUMENT_NOT_FOUND", "there is no %s", r.GetName())
	}
	return &statementsv1.Document{Name: r.GetName(), LatestVersion: "documents/d/versions/1"}, nil
}

func (sayings) GetDocumentVersion(_ context.Context, r *statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
	return &statementsv1.DocumentVersion{Name: r.GetName(), Text: "We agree."}, nil
}

func (sayings) GetEntity(_ context.Context, r *statementsv1.GetEntityRequest) (*statementsv1.Entity, error) {
	return &statementsv1.Entity{Name: r.GetName(), DisplayName: "Ana"}, nil
}

func (sayings) ListStatements(context.Context, *statementsv1.ListStatementsRequest) (*statementsv1.ListStatementsResponse, error) {
	return &statementsv1.ListStatementsResponse{Statements: []*statementsv1.Statement{utterance}}, nil
}

func (sayings) ListCorrections(context.Context, *statementsv1.ListCorrectionsRequest) (*statementsv1.ListCorrectionsResponse, error) {
	return &statementsv1.ListCorrectionsResponse{Corrections: []*typev1.Correction{
		{Name: "corrections/s", Subject: "entities/ana"}, {Name: "corrections/r", Subject: "entities/ana"},
	}}, nil
}

// measurements is a metrics service with one figure, in what is utterance.
type measurements struct {
	metricsv1.UnimplementedMetricServiceServer
	metricsv1.UnimplementedFigureServiceServer
	metricsv1.UnimplementedCorrectionServiceServer
}

func measured() *metricsv1.Figure {
	usd := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}
	return &metricsv1.Figure{
		Name: "figures/f", Metric: "metrics/m", DocumentVersion: "documents/d/versions/1", TimePeriod: edtfYear(2022), ValueKind: metricsv1.Figure_POINT,
		Value: number("5"), Unit: usd, Normalized: &metricsv1.Normalized{Value: number("5"), Unit: usd}, RevisionId: "1",
		Reported: &metricsv1.Reported{Spans: []*typev1.TextSpan{{Start: proto.Int32(3), End: 8, Role: typev1.TextSpan_CONTENT}}}, ReleaseTime: edtfYear(2024),
	}
}

func (measurements) ListMetrics(context.Context, *metricsv1.ListMetricsRequest) (*metricsv1.ListMetricsResponse, error) {
	return &metricsv1.ListMetricsResponse{}, nil
}

func (measurements) GetMetric(_ context.Context, r *metricsv1.GetMetricRequest) (*metricsv1.Metric, error) {
	return &metricsv1.Metric{Name: r.GetName(), DisplayName: "M"}, nil
}

func (measurements) QueryMetric(context.Context, *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	return &metricsv1.QueryMetricResponse{}, nil
}

func (measurements) GetFigure(context.Context, *metricsv1.GetFigureRequest) (*metricsv1.Figure, error) {
	return measured(), nil
}

func (measurements) ListFigures(context.Context, *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	return &metricsv1.ListFiguresResponse{Figures: []*metricsv1.Figure{measured()}}, nil
}

func (measurements) ListCorrections(context.Context, *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	return &metricsv1.ListCorrectionsResponse{Corrections: []*typev1.Correction{{Name: "corrections/m", Subject: "figures/f"}}}, nil
}

// joinedWorld is a gateway over both, of which something may be wrong.
type joinedWorld struct {
	statements, metrics ill
	handler             http.Handler
}

func newJoinedWorld(t *testing.T) *joinedWorld {
	t.Helper()
	w := &joinedWorld{}
	options := rpcserver.Options{Settled: func(string) time.Time { return settledTime }}
	w.statements.ClientConnInterface = rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterDocumentServiceServer(r, sayings{})
		statementsv1.RegisterEntityServiceServer(r, sayings{})
		statementsv1.RegisterStatementServiceServer(r, sayings{})
		statementsv1.RegisterCorrectionServiceServer(r, sayings{})
	})
	w.metrics.ClientConnInterface = rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterMetricServiceServer(r, measurements{})
		metricsv1.RegisterFigureServiceServer(r, measurements{})
		metricsv1.RegisterCorrectionServiceServer(r, measurements{})
	})
	s, err := server.New(t.Context(), server.Config{}, server.Deps{Statements: &w.statements, Metrics: &w.metrics})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, s.Close()) })
	w.handler = s.Handler()
	return w
}

// get asks for a path; the client waits as long as it says.
func (w *joinedWorld) get(t *testing.T, path string, patience time.Duration) *reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	return &reply{StatusCode: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
}
