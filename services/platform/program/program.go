// Package program runs a service that owns a store as a program of its own:
// logging, telemetry, health, the gRPC listener, the admin and the probe
// listener, and the stop sequence, the same for each.
//
// Only wiring that all such programs share may go here; what a service does is
// behind the Service interface.
package program

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/heapfloor"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/logging"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/tracing"
)

// Service is what the program runs.
type Service interface {
	// Register registers the service's RPCs.
	Register(registrar grpc.ServiceRegistrar)
	// Checks are what must work for the program to be ready.
	Checks() []health.Check
	// Settled is up to when the record is settled.
	Settled() time.Time
	// Upkeep is the background work.
	Upkeep() lifecycle.Component
	// Close closes the store.
	Close() error
}

// GRPC is a program that serves gRPC.
type GRPC struct {
	// Name is that of the binary.
	Name string
	// ProtoPackage is the package of the registered services: their answers carry
	// the settled time.
	ProtoPackage string
	Log          config.Log
	Listen       config.Listen
	Drain        config.Drain
	Access       config.Access
	Traces       config.Traces
	// Open opens the service.
	Open func(ctx context.Context, log *zap.Logger, counters *telemetry.Telemetry) (Service, error)
}

// Serve runs the program until ctx ends, then stops it in order; force ends it
// at once. See lifecycle.Signals for both.
func (p GRPC) Serve(ctx context.Context, force <-chan struct{}) (err error) {
	if err := p.check(); err != nil {
		return err
	}
	log, level, err := logging.New(p.Log.Level, p.Log.Format, os.Stderr)
	if err != nil {
		return err
	}
	logging.ForGRPC(log)
	guard, err := auth.New(p.Access, log)
	if err != nil {
		return err
	}
	certificates, err := auth.OpenCertificates(p.Access, log)
	if err != nil {
		return err
	}
	heapfloor.Raise()
	counters := telemetry.New(telemetry.ReadBuild(p.Name))
	traces, err := tracing.Open(ctx, p.Traces, counters, log)
	if err != nil {
		return err
	}
	guard.Register(counters.Registry)
	certificates.Register(counters.Registry, "server")
	service, err := p.Open(ctx, log, counters)
	if err != nil {
		return errors.Join(err, traces.Close())
	}
	readiness := health.New(log, service.Checks()...)
	readiness.Register(counters.Registry)
	group := lifecycle.New(lifecycle.Options{
		Log: log, Readiness: readiness, DrainDelay: p.Drain.Delay, DrainTimeout: p.Drain.Timeout, Force: force,
	})
	group.OnClose("traces", traces.Close)
	group.OnClose("store", service.Close)
	defer func() {
		if err != nil {
			group.Close() //nolint:errcheck // Run closed it, or the first error says more
		}
	}()
	// Components stop last added first: gRPC, upkeep, then what operators watch.
	if err := p.serveAdmin(ctx, group, certificates, guard, counters, log, level); err != nil {
		return err
	}
	if p.Listen.Health != "" {
		listener, err := listen(ctx, "health", p.Listen.Health)
		if err != nil {
			return err
		}
		group.Add("health", lifecycle.Probes(listener, readiness))
	}
	group.Add("upkeep", service.Upkeep())
	group.Add("access", guard.Upkeep())
	server := p.server(group, log, service, counters, readiness, rpcserver.Options{Guard: guard, Extra: certificates.ServerOptions()})
	if err := p.serve(ctx, group, log, server); err != nil {
		return err
	}
	return group.Run(ctx)
}

// serveAdmin adds the admin listener, if there is to be one.
func (p GRPC) serveAdmin(
	ctx context.Context, group *lifecycle.Group, certificates *auth.Certificates, guard *auth.Guard, counters *telemetry.Telemetry,
	log *zap.Logger, level zap.AtomicLevel,
) error {
	if p.Listen.Admin == "" {
		return nil
	}
	loopback, err := config.Loopback(p.Listen.Admin)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, "admin", p.Listen.Admin)
	if err != nil {
		return err
	}
	group.Add("admin", group.HTTP(certificates.Listener(listener), guard.Handler(counters.AdminHandler(log, level, loopback))))
	return nil
}

// check refuses listeners that would serve facts or telemetry in the open.
func (p GRPC) check() error {
	if err := errors.Join(p.Access.Validate(), p.Traces.Validate()); err != nil {
		return err
	}
	if p.Listen.Admin != "" {
		if err := p.Access.CheckListen(p.Listen.Admin, p.Listen.Insecure); err != nil {
			return err
		}
	}
	return p.Access.CheckListen(p.Listen.GRPC, p.Listen.Insecure)
}

// server makes the gRPC server of the service.
func (p GRPC) server(
	group *lifecycle.Group, log *zap.Logger, service Service, counters *telemetry.Telemetry, readiness *health.Readiness,
	options rpcserver.Options,
) *grpc.Server {
	options.Log, options.Telemetry, options.Health, options.Draining = log, counters, readiness, group.Draining()
	options.Settled = func(name string) time.Time {
		if !strings.HasPrefix(name, p.ProtoPackage+".") {
			return time.Time{} // health, reflection
		}
		return service.Settled()
	}
	server := rpcserver.New(options)
	service.Register(server)
	return server
}

// serve adds the gRPC server with its listener.
func (p GRPC) serve(ctx context.Context, group *lifecycle.Group, log *zap.Logger, server *grpc.Server) error {
	group.OnClose("grpc server", stopped(server))
	listener, err := listen(ctx, "gRPC", p.Listen.GRPC)
	if err != nil {
		return err
	}
	log.Info("serving", zap.String("grpc", listener.Addr().String()))
	group.Add("grpc", rpcserver.Component(server, listener))
	return nil
}

// stopped ends a server that may never have served.
func stopped(server *grpc.Server) func() error {
	return func() error {
		server.Stop()
		return nil
	}
}

func listen(ctx context.Context, what, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s listener: %w", what, err)
	}
	return listener, nil
}
