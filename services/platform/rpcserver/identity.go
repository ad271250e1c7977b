package rpcserver

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/internal/streams"
)

// identify puts caller and request id into the context. The request id is the
// client's when it is usable, else a new one; it goes back in the header.
func identify(ctx context.Context, guard *auth.Guard) (context.Context, metadata.MD) {
	md, _ := metadata.FromIncomingContext(ctx)
	requestID := usable(md, caller.RequestIDKey)
	if requestID == "" {
		requestID = uuid.NewString()
	}
	ctx = known(caller.WithRequestID(ctx, requestID), guard, md)
	return ctx, metadata.Pairs(caller.RequestIDKey, requestID)
}

func usable(md metadata.MD, key string) string {
	values := md.Get(key)
	if len(values) != 1 || !caller.Valid(values[0]) {
		return ""
	}
	return values[0]
}

func identityUnary(guard *auth.Guard) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		ctx, header := identify(ctx, guard)
		if err := grpc.SetHeader(ctx, header); err != nil {
			return nil, err
		}
		return handler(ctx, req)
	}
}

func identityStream(guard *auth.Guard) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		ctx, header := identify(stream.Context(), guard)
		if err := stream.SetHeader(header); err != nil {
			return err
		}
		return handler(srv, streams.With(ctx, stream))
	}
}
