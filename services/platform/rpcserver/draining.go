package rpcserver

import (
	"context"

	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/internal/streams"
)

type drainingKey struct{}

// Draining is closed when the server is about to stop: the handler of a stream
// that would never end watches it and ends, since a stop waits for it. It is nil
// where nobody says so.
func Draining(ctx context.Context) <-chan struct{} {
	draining, _ := ctx.Value(drainingKey{}).(<-chan struct{})
	return draining
}

// drainingStream tells the handlers of streams when to end.
func drainingStream(draining <-chan struct{}) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		ctx := context.WithValue(stream.Context(), drainingKey{}, draining)
		return handler(srv, streams.With(ctx, stream))
	}
}
