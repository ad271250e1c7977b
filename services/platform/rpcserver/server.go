// Package rpcserver builds the gRPC server that every service runs on: the
// interceptor chain, limits, health, reflection and keepalive.
//
// What happens to every call, whatever it is about, goes here, one concern per
// file; chain.go alone says in which order. Nothing that knows a service may
// go here.
package rpcserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"buf.build/go/protovalidate"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// DefaultTimeout is the deadline of a unary call whose client sets none, or
	// a later one.
	DefaultTimeout = 10 * time.Second
	// DefaultMaxMessageBytes is the size limit of one request message: 4 MiB, and
	// a little for what a client's own framing adds to a document of full size.
	DefaultMaxMessageBytes = 4<<20 + 64<<10
	// DefaultMaxConnectionAge is how long a connection lives; clients then
	// reconnect, so that new replicas get their share. gRPC varies it by 10 %.
	DefaultMaxConnectionAge = 30 * time.Second
	// maxConnectionGrace is how long streams of an aged connection may go on.
	maxConnectionGrace = 5 * time.Minute
	// maxAnswerBytes limits one response message.
	maxAnswerBytes = 64 << 20
	// maxHeaderBytes limits the metadata of a call: several times the longest token.
	maxHeaderBytes = 64 << 10
	// connectionTimeout bounds how long a connection may take to begin to speak.
	connectionTimeout = 10 * time.Second
	// DefaultMaxStreams limits the calls that one connection has open.
	DefaultMaxStreams = 1000
	// streamWorkers is how many goroutines wait for calls; more calls at once get
	// goroutines of their own. SQLite and the chain need deep stacks, and growing a
	// new one for each call takes a fifth of the CPU of a small read.
	streamWorkers = 64
	// streamWindow and connectionWindow are how much of requests may be on its way, in
	// bytes.
	streamWindow, connectionWindow = 1 << 20, 4 << 20
	// forcedWait is how long a forced stop waits for handlers to notice.
	forcedWait = time.Second
)

// Options are the settings of a server. The zero value works.
type Options struct {
	// Log receives one line for each call; nil logs nothing.
	Log *zap.Logger
	// Validator checks requests against the rules in their protos. It is costly
	// to build, so programs build it once; nil takes the global one.
	Validator protovalidate.Validator
	// Telemetry counts calls; nil counts nothing.
	Telemetry *telemetry.Telemetry
	// Health is served as grpc.health.v1.Health; nil serves none.
	Health *health.Readiness
	// Settled returns the settled time of a service, by its full proto name: no
	// write can still appear at or before it. It goes with every answer in the
	// header onrecord-settled-time. nil, or the zero time, sends none.
	Settled func(service string) time.Time
	// Draining is closed when the program stops accepting work: lifecycle's. nil
	// never is.
	Draining <-chan struct{}
	// Timeout, MaxMessageBytes, MaxConnectionAge and MaxStreams replace the
	// defaults when they are not zero.
	Timeout          time.Duration
	MaxMessageBytes  int
	MaxConnectionAge time.Duration
	MaxStreams       uint32
	// Guard says who calls and what they may do; nil lets everybody do everything.
	Guard *auth.Guard
	// Extra are further gRPC options, credentials for example.
	Extra []grpc.ServerOption
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Validator == nil {
		o.Validator = protovalidate.GlobalValidator
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxMessageBytes == 0 {
		o.MaxMessageBytes = DefaultMaxMessageBytes
	}
	if o.MaxStreams == 0 {
		o.MaxStreams = DefaultMaxStreams
	}
	if o.MaxConnectionAge == 0 {
		o.MaxConnectionAge = DefaultMaxConnectionAge
	}
	return o
}

// New returns a server with health and reflection registered. Register
// services on it before it serves. Stop it even if it never does: goroutines
// wait for calls.
func New(options Options) *grpc.Server {
	options = options.withDefaults()
	known := &methodSet{}
	server := grpc.NewServer(append([]grpc.ServerOption{
		grpc.ChainUnaryInterceptor(unaryChain(options)...),
		grpc.ChainStreamInterceptor(streamChain(options, known.has)...),
		grpc.ForceServerCodecV2(newCodec(options.MaxMessageBytes)),
		// The codec refuses a message over the limit with details. gRPC itself, which
		// cannot, guards memory at twice the limit.
		grpc.MaxRecvMsgSize(2 * options.MaxMessageBytes),
		grpc.MaxSendMsgSize(maxAnswerBytes),
		grpc.MaxConcurrentStreams(options.MaxStreams),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(connectionTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge:      options.MaxConnectionAge,
			MaxConnectionAgeGrace: maxConnectionGrace,
			Time:                  20 * time.Second,
			Timeout:               10 * time.Second,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.UnknownServiceHandler(unknownMethod),
		grpc.WaitForHandlers(true),
		grpc.NumStreamWorkers(streamWorkers),
		// Else gRPC measures the connection with a ping for nearly every small message.
		grpc.StaticStreamWindowSize(streamWindow),
		grpc.StaticConnWindowSize(connectionWindow),
	}, options.Extra...)...)
	known.server = server
	if options.Health != nil {
		options.Health.RegisterGRPC(server)
	}
	reflection.Register(server)
	return server
}

// unknownMethod answers calls of methods that are not registered. It makes them
// pass the chain, so that they are logged, counted and answered like others.
func unknownMethod(_ any, stream grpc.ServerStream) error {
	name, _ := grpc.MethodFromServerStream(stream)
	return errs.New(errs.Unimplemented, "UNKNOWN_METHOD", "this server has no method %s", abridge(name))
}

// abridge bounds text that a client chose before it is sent or logged.
func abridge(text string) string {
	const limit = 200
	if len(text) > limit {
		return text[:limit] + "…"
	}
	return text
}

// Component makes a server a component of the program, on one or more
// listeners.
func Component(server *grpc.Server, listeners ...net.Listener) lifecycle.Component {
	return lifecycle.Component{
		Serve: func(context.Context) error {
			var group errgroup.Group
			for _, listener := range listeners {
				group.Go(func() error { return serve(server, listener) })
			}
			return group.Wait()
		},
		Stop: func(ctx context.Context) error { return stop(ctx, server) },
	}
}

func serve(server *grpc.Server, listener net.Listener) error {
	if err := server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		server.Stop() // the other listeners must not serve on alone
		return fmt.Errorf("serve gRPC on %s: %w", listener.Addr(), err)
	}
	return nil
}

func stop(ctx context.Context, server *grpc.Server) error {
	stopped := make(chan struct{})
	go func() {
		server.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
	}
	go server.Stop() // waits for handlers, which may hang
	timer := time.NewTimer(forcedWait)
	defer timer.Stop()
	select {
	case <-stopped:
		return ctx.Err()
	case <-timer.C:
		return errors.New("handlers still run after a forced stop")
	}
}
