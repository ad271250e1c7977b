package rpcclient

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

const (
	// maxTries is how often a read is tried in all.
	maxTries = 4
	// firstWait is the longest wait before the second try; it doubles with each.
	firstWait = 50 * time.Millisecond
	// maxWait caps the wait.
	maxWait = 500 * time.Millisecond
)

func deadlineUnary(timeout time.Duration) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if _, ok := ctx.Deadline(); !ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, timeout)
			defer cancel()
		}
		return invoker(ctx, method, req, reply, cc, opts...)
	}
}

// retryUnary repeats reads that found the service unavailable. Writes are never
// repeated here: whether one happened is for the caller to find out, with its
// request id.
func retryUnary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	wait := firstWait
	for try := 1; ; try++ {
		err := invoker(ctx, method, req, reply, cc, opts...)
		if try == maxTries || status.Code(err) != codes.Unavailable || !methods.IsRead(method) {
			return err
		}
		// Full jitter: clients that failed together do not come back together.
		if !sleep(ctx, rand.N(wait)) {
			return err
		}
		wait = min(2*wait, maxWait)
	}
}

// sleep waits and reports whether the context still lives.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
