package api

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// writeRequest is what the requests of all writes have.
type writeRequest = recordwrite.Message

// write is one write.
type write[T any] = recordwrite.Op[store.Reader, store.Writer, T]

// run does a write once. See recordwrite.Once.
func run[T any](ctx context.Context, c core, req writeRequest, op write[T]) (T, error) {
	return recordwrite.Once(ctx, c.record(), req, op)
}

// record is the record as a write needs it.
func (c core) record() recordwrite.Transactions[store.Reader, store.Writer] {
	return recordwrite.Transactions[store.Reader, store.Writer]{
		Read: c.read, Write: c.store.Write, Try: c.store.Try, Reads: func(w store.Writer) store.Reader { return w },
	}
}

// apply puts a set on record; its part is picked by the caller.
func apply[T any](w store.Writer, caller string, set changes.Set, pick func(changes.Set) T) (T, []string, error) {
	written, err := changes.Apply(w, caller, set)
	if err != nil {
		var none T
		return none, nil, err
	}
	return pick(written), written.Names(), nil
}
