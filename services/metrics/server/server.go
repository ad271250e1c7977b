package server

import (
	"context"
	"time"

	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/metrics/internal/api"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
)

// Server is the service, ready to be registered. It is safe for concurrent use.
type Server struct {
	deps  Deps
	store *tables.Store
}

// New opens the store. Close must be called.
func New(ctx context.Context, config Config, deps Deps) (*Server, error) {
	deps = deps.withDefaults()
	st, err := open(ctx, config, deps)
	if err != nil {
		return nil, err
	}
	return &Server{deps: deps, store: st}, nil
}

// Migrate brings the database up to date, and makes it if it is new.
func Migrate(ctx context.Context, config Config, deps Deps) error {
	deps = deps.withDefaults()
	deps.Migrate = true
	st, err := open(ctx, config, deps)
	if err != nil {
		return err
	}
	return st.Close()
}

// Register registers MetricService, FigureService, CorrectionService,
// ImportService, UnitService, PlaceService, StagingService, VerificationService and
// ChangeService.
func (s *Server) Register(registrar grpc.ServiceRegistrar) {
	api.Register(registrar, s.store, s.deps.Validator, s.deps.Watch)
}

// Checks are what must work for the service to be ready.
func (s *Server) Checks() []health.Check {
	return []health.Check{{Name: "metrics-database", Func: s.check}}
}

// check says whether the store can serve: it answers, its schema is right, and so is what is derived from the record.
func (s *Server) check(ctx context.Context) error {
	if err := s.store.Check(ctx); err != nil {
		return err
	}
	return tables.CheckDerived(ctx, s.store)
}

// Settled is the settled time: nothing can still be recorded at or before it.
func (s *Server) Settled() time.Time { return s.store.Settled().Time() }

// Close closes the store.
func (s *Server) Close() error { return s.store.Close() }
