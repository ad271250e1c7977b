package recordserver

import (
	"cmp"
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/observed"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// Server is a service, ready to be registered. It is safe for concurrent use.
type Server[R Reader, W recordwrite.Writer] struct {
	kind   Kind[R, W]
	config Config
	deps   Deps
	store  *recorddb.Opening[R, W]
	sweeps *embargo.Sweeps
}

// New opens the store. Close must be called.
func (k Kind[R, W]) New(ctx context.Context, config Config, deps Deps) (*Server[R, W], error) {
	server := k.Later(config, deps)
	if err := server.Open(ctx); err != nil {
		return nil, err
	}
	return server, nil
}

// Later returns a service whose store is not open: what needs it is UNAVAILABLE, reason
// STORAGE_OPENING, until Open, which must be called once, has returned. Close must be
// called, but not while it runs.
func (k Kind[R, W]) Later(config Config, deps Deps) *Server[R, W] {
	deps = deps.withDefaults()
	var registry prometheus.Registerer
	if deps.Telemetry != nil {
		registry = deps.Telemetry.Registry
		deps.Watch.Watchers = changefeed.NewWatchers(k.Name, registry)
	}
	return &Server[R, W]{
		kind: k, config: config, deps: deps, store: &recorddb.Opening[R, W]{}, sweeps: embargo.NewSweeps(k.Name, registry),
	}
}

// Open opens the store.
func (s *Server[R, W]) Open(ctx context.Context) error {
	return s.store.Open(func(progress recorddb.Progress) (*recorddb.Store[R, W], error) {
		deps := s.deps
		deps.progress = progress
		store, err := s.kind.open(ctx, s.config, deps)
		if err == nil && deps.Telemetry != nil {
			store.Database = observed.Wrap(store.Database, s.kind.Name, deps.Telemetry.Registry)
		}
		return store, err
	})
}

// Register registers the RPCs.
func (s *Server[R, W]) Register(registrar grpc.ServiceRegistrar) {
	s.kind.Register(registrar, s.store, s.deps.Validator, s.deps.Watch)
}

// Checks are what must work for the service to be ready.
func (s *Server[R, W]) Checks() []health.Check {
	return []health.Check{{Name: s.kind.Name + "-database", Func: s.check}}
}

// check says whether the store can serve: it answers, its schema is right, and so is what
// is derived from the record, and the clock.
func (s *Server[R, W]) check(ctx context.Context) error {
	store, err := s.store.Store()
	if err != nil {
		return err
	}
	err = store.Check(ctx)
	if !health.Serves(err) {
		return err
	}
	return cmp.Or(s.kind.CheckDerived(ctx, store), err, s.checkClock())
}

// clockSlack is how far clocks may be apart: that of this machine, and of one that wrote.
const clockSlack = time.Minute

// checkClock says that this machine's clock is behind the record: it was set back, or the clock
// that gave the times, which may be another's, is or was fast. The record goes on in order.
func (s *Server[R, W]) checkClock() error {
	settled := s.Settled()
	behind := settled.Sub(s.deps.Now())
	if behind <= clockSlack {
		return nil
	}
	return health.Degraded(errs.New(errs.FailedPrecondition, "CLOCK_BEHIND",
		"the record goes up to %s, which this machine's clock is %s behind: one of the two is wrong",
		settled.Format(time.RFC3339), behind.Round(time.Second)))
}

// Settled is the settled time: nothing can still be recorded at or before it. It is zero
// until the store is open.
func (s *Server[R, W]) Settled() time.Time {
	if settled := s.store.Settled(); settled > 0 {
		return settled.Time()
	}
	return time.Time{}
}

// Close closes the store.
func (s *Server[R, W]) Close() error { return s.store.Close() }
