// Package server is the gateway as a value: the command, the all-in-one program
// and tests build the same one.
//
// It wires the parts together and decides nothing: REST is in internal/rest,
// the joined views in internal/record, pages in internal/pages. It links no
// SQL driver and keeps no state.
package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"buf.build/go/protovalidate"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/gen/openapi"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/gateway/internal/pages"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/gateway/internal/reference"
	"github.com/onrecord/onrecord/services/gateway/internal/rest"
	"github.com/onrecord/onrecord/services/gateway/internal/sourcefill"
	"github.com/onrecord/onrecord/services/gateway/internal/together"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Deps are what the gateway gets from the program that runs it. All are
// optional.
type Deps struct {
	// Log receives what happens; nil logs nothing.
	Log *zap.Logger
	// Telemetry counts calls and requests; nil counts nothing.
	Telemetry *telemetry.Telemetry
	// Statements and Metrics are connections to services in the same process;
	// nil connects to the address in Config. They must pass the services'
	// interceptors, and whoever gives them closes them.
	Statements, Metrics grpc.ClientConnInterface
	// Guard says who calls; nil lets everybody do everything.
	Guard *auth.Guard
	// Services secure the connections to both services; nil is in clear.
	Services credentials.TransportCredentials
}

// keptBytes is how much memory answers that never change may take.
const keptBytes = 64 << 20

// Server is the gateway.
type Server struct {
	log       *zap.Logger
	guard     *auth.Guard
	record    *record.Service
	changes   *changes.Hub
	checks    []health.Check
	readiness *health.Readiness

	rest      http.Handler
	pages     *pages.Explorer
	reference http.Handler
	requests  *edge.Requests
	tracer    trace.Tracer // nil traces nothing
	kept      *edge.Kept

	publicURL *publicURL
	// validator checks requests of RecordService and ChangeService.
	validator protovalidate.Validator

	closers []func() error
	close   sync.Once
}

// New builds the gateway completely. It connects when it is first used, so the
// services need not run yet. Close releases what it holds.
func New(ctx context.Context, cfg Config, deps Deps) (s *Server, err error) {
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	s = &Server{log: deps.Log, guard: deps.Guard, publicURL: newPublicURL(cfg.PublicURL)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if err := cfg.Validate(); err != nil {
		return s, err
	}
	statements, metrics, err := s.connect(cfg, deps)
	if err != nil {
		return s, err
	}
	s.record = record.New(statements, metrics)
	s.record.ServeAt(s.publicURL.get)
	watchers := changes.Options{Log: deps.Log, MaxWatchers: cfg.MaxWatchers}
	if deps.Telemetry != nil {
		watchers.Registry = deps.Telemetry.Registry
	}
	s.changes = changes.New(statements, metrics, watchers)
	s.closers = append(s.closers, s.changes.Close)
	s.kept = edge.NewKept(keptBytes, s.changes.Live)
	s.changes.OnErased(func(string) { s.kept.Forget() })
	if deps.Telemetry != nil {
		s.tracer, s.requests = deps.Telemetry.Tracer, edge.NewRequests(deps.Telemetry.Registry)
		s.kept.Register(deps.Telemetry.Registry)
	}
	if s.validator, err = newValidator(); err != nil {
		return s, err
	}
	joined, err := s.serveRecord(deps)
	if err != nil {
		return s, err
	}
	connections := rest.Connections{
		Statements: together.Wrap(statements, metrics, s.changes.Erased), Metrics: sourcefill.Wrap(metrics, statements), Record: joined,
		PublicURL: s.publicURL.get, Live: s.changes.Live,
	}
	if err := s.serveREST(ctx, connections, deps); err != nil {
		return s, err
	}
	if s.reference, err = reference.New(openapi.JSON); err != nil {
		return s, fmt.Errorf("API reference: %w", err)
	}
	if s.pages, err = pages.New(statements, metrics, joined, deps.Log); err != nil {
		return s, fmt.Errorf("pages: %w", err)
	}
	s.readiness = health.New(deps.Log, s.checks...)
	return s, nil
}

// connect returns connections to both services.
func (s *Server) connect(cfg Config, deps Deps) (statements, metrics grpc.ClientConnInterface, err error) {
	statements, metrics = deps.Statements, deps.Metrics
	upstream := &upstreams{}
	dial := func(name, target string) (*grpc.ClientConn, error) {
		conn, err := rpcclient.Dial(target, rpcclient.Options{Telemetry: deps.Telemetry, Credentials: deps.Services})
		if err != nil {
			return nil, fmt.Errorf("%s service: %w", name, err)
		}
		s.closers = append(s.closers, conn.Close)
		upstream.add(name, conn)
		return conn, nil
	}
	if statements == nil {
		if statements, err = dial("statements", cfg.StatementsAddr); err != nil {
			return nil, nil, err
		}
	}
	if metrics == nil {
		if metrics, err = dial("metrics", cfg.MetricsAddr); err != nil {
			return nil, nil, err
		}
	}
	if upstream.len() > 0 {
		s.checks = append(s.checks, health.Check{Name: "services", Func: upstream.check})
	}
	return outage.Wrap("statements", statements), outage.Wrap("metrics", metrics), nil
}

// serveRecord serves RecordService in memory, so that REST and pages reach it
// through the same interceptors as gRPC clients do.
func (s *Server) serveRecord(deps Deps) (grpc.ClientConnInterface, error) {
	loop, err := startLoop(s, deps)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, loop.close)
	return loop.conn, nil
}

func (s *Server) serveREST(ctx context.Context, connections rest.Connections, deps Deps) error {
	handler, err := rest.New(ctx, connections, deps.Log)
	if err != nil {
		return err
	}
	s.rest = handler
	s.changes.OnErased(func(string) { handler.Forget() })
	if deps.Telemetry != nil {
		handler.Register(deps.Telemetry.Registry)
	}
	return nil
}

// newValidator checks requests of RecordService and ChangeService. It is warmed with them,
// because the first check of a message is slow.
func newValidator() (protovalidate.Validator, error) {
	validator, err := protovalidate.New(
		protovalidate.WithMessages(
			&gatewayv1.ReadDocumentRequest{}, &gatewayv1.BriefEntityRequest{}, &gatewayv1.SearchFactsRequest{}, &gatewayv1.CompareFigureRequest{},
			&gatewayv1.CiteResourceRequest{}, &gatewayv1.ExportEvidenceRequest{}, &gatewayv1.IngestDocumentRequest{}, &gatewayv1.GetCorrectionRequest{},
			&gatewayv1.ListCorrectionsRequest{}, &gatewayv1.VerifyDocumentVersionRequest{}, &gatewayv1.WatchRequest{}))
	if err != nil {
		return nil, fmt.Errorf("rules of RecordService: %w", err)
	}
	return validator, nil
}

// Register adds RecordService and ChangeService to a gRPC server.
func (s *Server) Register(registrar grpc.ServiceRegistrar) {
	gatewayv1.RegisterRecordServiceServer(registrar, s.record)
	gatewayv1.RegisterChangeServiceServer(registrar, changes.NewService(s.changes))
}

// Checks are what must work for the gateway to be ready. Services in the same
// process have checks of their own.
func (s *Server) Checks() []health.Check { return s.checks }

// UseReadiness makes /healthz and /readyz of Handler show the readiness of the
// whole program; without it they show the gateway's own checks. Call it before
// Handler.
func (s *Server) UseReadiness(readiness *health.Readiness) { s.readiness = readiness }

// UseDraining ends streams of changes when the program starts to stop, because a
// stop waits for what runs. Call it before serving.
func (s *Server) UseDraining(draining <-chan struct{}) { s.changes.UseDraining(draining) }

// Close releases connections. It may be called more than once.
func (s *Server) Close() error {
	var err error
	s.close.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			err = errors.Join(err, s.closers[i]())
		}
	})
	return err
}
