package server

import (
	"cmp"
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/metrics/internal/api"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb/observed"
)

// Server is the service, ready to be registered. It is safe for concurrent use.
type Server struct {
	deps   Deps
	store  *tables.Store
	sweeps *embargo.Sweeps
}

// New opens the store. Close must be called.
func New(ctx context.Context, config Config, deps Deps) (*Server, error) {
	deps = deps.withDefaults()
	st, err := open(ctx, config, deps)
	if err != nil {
		return nil, err
	}
	var registry prometheus.Registerer
	if deps.Telemetry != nil {
		registry = deps.Telemetry.Registry
		st.Database = observed.Wrap(st.Database, serviceName, deps.Telemetry.Registry)
		deps.Watch.Watchers = changefeed.NewWatchers(serviceName, deps.Telemetry.Registry)
	}
	return &Server{deps: deps, store: st, sweeps: embargo.NewSweeps(serviceName, registry)}, nil
}

// serviceName is what telemetry calls the service.
const serviceName = "metrics"

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
	err := s.store.Check(ctx)
	if !health.Serves(err) {
		return err
	}
	return cmp.Or(tables.CheckDerived(ctx, s.store), err)
}

// Settled is the settled time: nothing can still be recorded at or before it.
func (s *Server) Settled() time.Time { return s.store.Settled().Time() }

// Close closes the store.
func (s *Server) Close() error { return s.store.Close() }
