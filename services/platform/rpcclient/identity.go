package rpcclient

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
)

// withIdentity sends on who calls, by the credential that they showed, and under
// which request id. Values that the context sets in its outgoing metadata stay as
// they are.
func withIdentity(ctx context.Context, o Options) context.Context {
	ownKey := o.OwnKey
	if o.Key != "" {
		ctx, ownKey = auth.AsOwn(ctx), o.Key
	}
	sent, _ := metadata.FromOutgoingContext(ctx)
	pairs := make([]string, 0, 4)
	if id := caller.RequestID(ctx); id != "" && len(sent.Get(caller.RequestIDKey)) == 0 {
		pairs = append(pairs, caller.RequestIDKey, id)
	}
	if len(sent.Get(auth.AuthorizationKey)) == 0 && len(sent.Get(caller.MetadataKey)) == 0 {
		if key, value := auth.Outgoing(ctx, ownKey); key != "" {
			pairs = append(pairs, key, value)
		}
	}
	if len(pairs) == 0 {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

func identityUnary(o Options) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		return invoker(withIdentity(ctx, o), method, req, reply, cc, opts...)
	}
}

func identityStream(o Options) grpc.StreamClientInterceptor {
	return func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		return streamer(withIdentity(ctx, o), desc, cc, method, opts...)
	}
}
