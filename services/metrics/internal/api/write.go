package api

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// writeRequest is what the requests of all writes have.
type writeRequest = recordwrite.Message

// write is one write.
type write[T any] = recordwrite.Op[store.Reader, store.Writer, T]

// kind is a kind of resource.
type kind[T interface{ Name() string }, P proto.Message] = recordwrite.Kind[store.Reader, store.Writer, T, P]

// run does a write once. See recordwrite.Once.
func run[T any](ctx context.Context, c core, req writeRequest, op write[T]) (T, error) {
	return recordwrite.Once(ctx, c.record(), req, op)
}

// record is the record as a write needs it.
func (c core) record() recordwrite.Transactions[store.Reader, store.Writer] {
	return recordwrite.Transactions[store.Reader, store.Writer]{
		Read: c.read, Write: c.store.Write, Try: c.store.Try, Reads: func(w store.Writer) store.Reader { return w },
		Aside: []protoreflect.Name{documentEmbargoField}, Tried: tentative,
	}
}
