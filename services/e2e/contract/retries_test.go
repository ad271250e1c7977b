package contract_test

import (
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWhatReadsIsRepeated: a client repeats what a reader may call, whatever its verb, and
// no write without a request_id. The servers go by the same list: what it calls a read is
// no change in the audit log.
func TestWhatReadsIsRepeated(t *testing.T) {
	var mu sync.Mutex
	repeated, reads := map[string]bool{}, map[string]bool{}
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		method, _ := grpc.MethodFromServerStream(stream)
		mu.Lock()
		defer mu.Unlock()
		_, again := repeated[method]
		repeated[method] = again
		return status.Error(codes.Unavailable, "not yet")
	}))
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must.OK(t, err)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()

	ctx := t.Context() // that of a subtest ends with it
	var calls sync.WaitGroup
	methods(t, func(t *testing.T, m protoreflect.MethodDescriptor) {
		if m.IsStreamingServer() {
			return
		}
		full := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
		reads[full] = auth.Needed(full) == auth.Reader || m.Name() == "FindStagedDocuments" || m.Name() == "FindPublishedFigures"
		// A connection has only so many failures before it stops repeating.
		conn, err := rpcclient.Dial(listener.Addr().String(), rpcclient.Options{})
		must.OK(t, err)
		calls.Go(func() {
			defer conn.Close()
			_ = conn.Invoke(ctx, full, dynamicpb.NewMessage(m.Input()), dynamicpb.NewMessage(m.Output()))
		})
	})
	calls.Wait()
	must.Equal(t, repeated, reads)
}
