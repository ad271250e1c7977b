package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"go.uber.org/zap"

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

// Serve builds the gateway and serves it on its listeners until ctx ends, then
// drains; closing force ends it at once. The log goes to out.
func Serve(ctx context.Context, settings ServeCommand, out io.Writer, force <-chan struct{}) error {
	if err := settings.check(); err != nil {
		return err
	}
	log, level, err := logging.New(settings.Log.Level, settings.Log.Format, out)
	if err != nil {
		return err
	}
	logging.ForGRPC(log)
	heapfloor.Raise()
	p := &program{settings: settings, log: log, level: level, telemetry: telemetry.New(telemetry.ReadBuild("gateway"))}
	if err := p.secure(); err != nil {
		return err
	}
	traces, err := tracing.Open(ctx, settings.Traces, p.telemetry, log)
	if err != nil {
		return err
	}
	p.server, err = New(ctx, settings.Config, Deps{
		Log: log, Telemetry: p.telemetry, Guard: p.guard, Services: p.services.ClientCredentials(),
	})
	if err != nil {
		return errors.Join(err, traces.Close())
	}
	p.readiness = health.New(log, p.server.Checks()...)
	p.readiness.Register(p.telemetry.Registry)
	p.server.UseReadiness(p.readiness)
	p.group = lifecycle.New(lifecycle.Options{
		Log: log, Readiness: p.readiness, DrainDelay: settings.Drain.Delay, DrainTimeout: settings.Drain.Timeout, Force: force,
	})
	p.server.UseDraining(p.group.Draining())
	p.group.OnClose("traces", traces.Close)
	p.group.OnClose("gateway", p.server.Close)
	if err := p.open(ctx); err != nil {
		return errors.Join(err, p.group.Close())
	}
	return p.group.Run(ctx)
}

// program is the gateway as a program of its own.
type program struct {
	settings  ServeCommand
	log       *zap.Logger
	level     zap.AtomicLevel
	telemetry *telemetry.Telemetry
	readiness *health.Readiness
	server    *Server
	group     *lifecycle.Group

	guard                  *auth.Guard
	certificates, services *auth.Certificates
}

// secure opens what says who may call, and what connections are secured with.
func (p *program) secure() (err error) {
	access := p.settings.Access
	if p.guard, err = auth.New(access, p.log); err != nil {
		return err
	}
	if p.certificates, err = auth.OpenCertificates(access, p.log); err != nil {
		return err
	}
	if p.settings.ServicesCA != "" {
		p.services, err = auth.OpenClientCertificates(p.settings.ServicesCA, access.TLSCert, access.TLSKey, p.log)
	}
	p.guard.Register(p.telemetry.Registry)
	p.certificates.Register(p.telemetry.Registry, "server")
	p.services.Register(p.telemetry.Registry, "client")
	return err
}

// open opens every listener before any serves, so that a taken port stops the
// program at once. Components stop in reverse order: HTTP, gRPC, then what
// operators watch.
func (p *program) open(ctx context.Context) error {
	grpcServer := rpcserver.New(rpcserver.Options{
		Log: p.log, Validator: p.server.validator, Telemetry: p.telemetry,
		Health: p.readiness, Settled: unsettled, Timeout: recordTimeout, Draining: p.group.Draining(),
		Guard: p.guard, Extra: p.certificates.ServerOptions(),
	})
	p.group.OnClose("grpc server", func() error {
		grpcServer.Stop() // it may never have served
		return nil
	})
	p.server.Register(grpcServer)
	p.group.Add("upkeep", p.server.Upkeep())
	p.group.Add("access", p.guard.Upkeep())
	loopback := false
	if p.settings.Listen.Admin != "" {
		var err error
		if loopback, err = config.Loopback(p.settings.Listen.Admin); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name, addr string
		component  func(net.Listener) lifecycle.Component
	}{
		{"admin", p.settings.Listen.Admin, func(l net.Listener) lifecycle.Component {
			return p.group.HTTP(p.certificates.Listener(l), p.guard.Handler(p.telemetry.AdminHandler(p.log, p.level, loopback)))
		}},
		{"health", p.settings.Listen.Health, func(l net.Listener) lifecycle.Component {
			return lifecycle.Probes(l, p.readiness)
		}},
		{"grpc", p.settings.Listen.GRPC, func(l net.Listener) lifecycle.Component {
			return rpcserver.Component(grpcServer, l)
		}},
		{"http", p.settings.HTTP.Listen, func(l net.Listener) lifecycle.Component {
			p.server.UseURL(p.settings.Access.Scheme() + "://" + l.Addr().String())
			return p.group.HTTP(p.certificates.Listener(l), p.server.Handler())
		}},
	} {
		if part.addr == "" {
			continue
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", part.addr)
		if err != nil {
			return fmt.Errorf("%s listener: %w", part.name, err)
		}
		p.group.Add(part.name, closing(listener, part.component(listener), p.group))
		p.log.Info("serving", zap.String(part.name, listener.Addr().String()))
	}
	return nil
}

// closing also closes the listener when the group is closed without having run.
func closing(listener net.Listener, component lifecycle.Component, group *lifecycle.Group) lifecycle.Component {
	group.OnClose("listener "+listener.Addr().String(), func() error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return component
}
