package api

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
)

// writeRequest is what the requests of all writes have.
type writeRequest interface {
	proto.Message
	GetRequestId() string
	GetValidateOnly() bool
}

// write is one write.
type write[T any] struct {
	method string
	// prepare does what needs no transaction; it may be nil.
	prepare func() error
	// do writes and returns the answer with the names of its resources.
	do func(w store.Writer, caller string) (answer T, names []string, err error)
	// again reads the answer of a write that was done before.
	again func(r store.Reader, done store.Done) (T, error)
}

// run does a write once: a request that was done before gets the answer it got.
// With validate_only everything is done and undone; the answer is then the
// resource as it would be.
func run[T any](ctx context.Context, c core, req writeRequest, op write[T]) (answer T, err error) {
	request := store.Request{ID: req.GetRequestId(), Method: op.method}
	if request.ID != "" {
		request.Fingerprint, err = fingerprint.Of(req, "request_id", "validate_only", documentEmbargoField)
		if err != nil {
			return answer, err
		}
		// Before preparing, which may fail by now for what happened since.
		replayed, err := replay(ctx, c, request, op, &answer)
		if err != nil || replayed {
			return answer, err
		}
	}
	if op.prepare != nil {
		if err := op.prepare(); err != nil {
			return answer, err
		}
	}
	commit := c.store.Write
	if req.GetValidateOnly() {
		commit = c.store.Try
	}
	err = commit(ctx, func(w store.Writer) error {
		done, found, err := w.Replay(request)
		if err != nil {
			return err
		}
		if found {
			answer, err = op.again(w, done)
			return err
		}
		var names []string
		if answer, names, err = op.do(w, caller.ID(ctx)); err != nil {
			return err
		}
		if req.GetValidateOnly() {
			tentative(answer, w.RecordTime())
		}
		return w.Remember(request, names...)
	})
	return answer, err
}

func replay[T any](ctx context.Context, c core, request store.Request, op write[T], answer *T) (found bool, err error) {
	err = c.read(ctx, func(r store.Reader) error {
		var done store.Done
		if done, found, err = r.Replay(request); err != nil || !found {
			return err
		}
		*answer, err = op.again(r, done)
		return err
	})
	return found, err
}
