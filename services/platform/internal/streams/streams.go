// Package streams gives the streams of gRPC servers another context.
package streams

import (
	"context"

	"google.golang.org/grpc"
)

// With returns a stream whose context is ctx.
func With(ctx context.Context, stream grpc.ServerStream) grpc.ServerStream {
	return &withContext{stream, ctx}
}

type withContext struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // it is that of the stream
}

// Context implements grpc.ServerStream.
func (s *withContext) Context() context.Context { return s.ctx }
