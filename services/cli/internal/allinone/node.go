package allinone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	gateway "github.com/onrecord/onrecord/services/gateway/server"
	metrics "github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/heapfloor"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/tracing"
	statements "github.com/onrecord/onrecord/services/statements/server"
)

const (
	// callTimeout is the deadline of a call: an ingest makes several.
	callTimeout = 30 * time.Second
	// connectionAge keeps connections: there are no replicas to balance.
	connectionAge = 365 * 24 * time.Hour
	// loopBuffer is the size of the buffer between gateway and services.
	loopBuffer = 1 << 20
	// localWait is how long closing waits for calls of the gateway that still run.
	localWait = time.Second
)

// Program is what Run needs of the program around it.
type Program struct {
	Log       *zap.Logger
	Level     zap.AtomicLevel
	Telemetry *telemetry.Telemetry
	// Out is told what is where and how loading goes on.
	Out io.Writer
	// Force ends a stop at once when closed. It may be nil.
	Force <-chan struct{}
}

// node is the three services, built and not yet serving.
type node struct {
	cfg       Config
	program   Program
	group     *lifecycle.Group
	readiness *health.Readiness

	statements *statements.Server
	metrics    *metrics.Server
	gateway    *gateway.Server

	// conn connects the gateway to the services: unary calls by local, streams in
	// memory by loop.
	local *rpcserver.Local
	loop  *bufconn.Listener
	conn  *grpc.ClientConn

	guard        *auth.Guard
	certificates *auth.Certificates

	httpAddr, grpcAddr, adminAddr net.Addr

	// opened is closed when both stores are open.
	opened chan struct{}
}

// Run serves until ctx ends; then it drains and closes everything. It listens before it
// opens the stores and brings them up to date: while that goes on it is alive, not ready,
// and says how far it is.
func Run(ctx context.Context, cfg Config, program Program) (err error) {
	if err := cfg.Validate(); err != nil {
		return err
	}
	heapfloor.Raise()
	n := &node{cfg: cfg, program: program, opened: make(chan struct{})}
	if n.guard, err = auth.New(cfg.Access, program.Log); err != nil {
		return err
	}
	if n.certificates, err = auth.OpenCertificates(cfg.Access, program.Log); err != nil {
		return err
	}
	traces, err := tracing.Open(ctx, cfg.Traces, program.Telemetry, program.Log)
	if err != nil {
		return err
	}
	n.guard.Register(program.Telemetry.Registry)
	n.certificates.Register(program.Telemetry.Registry, "server")
	n.makeServices()
	n.readiness = health.New(program.Log, append(n.statements.Checks(), n.metrics.Checks()...)...)
	n.readiness.Register(program.Telemetry.Registry)
	n.group = lifecycle.New(lifecycle.Options{
		Log: program.Log, Readiness: n.readiness,
		DrainDelay: cfg.Delay, DrainTimeout: cfg.Timeout, Force: program.Force,
	})
	n.group.OnClose("traces", traces.Close)
	n.group.OnClose("statements", n.statements.Close)
	n.group.OnClose("metrics", n.metrics.Close)
	if err := n.build(ctx); err != nil {
		return errors.Join(err, n.group.Close())
	}
	return n.group.Run(ctx)
}

// makeServices makes both services. Their databases belong to this program, which brings
// them up to date.
func (n *node) makeServices() {
	n.statements = statements.Service.Later(statements.Config{Database: n.cfg.database("statements")},
		statements.Deps{Log: n.program.Log.Named("statements"), Telemetry: n.program.Telemetry, Migrate: true})
	n.metrics = metrics.Service.Later(metrics.Config{Database: n.cfg.database("metrics")},
		metrics.Deps{Log: n.program.Log.Named("metrics"), Telemetry: n.program.Telemetry, Migrate: true})
}

// build opens the rest and adds all to the group. What it opened before an error
// is in the group.
func (n *node) build(ctx context.Context) error {
	if err := n.openGateway(ctx); err != nil {
		return err
	}
	n.group.Add("access", n.guard.Upkeep())
	n.group.Add("upkeep of statements", lifecycle.After(n.opened, n.statements.Upkeep()))
	n.group.Add("upkeep of metrics", lifecycle.After(n.opened, n.metrics.Upkeep()))
	if err := n.listen(); err != nil {
		return err
	}
	n.group.Add("upkeep of the gateway", lifecycle.After(n.opened, n.gateway.Upkeep()))
	n.group.Add("start", lifecycle.After(n.opened, n.start()))
	n.group.Add("stores", n.stores(ctx))
	return nil
}

func (n *node) openGateway(ctx context.Context) (err error) {
	n.local = rpcserver.NewLocal(n.rpcOptions())
	n.statements.Register(n.local)
	n.metrics.Register(n.local)
	n.loop = bufconn.Listen(loopBuffer)
	n.conn, err = rpcclient.Dial("passthrough:///onrecord", rpcclient.Options{
		Timeout: callTimeout, Telemetry: n.program.Telemetry, OwnKey: n.guard.OwnKey(),
		Dialer: func(ctx context.Context, _ string) (net.Conn, error) { return n.loop.DialContext(ctx) },
		Extra:  []grpc.DialOption{grpc.WithChainUnaryInterceptor(n.local.Unary)},
	})
	if err != nil {
		return fmt.Errorf("in-memory connection: %w", err)
	}
	n.group.OnClose("in-memory connection", n.disconnect)
	n.gateway, err = gateway.New(ctx, gateway.Config{Shared: n.cfg.Shared},
		gateway.Deps{Log: n.program.Log.Named("gateway"), Telemetry: n.program.Telemetry, Statements: n.conn, Metrics: n.conn, Guard: n.guard})
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	n.gateway.UseReadiness(n.readiness)
	n.gateway.UseDraining(n.group.Draining())
	n.group.OnClose("gateway", n.gateway.Close)
	return nil
}

// disconnect ends the calls of the gateway before the stores are closed.
func (n *node) disconnect() error {
	ctx, cancel := context.WithTimeout(context.Background(), localWait)
	defer cancel()
	return errors.Join(n.local.Stop(ctx), n.conn.Close())
}

// rpcOptions are how calls are answered, whichever way they come.
func (n *node) rpcOptions() rpcserver.Options {
	return rpcserver.Options{
		Log: n.program.Log, Telemetry: n.program.Telemetry, Health: n.readiness, Settled: n.settled, Draining: n.group.Draining(),
		Timeout: callTimeout, MaxConnectionAge: connectionAge, Guard: n.guard, Extra: n.certificates.ServerOptions(),
	}
}

// grpcServer serves all three services.
func (n *node) grpcServer() *grpc.Server {
	server := rpcserver.New(n.rpcOptions())
	n.statements.Register(server)
	n.metrics.Register(server)
	n.gateway.Register(server)
	return server
}

// settled returns the settled time of a service; joined views say their own.
func (n *node) settled(service string) time.Time {
	switch {
	case strings.HasPrefix(service, statements.Service.ProtoPackage+"."):
		return n.statements.Settled()
	case strings.HasPrefix(service, metrics.Service.ProtoPackage+"."):
		return n.metrics.Settled()
	default:
		return time.Time{}
	}
}
