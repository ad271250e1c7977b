package recordwrite

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// Kind is a kind of resource: how one is answered, at once and when its write is asked for
// again.
type Kind[R Reader, W Writer, T interface{ Name() string }, P proto.Message] struct {
	ToProto func(T) P
	// Again reads the one that a write named, as it was then.
	Again func(r R, done Done) (T, error)
}

// Write does a write of one resource once, and answers it. prepare and do are as in Op.
func (k Kind[R, W, T, P]) Write(
	ctx context.Context, record Transactions[R, W], method string, req Message, prepare func() error, do func(w W, caller string) (T, error),
) (P, error) {
	return Once(ctx, record, req, Op[R, W, P]{
		Method: method, Prepare: prepare,
		Do: func(w W, caller string) (answer P, names []string, err error) {
			written, err := do(w, caller)
			if err != nil {
				return answer, nil, err
			}
			return k.ToProto(written), []string{written.Name()}, nil
		},
		Again: func(r R, done Done) (answer P, err error) {
			written, err := k.Again(r, done)
			if err != nil {
				return answer, err
			}
			return k.ToProto(written), nil
		},
	})
}
