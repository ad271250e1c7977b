package rpcclient

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

const (
	// maxTries is how often a call is tried in all.
	maxTries = 4
	// firstWait is the longest wait before the second try; it doubles with each.
	firstWait = 50 * time.Millisecond
	// maxWait caps the wait.
	maxWait = 500 * time.Millisecond
	// maxAsked is the longest wait that a service may ask for: a longer one is for the
	// caller to wait, who may have something better to do.
	maxAsked = 2 * time.Second
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

// retries repeats calls of one connection that found the service unavailable. gRPC's
// own retries go by the method's name alone, but whether a write may be repeated is
// for its request to say.
type retries struct{ budget budget }

func newRetries() *retries {
	r := &retries{}
	r.budget.left.Store(fullBudget)
	return r
}

func (r *retries) unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	wait := firstWait
	maybeWritten := false // by an earlier try, of which the last one knows nothing
	for try := 1; ; try++ {
		err := invoker(ctx, method, req, reply, cc, opts...)
		asked := askedWait(err)
		again := r.budget.allows(err) && try < maxTries && asked <= maxAsked && repeatable(method, req)
		// Full jitter: clients that failed together do not come back together.
		if !again || !pause(ctx, asked+rand.N(wait)) {
			if maybeWritten && err != nil && !errs.WriteUnknown(err) {
				return errs.MaybeWritten(err)
			}
			return err
		}
		maybeWritten = maybeWritten || !methods.IsRead(method) && errs.WriteUnknown(err)
		wait = min(2*wait, maxWait)
	}
}

// requestID is the field of a write by which the service knows it again (AIP-155).
const requestID = "request_id"

// repeatable reports whether a call does no harm when it is made twice: it reads, or
// its request has an id.
func repeatable(method string, req any) bool {
	if methods.IsRead(method) {
		return true
	}
	message, ok := req.(proto.Message)
	if !ok {
		return false
	}
	m := message.ProtoReflect()
	field := m.Descriptor().Fields().ByName(requestID)
	return field != nil && field.Kind() == protoreflect.StringKind && field.Cardinality() != protoreflect.Repeated &&
		m.Get(field).String() != ""
}

const (
	// fullBudget is how much there is to spend on failures at first, and at most.
	fullBudget = 1000 * failureCost
	// failureCost is what a failed try costs; a try that the service answered gives
	// back 1.
	failureCost = 10
)

// budget ends the repeating while most calls fail: in an outage every call would
// else cost the service, when it comes back, as much as four. It is that of gRPC
// (proposal A6): calls are repeated while more than half of it is left.
type budget struct{ left atomic.Int64 }

// allows counts how a try ended, and reports whether there may be another one. Of one
// that was given up nobody knows whether the service would have answered.
func (b *budget) allows(err error) bool {
	switch status.Code(err) {
	case codes.Unavailable:
		return b.failed()
	case codes.DeadlineExceeded, codes.Canceled:
	default:
		b.answered()
	}
	return false
}

func (b *budget) answered() {
	for {
		left := b.left.Load()
		if left >= fullBudget || b.left.CompareAndSwap(left, left+1) {
			return
		}
	}
}

// failed reports whether enough is left to try again.
func (b *budget) failed() bool {
	for {
		left := b.left.Load()
		after := max(left-failureCost, 0)
		if b.left.CompareAndSwap(left, after) {
			return after > fullBudget/2
		}
	}
}

// askedWait is how long the service asks to wait at least before another try, 0 if it
// does not say.
func askedWait(err error) time.Duration {
	delay, _ := errs.RetryDelay(status.Convert(err))
	return delay
}

// pause waits before another try, if there is time for one.
func pause(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return (!ok || time.Until(deadline) > d) && sleep(ctx, d)
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
