package rpcclient_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// nameServer answers every question for an address with the one that it has now.
func nameServer(t *testing.T, current *atomic.Pointer[netip.Addr]) (address string) {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	must.OK(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(answer(query[:n], *current.Load()), from)
		}
	}()
	t.Cleanup(func() {
		must.OK(t, conn.Close())
		<-done
	})
	return conn.LocalAddr().String()
}

// answer is a DNS answer (RFC 1035, section 4) to a query with one question.
func answer(query []byte, address netip.Addr) []byte {
	const headerBytes, typeAndClassBytes = 12, 4
	end := headerBytes
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end++
	ofIPv4 := binary.BigEndian.Uint16(query[end:]) == 1
	end += typeAndClassBytes
	reply := append([]byte(nil), query[:end]...)
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
	if ofIPv4 {
		reply[7] = 1
		four := address.As4()
		reply = append(reply, 0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4)
		reply = append(reply, four[:]...)
	}
	return reply
}

// TestAReplacedServerIsFoundAtItsNewAddress, and not only after the half minute that
// gRPC would wait between two look-ups.
func TestAReplacedServerIsFoundAtItsNewAddress(t *testing.T) {
	port := 0
	start := func(address netip.Addr) *grpc.Server {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", netip.AddrPortFrom(address, uint16(port)).String()) //nolint:gosec // a port
		must.OK(t, err)
		port = listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
		server := rpcserver.New(rpcserver.Options{Health: health.New(zap.NewNop())})
		(&echo.Service{OnGet: func(_ context.Context, text string) (string, error) { return text + " at " + address.String(), nil }}).Register(server)
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(server.Stop)
		return server
	}
	first, second := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	var current atomic.Pointer[netip.Addr]
	current.Store(&first)
	server := start(first)
	conn, err := rpcclient.Dial("dns://"+nameServer(t, &current)+"/replaced.example.:"+strconv.Itoa(port), rpcclient.Options{})
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	said, err := echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true))
	must.OK(t, err)
	must.Equal(t, said, "hello at 127.0.0.1")

	server.Stop() // the name still leads to it, as it does while a pod goes
	start(second)
	current.Store(&second)
	said, err = echo.Call(ctx, conn, echo.Get, "hello", grpc.WaitForReady(true))
	must.OK(t, err)
	must.Equal(t, said, "hello at 127.0.0.2")
}
