package rpcserver

import (
	"context"
	"fmt"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// answered is an error together with the status that was chosen for it: the
// client gets the status, the log the error.
type answered struct {
	cause  error
	status *status.Status
}

func (a *answered) Error() string              { return a.cause.Error() }
func (a *answered) Unwrap() error              { return a.cause }
func (a *answered) GRPCStatus() *status.Status { return a.status }

func answer(err error) error {
	if err == nil {
		return nil
	}
	return &answered{cause: err, status: errs.ToStatus(err)}
}

// panicError is a recovered panic.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// recovered turns a panic of the calling function into its error.
func recovered(err *error) {
	if value := recover(); value != nil {
		*err = answer(&panicError{value: value, stack: debug.Stack()})
	}
}

func recoverUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
		defer recovered(&err)
		return handler(ctx, req)
	}
}

func recoverStream() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
		defer recovered(&err)
		return handler(srv, stream)
	}
}

func errorsUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		resp, err := handler(ctx, req)
		return resp, answer(err)
	}
}

func errorsStream() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		return answer(handler(srv, stream))
	}
}
