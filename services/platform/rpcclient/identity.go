package rpcclient

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// withIdentity sends on who calls and under which request id. Values that the
// context sets in its outgoing metadata stay as they are.
func withIdentity(ctx context.Context) context.Context {
	sent, _ := metadata.FromOutgoingContext(ctx)
	var pairs []string
	if id := caller.RequestID(ctx); id != "" && len(sent.Get(caller.RequestIDKey)) == 0 {
		pairs = append(pairs, caller.RequestIDKey, id)
	}
	if id := caller.ID(ctx); id != caller.Anonymous && len(sent.Get(caller.MetadataKey)) == 0 {
		pairs = append(pairs, caller.MetadataKey, id)
	}
	if len(pairs) == 0 {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

func identityUnary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return invoker(withIdentity(ctx), method, req, reply, cc, opts...)
}

func identityStream(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return streamer(withIdentity(ctx), desc, cc, method, opts...)
}
