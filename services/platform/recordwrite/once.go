package recordwrite

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Transactions are those of a service, and what it makes of a write.
type Transactions[R Reader, W Writer] struct {
	// Read reads the record as the caller may.
	Read func(ctx context.Context, fn func(R) error) error
	// Write runs fn in one transaction, Try too but leaves nothing of it.
	Write, Try func(ctx context.Context, fn func(W) error) error
	// Reads returns what a write reads with.
	Reads func(w W) R
	// Aside are fields of requests that may differ in one sent again.
	Aside []protoreflect.Name
	// Tried takes from the answer of a write that was only tried, a message, what the write
	// itself would have decided, such as its record time; it may be nil.
	Tried func(answer any, at recordtime.Time)
}

// Message is what the requests of all writes have.
type Message interface {
	proto.Message
	GetRequestId() string
	GetValidateOnly() bool
}

// Op is one write.
type Op[R Reader, W Writer, T any] struct {
	// Method is the RPC.
	Method string
	// Prepare does what needs no transaction; it may be nil.
	Prepare func() error
	// Do writes and returns the answer with the names of its resources.
	Do func(w W, caller string) (answer T, names []string, err error)
	// Again reads the answer of a write that was done before, as it was then.
	Again func(r R, done Done) (T, error)
}

// never are fields of a request that say nothing of the write.
var never = []protoreflect.Name{"request_id", "validate_only"}

// Once does a write once: a request that was done before gets the answer it got.
// With validate_only everything is done and undone; the answer is then the
// resource as it would be. A call of OnlyAgain never writes: FAILED_PRECONDITION, reason
// REQUEST_NOT_DONE, if the request was not done.
func Once[R Reader, W Writer, T any](ctx context.Context, record Transactions[R, W], req Message, op Op[R, W, T]) (answer T, err error) {
	request := Request{ID: req.GetRequestId(), Method: op.Method, Sent: sentOf(ctx)}
	if request.ID != "" {
		if request.Fingerprint, err = fingerprint.Of(req, slices.Concat(never, record.Aside)...); err != nil {
			return answer, err
		}
		// Before preparing, which may fail by now for what happened since.
		if answer, found, err := replay(ctx, record, request, op); err != nil || found {
			return answer, err
		}
	}
	if err := onlyAgain(ctx, request.ID, false); err != nil {
		return answer, err
	}
	if op.Prepare != nil {
		if err := op.Prepare(); err != nil {
			return answer, err
		}
	}
	commit := record.Write
	if req.GetValidateOnly() {
		commit = record.Try
	}
	err = commit(ctx, func(w W) (err error) {
		answer, err = do(ctx, record, w, request, op, req.GetValidateOnly())
		return err
	})
	return answer, err
}

// do does a write in a transaction, if it was not done since it was last asked for.
func do[R Reader, W Writer, T any](
	ctx context.Context, record Transactions[R, W], w W, request Request, op Op[R, W, T], tried bool,
) (answer T, err error) {
	done, found, err := w.Replay(request)
	if err != nil {
		return answer, err
	}
	if found {
		return op.Again(record.Reads(w), done)
	}
	answer, names, err := op.Do(w, caller.ID(ctx))
	if err != nil {
		return answer, err
	}
	if tried && record.Tried != nil {
		record.Tried(answer, w.RecordTime())
	}
	return answer, w.Remember(request, names...)
}

// replay reads the answer of a request that was done before.
func replay[R Reader, W Writer, T any](
	ctx context.Context, record Transactions[R, W], request Request, op Op[R, W, T],
) (answer T, found bool, err error) {
	err = record.Read(ctx, func(r R) error {
		var done Done
		if done, found, err = r.Replay(request); err != nil || !found {
			return err
		}
		if err = onlyAgain(ctx, request.ID, true); err != nil {
			return err
		}
		answer, err = op.Again(r, done)
		return err
	})
	return answer, found, err
}
