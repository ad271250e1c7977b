package server

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

const (
	// loopBuffer is the size of the in-memory connection's buffer.
	loopBuffer = 1 << 20
	// loopAge keeps the in-memory connection: there are no replicas to balance.
	loopAge = 365 * 24 * time.Hour
	// loopWait is how long closing waits for calls that still run.
	loopWait = time.Second
	// recordTimeout leaves an ingest time for its five calls.
	recordTimeout = 30 * time.Second
)

// loop is a gRPC server in memory with one connection to it. Unary calls take the
// short way, without a transport.
type loop struct {
	server *grpc.Server
	conn   *grpc.ClientConn
	local  *rpcserver.Local
	served chan error
}

func startLoop(s *Server, deps Deps) (*loop, error) {
	options := rpcserver.Options{
		Log:              deps.Log,
		Guard:            deps.Guard,
		Validator:        s.validator,
		Telemetry:        deps.Telemetry,
		Settled:          unsettled,
		Timeout:          recordTimeout,
		MaxConnectionAge: loopAge,
		MaxStreams:       math.MaxUint32, // all REST watchers go over this one connection
	}
	local := rpcserver.NewLocal(options)
	listener := bufconn.Listen(loopBuffer)
	conn, err := rpcclient.Dial("passthrough:///gateway", rpcclient.Options{
		Timeout:   recordTimeout,
		Telemetry: deps.Telemetry,
		OwnKey:    deps.Guard.OwnKey(),
		Once:      true, // what it asks the services for is repeated there
		Dialer:    func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) },
		Extra:     []grpc.DialOption{grpc.WithChainUnaryInterceptor(local.Unary)},
	})
	if err != nil {
		return nil, fmt.Errorf("in-memory connection: %w", errors.Join(err, listener.Close()))
	}
	l := &loop{conn: conn, local: local, served: make(chan error, 1), server: rpcserver.New(options)}
	s.Register(l.server)
	s.Register(l.local)
	go func() { l.served <- l.server.Serve(listener) }()
	return l, nil
}

// unsettled says that the gateway has no settled time of its own: each answer
// of RecordService says the one that it was read at.
func unsettled(string) time.Time { return time.Time{} }

func (l *loop) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), loopWait)
	defer cancel()
	err := errors.Join(l.local.Stop(ctx), l.conn.Close())
	l.server.Stop()
	if served := <-l.served; !errors.Is(served, grpc.ErrServerStopped) {
		err = errors.Join(err, served)
	}
	return err
}
