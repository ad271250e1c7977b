package rpcclient_test

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/dnstest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// replicas starts servers of one service at several addresses of this host, all on
// one port. Each answers with its address.
type replicas struct {
	port    int
	options rpcserver.Options
}

func (r *replicas) start(t *testing.T, address string) (at netip.Addr, server *grpc.Server) {
	t.Helper()
	at = netip.MustParseAddr(address)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(address, strconv.Itoa(r.port)))
	must.OK(t, err)
	r.port = listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
	options := r.options
	if options.Health == nil {
		options.Health = health.New(zap.NewNop())
	}
	server = rpcserver.New(options)
	answer := func(context.Context, string) (string, error) { return address, nil }
	(&echo.Service{OnGet: answer, OnCreate: answer}).Register(server)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return at, server
}

// TestAReplacedServerIsFoundAtItsNewAddress, and not only after the half minute that
// gRPC would wait between two look-ups.
func TestAReplacedServerIsFoundAtItsNewAddress(t *testing.T) {
	t.Parallel()
	names, service := dnstest.New(t), &replicas{}
	first, server := service.start(t, "127.0.0.1")
	names.Set("replaced.example.", first)
	conn, err := rpcclient.Dial(names.Target("replaced.example.", strconv.Itoa(service.port)), rpcclient.Options{})
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	said, err := echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true))
	must.OK(t, err)
	must.Equal(t, said, "127.0.0.1")

	server.Stop() // the name still leads to it, as it does while a pod goes
	second, _ := service.start(t, "127.0.0.2")
	names.Set("replaced.example.", second)
	said, err = echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true))
	must.OK(t, err)
	must.Equal(t, said, "127.0.0.2")
}

// TestANewReplicaGetsItsShare although the ones that are there serve on: connections
// end by age, and the name is looked up again. No call is lost with one, not even one
// that is never repeated.
func TestANewReplicaGetsItsShare(t *testing.T) {
	t.Parallel()
	names, service := dnstest.New(t), &replicas{options: rpcserver.Options{MaxConnectionAge: 100 * time.Millisecond}}
	first, _ := service.start(t, "127.0.0.1")
	names.Set("grown.example.", first)
	conn, err := rpcclient.Dial(names.Target("grown.example.", strconv.Itoa(service.port)), rpcclient.Options{})
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	must.Get(echo.Call(ctx, conn, echo.Create, "hello", grpc.WaitForReady(true)))(t)
	second, _ := service.start(t, "127.0.0.2")
	names.Add("grown.example.", second)
	for said := ""; said != "127.0.0.2"; {
		said, err = echo.Call(ctx, conn, echo.Create, "hello")
		must.OK(t, err)
	}
}

// TestAnotherSetIsFound when all servers that are known say at once that they stop,
// before they do.
func TestAnotherSetIsFound(t *testing.T) {
	t.Parallel()
	ready := health.New(zap.NewNop())
	names, service := dnstest.New(t), &replicas{options: rpcserver.Options{Health: ready}}
	first, _ := service.start(t, "127.0.0.1")
	names.Set("another.example.", first)
	conn, err := rpcclient.Dial(names.Target("another.example.", strconv.Itoa(service.port)), rpcclient.Options{})
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	must.Get(echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true)))(t)
	service.options.Health = nil
	second, _ := service.start(t, "127.0.0.2")
	names.Set("another.example.", second)
	ready.End()
	for said := ""; said != "127.0.0.2"; { // the client may not have heard it yet
		said, err = echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true))
		must.OK(t, err)
	}
}
