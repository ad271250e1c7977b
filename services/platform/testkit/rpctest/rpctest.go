// Package rpctest runs gRPC servers in memory, with the real chain of
// interceptors on both sides. Only what starts and stops them may go here.
package rpctest

import (
	"context"
	"errors"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Target is the gRPC target of an in-memory server.
const Target = "passthrough:///bufnet"

// bufferBytes is the size of the in-memory connection's buffer.
const bufferBytes = 1 << 20

// Conn builds a server with the options, registers services on it and returns a
// connection to it. Both end with the test.
func Conn(t testing.TB, options rpcserver.Options, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	return conn(t, options, rpcclient.Options{}, register)
}

// ConnOnce is Conn whose calls are tried once only: for tests that have one fail and see
// who tries again.
func ConnOnce(t testing.TB, options rpcserver.Options, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	return conn(t, options, rpcclient.Options{Once: true}, register)
}

func conn(t testing.TB, options rpcserver.Options, client rpcclient.Options, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	server := rpcserver.New(options)
	register(server)
	// A server that may take longer has a client that waits.
	client.Timeout = max(options.Timeout, rpcclient.DefaultTimeout)
	return Dial(t, Listen(t, server), client)
}

// Serve serves a server in memory until the test ends and returns a connection.
func Serve(t testing.TB, server *grpc.Server) *grpc.ClientConn {
	t.Helper()
	return Dial(t, Listen(t, server), rpcclient.Options{})
}

// Listen serves a server in memory until the test ends and returns its
// listener.
func Listen(t testing.TB, server *grpc.Server) *bufconn.Listener {
	t.Helper()
	listener := bufconn.Listen(bufferBytes)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) { // before it began
			t.Errorf("serve: %v", err)
		}
	})
	return listener
}

// Dial connects to an in-memory listener until the test ends. The options'
// dialer is replaced.
func Dial(t testing.TB, listener *bufconn.Listener, options rpcclient.Options) *grpc.ClientConn {
	t.Helper()
	options.Dialer = func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }
	conn, err := rpcclient.Dial(Target, options)
	must.OK(t, err)
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Errorf("close the connection: %v", err)
		}
	})
	return conn
}
