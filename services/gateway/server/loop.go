package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"buf.build/go/protovalidate"
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
	// recordTimeout leaves an ingest time for its five calls.
	recordTimeout = 30 * time.Second
)

// loop is a gRPC server in memory with one connection to it.
type loop struct {
	server *grpc.Server
	conn   *grpc.ClientConn
	served chan error
}

func startLoop(s *Server, validator protovalidate.Validator, deps Deps) (*loop, error) {
	listener := bufconn.Listen(loopBuffer)
	conn, err := rpcclient.Dial("passthrough:///gateway", rpcclient.Options{
		Timeout:   recordTimeout,
		Telemetry: deps.Telemetry,
		Dialer:    func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) },
	})
	if err != nil {
		return nil, fmt.Errorf("in-memory connection: %w", errors.Join(err, listener.Close()))
	}
	l := &loop{conn: conn, served: make(chan error, 1), server: rpcserver.New(rpcserver.Options{
		Log:              deps.Log,
		Validator:        validator,
		Telemetry:        deps.Telemetry,
		Settled:          unsettled,
		Timeout:          recordTimeout,
		MaxConnectionAge: loopAge,
	})}
	s.Register(l.server)
	go func() { l.served <- l.server.Serve(listener) }()
	return l, nil
}

// unsettled says that the gateway has no settled time of its own: each answer
// of RecordService says the one that it was read at.
func unsettled(string) time.Time { return time.Time{} }

func (l *loop) close() error {
	err := l.conn.Close()
	l.server.Stop()
	if served := <-l.served; !errors.Is(served, grpc.ErrServerStopped) {
		err = errors.Join(err, served)
	}
	return err
}
