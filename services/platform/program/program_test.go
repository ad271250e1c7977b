package program_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/program"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a service that says when it runs and when it was closed.
type fake struct {
	running    chan struct{}
	closed     bool
	registered bool
}

func (f *fake) Register(grpc.ServiceRegistrar) { f.registered = true }

func (f *fake) Checks() []health.Check { return nil }

func (f *fake) Settled() time.Time { return time.Unix(0, 0) }

func (f *fake) Close() error {
	f.closed = true
	return nil
}

func (f *fake) Upkeep() lifecycle.Component {
	return lifecycle.Component{Serve: func(ctx context.Context) error {
		close(f.running)
		<-ctx.Done()
		return nil
	}}
}

func (f *fake) program() program.GRPC {
	return program.GRPC{
		Name: "fake", ProtoPackage: "fake.v1", Log: config.Log{Level: "error", Format: "json"},
		Listen: config.Listen{GRPC: "127.0.0.1:0", Admin: "127.0.0.1:0", Health: "127.0.0.1:0"},
		Drain:  config.Drain{Timeout: 10 * time.Second},
		Open:   func(context.Context, *zap.Logger, *telemetry.Telemetry) (program.Service, error) { return f, nil },
	}
}

func TestServeRunsUntilTheSignalAndClosesTheStore(t *testing.T) {
	f := &fake{running: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.program().Serve(ctx, nil) }()
	<-f.running
	stop()
	must.OK(t, <-done)
	must.True(t, f.registered && f.closed)
}

func TestServeClosesTheStoreWhenItCannotStart(t *testing.T) {
	for name, edit := range map[string]func(*program.GRPC){
		"no such host": func(p *program.GRPC) { p.Listen.Admin = "127.0.0.1:99999" },
		"health":       func(p *program.GRPC) { p.Listen.Health = "127.0.0.1:99999" },
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{running: make(chan struct{})}
			p := f.program()
			edit(&p)
			must.Err(t, p.Serve(t.Context(), nil))
			must.True(t, f.closed)
		})
	}
}

func TestServeRefusesWhatWouldBeOpenToAll(t *testing.T) {
	for name, edit := range map[string]func(*program.GRPC){
		"gRPC off loopback":      func(p *program.GRPC) { p.Listen.GRPC = "0.0.0.0:0" },
		"telemetry off loopback": func(p *program.GRPC) { p.Listen.Admin = ":0" },
		"no address":             func(p *program.GRPC) { p.Listen.Admin = "x" },
		"keys without TLS":       func(p *program.GRPC) { p.Listen.GRPC, p.Access.APIKeys = ":0", "keys" },
		"a certificate, no key":  func(p *program.GRPC) { p.Access.TLSCert = "cert.pem" },
		"an audience, no issuer": func(p *program.GRPC) { p.Access.OIDCAudience = "onrecord" },
		"an issuer in clear": func(p *program.GRPC) {
			p.Access.OIDCIssuer, p.Access.OIDCAudience = "http://issuer.example", "onrecord"
		},
		"a list that is not here": func(p *program.GRPC) { p.Access.APIKeys, p.Access.AnonymousRole = t.TempDir()+"/nowhere", "none" },
		"a share above 1":         func(p *program.GRPC) { p.Traces.Ratio = 1.5 },
		"traces to nowhere":       func(p *program.GRPC) { p.Traces.Endpoint = "collector:4317" },
		"traces with a password":  func(p *program.GRPC) { p.Traces.Endpoint = "http://me:secret@collector:4318" },
		"a rate without callers":  func(p *program.GRPC) { p.Access.RateLimit = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			p := (&fake{}).program()
			edit(&p)
			p.Open = func(context.Context, *zap.Logger, *telemetry.Telemetry) (program.Service, error) {
				t.Fatal("the store was opened")
				return nil, nil
			}
			must.Err(t, p.Serve(t.Context(), nil))
		})
	}
}

func TestServeAnswersWhyTheStoreDidNotOpen(t *testing.T) {
	broken := errors.New("broken")
	p := (&fake{}).program()
	p.Open = func(context.Context, *zap.Logger, *telemetry.Telemetry) (program.Service, error) { return nil, broken }
	must.ErrorIs(t, p.Serve(t.Context(), nil), broken)
	p.Log.Level = "loud"
	must.Err(t, p.Serve(t.Context(), nil))
}
