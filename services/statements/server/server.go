package server

import (
	"cmp"
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/observed"
	"github.com/onrecord/onrecord/services/statements/internal/api"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// Server is the service, ready to be registered. It is safe for concurrent use.
type Server struct {
	config Config
	deps   Deps
	store  *recorddb.Opening[store.Reader, store.Writer]
	sweeps *embargo.Sweeps
}

// New opens the store. Close must be called.
func New(ctx context.Context, config Config, deps Deps) (*Server, error) {
	s := Later(config, deps)
	if err := s.Open(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Later returns a service whose store is not open: what needs it is UNAVAILABLE, reason
// STORAGE_OPENING, until Open, which must be called once, has returned. Close must be
// called, but not while it runs.
func Later(config Config, deps Deps) *Server {
	deps = deps.withDefaults()
	var registry prometheus.Registerer
	if deps.Telemetry != nil {
		registry = deps.Telemetry.Registry
		deps.Watch.Watchers = changefeed.NewWatchers(serviceName, deps.Telemetry.Registry)
	}
	return &Server{
		config: config, deps: deps, store: &recorddb.Opening[store.Reader, store.Writer]{}, sweeps: embargo.NewSweeps(serviceName, registry),
	}
}

// Open opens the store.
func (s *Server) Open(ctx context.Context) error {
	return s.store.Open(func(progress recorddb.Progress) (*tables.Store, error) {
		deps := s.deps
		deps.progress = progress
		st, err := open(ctx, s.config, deps)
		if err == nil && deps.Telemetry != nil {
			st.Database = observed.Wrap(st.Database, serviceName, deps.Telemetry.Registry)
		}
		return st, err
	})
}

// serviceName is what telemetry calls the service.
const serviceName = "statements"

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

// Register registers DocumentService, EntityService, StatementService,
// CorrectionService, ReattributionService, ReviewService, ErasureService,
// StagingService, VerificationService and ChangeService.
func (s *Server) Register(registrar grpc.ServiceRegistrar) {
	api.Register(registrar, s.store, s.deps.Validator, s.deps.Watch)
}

// Checks are what must work for the service to be ready.
func (s *Server) Checks() []health.Check {
	return []health.Check{{Name: "statements-database", Func: s.check}}
}

// check says whether the store can serve: it answers, its schema is right, and so is
// what is derived from the record.
func (s *Server) check(ctx context.Context) error {
	st, err := s.store.Store()
	if err != nil {
		return err
	}
	err = st.Check(ctx)
	if !health.Serves(err) {
		return err
	}
	return cmp.Or(tables.CheckDerived(ctx, st), err)
}

// Settled is the settled time: nothing can still be recorded at or before it. It is zero
// until the store is open.
func (s *Server) Settled() time.Time {
	if settled := s.store.Settled(); settled > 0 {
		return settled.Time()
	}
	return time.Time{}
}

// Close closes the store.
func (s *Server) Close() error { return s.store.Close() }
