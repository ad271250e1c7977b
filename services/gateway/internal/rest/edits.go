package rest

import (
	"context"
	"net/http"
	"net/url"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/wirejson"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// edits are what the headers and the exact body say about a request and the
// conversion does not know. They are made on the converted request.
type edits struct {
	op *operation
	// etag is the state that If-Match asks for, "" for none.
	etag string
	// mask is the update mask that follows from the body, used when the client
	// gave none.
	mask []string
	// implied says that mask is to be used.
	implied bool
	// requestID is what Idempotency-Key asks for, "" for none.
	requestID string
	// path and parameters are the address that was asked for, without the gateway's
	// own parameters.
	path       string
	parameters url.Values
	// form is how the request is to be answered, and fields what of the answer is
	// sent: nil for all.
	form   form
	fields *wirejson.Mask
	// room is where the answer was written; nil if it was not.
	room *[]byte
	// conditions are the headers of a read, which say what the client has already;
	// nil of anything else.
	conditions http.Header
	// condition is what is known of the answer; nil for nothing.
	condition *condition
}

type editsKey struct{}

func withEdits(ctx context.Context, e *edits) context.Context {
	return context.WithValue(ctx, editsKey{}, e)
}

func editsOf(ctx context.Context) *edits {
	e, _ := ctx.Value(editsKey{}).(*edits)
	return e
}

// editing is a connection whose calls are edited.
type editing struct{ grpc.ClientConnInterface }

// Invoke implements grpc.ClientConnInterface.
func (c editing) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if e := editsOf(ctx); e != nil {
		if request, ok := args.(proto.Message); ok {
			e.apply(request.ProtoReflect())
		}
		if e.condition != nil {
			ctx = metadata.AppendToOutgoingContext(ctx, rpcserver.UnlessStateKey, e.condition.unless())
		}
	}
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

func (e *edits) apply(request protoreflect.Message) {
	if e.requestID != "" {
		request.Set(e.op.requestID, protoreflect.ValueOfString(e.requestID))
	}
	if e.op.require != nil && e.form.format == formats.JSONLD {
		request.Set(e.op.require, protoreflect.ValueOfString("all")) // a graph has no place to say what is missing in it
	}
	if e.etag != "" {
		target := request
		last := len(e.op.etag) - 1
		for _, field := range e.op.etag[:last] {
			target = target.Mutable(field).Message()
		}
		target.Set(e.op.etag[last], protoreflect.ValueOfString(e.etag))
	}
	if e.implied && e.op.mask != nil {
		if len(e.mask) == 0 {
			request.Clear(e.op.mask)
			return
		}
		request.Set(e.op.mask, protoreflect.ValueOfMessage((&fieldmaskpb.FieldMask{Paths: e.mask}).ProtoReflect()))
	}
}
