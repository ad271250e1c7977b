package rpcserver

import (
	"context"
	"time"

	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

const (
	// SettledKey is the header that says up to when the record is settled.
	SettledKey = "onrecord-settled-time"
	// SettledLayout is its form: RFC 3339, UTC, microseconds.
	SettledLayout = "2006-01-02T15:04:05.000000Z"
)

type settledKey struct{}

// SetSettled replaces the settled time that the answer of this unary call
// carries: a handler that reads at a time of its choice says so, and the client
// can repeat that read exactly. It does nothing outside a call.
func SetSettled(ctx context.Context, settled time.Time) {
	if slot, ok := ctx.Value(settledKey{}).(*time.Time); ok {
		*slot = settled
	}
}

// settledUnary sends the settled time. For a read it is that from before the
// handler ran: the answer holds everything up to it. For a write it is that
// from after: it includes what was written.
func settledUnary(settled func(service string) time.Time) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if settled == nil {
			return handler(ctx, req)
		}
		service, _ := methods.Split(info.FullMethod)
		var before, chosen time.Time
		read := methods.IsRead(info.FullMethod)
		if read {
			before = settled(service)
		}
		resp, err := handler(context.WithValue(ctx, settledKey{}, &chosen), req)
		at := before
		switch {
		case !chosen.IsZero():
			at = chosen
		case !read:
			at = settled(service)
		}
		if at.IsZero() {
			return resp, err
		}
		if headerErr := putHeader(ctx, SettledKey, settledText(at)); err == nil {
			err = headerErr
		}
		return resp, err
	}
}

func settledStream(settled func(service string) time.Time) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if settled != nil {
			service, _ := methods.Split(info.FullMethod)
			if at := settled(service); !at.IsZero() {
				if err := putHeader(stream.Context(), SettledKey, settledText(at)); err != nil {
					return err
				}
			}
		}
		return handler(srv, stream)
	}
}

func settledText(at time.Time) string { return at.UTC().Format(SettledLayout) }
