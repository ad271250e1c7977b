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
// client's when it is usable, else one that is made up: that one goes back in the header.
func identify(ctx context.Context, guard *auth.Guard) (of context.Context, made string) {
	requestID := usable(ctx, caller.RequestIDKey)
	if requestID == "" {
		made = uuid.NewString()
		requestID = made
	}
	return known(ctx, guard, requestID), made
}

func usable(ctx context.Context, key string) string {
	values := metadata.ValueFromIncomingContext(ctx, key)
	if len(values) != 1 || !caller.Valid(values[0]) {
		return ""
	}
	return values[0]
}

func identityUnary(guard *auth.Guard) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		ctx, made := identify(ctx, guard)
		if made != "" {
			if err := putHeader(ctx, caller.RequestIDKey, made); err != nil {
				return nil, err
			}
		}
		return handler(ctx, req)
	}
}

func identityStream(guard *auth.Guard) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		ctx, made := identify(stream.Context(), guard)
		if made != "" {
			if err := putHeader(stream.Context(), caller.RequestIDKey, made); err != nil {
				return err
			}
		}
		return handler(srv, streams.With(ctx, stream))
	}
}
