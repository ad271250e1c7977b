package api

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// kind is a kind of resource.
type kind[T interface{ Name() string }, P proto.Message] struct {
	recordwrite.Kind[store.Reader, store.Writer, T, P]
}

func kindOf[T interface{ Name() string }, P proto.Message](toProto func(T) P, again func(store.Reader, store.Done) (T, error)) kind[T, P] {
	return kind[T, P]{recordwrite.Kind[store.Reader, store.Writer, T, P]{ToProto: toProto, Again: again}}
}

var (
	documentKind  = kindOf(documentToProto, documentAgain)
	entityKind    = kindOf(entityToProto, entityAgain)
	statementKind = kindOf(statementToProto, statementAgain)
	reviewKind    = kindOf(reviewToProto, reviewAgain)
)

// What only writing gives a resource: one that is changed, one that is created, and one whose name
// the caller did not choose. Not every kind has all of it.
var (
	writtenByChange = []protoreflect.Name{"etag", "update_time", "delete_time", "reattribution"}
	writtenAtFirst  = []protoreflect.Name{"uid", "etag", "create_time", "update_time"}
	writtenUnnamed  = []protoreflect.Name{"name", "latest_version"}
)

// change makes one change of a resource on record, and answers it. If it is only validated, the
// answer is without what only writing gives it.
func (k kind[T, P]) change(
	ctx context.Context, c core, method string, req writeRequest, do func(w store.Writer, caller string) (T, error),
) (P, error) {
	out, err := k.Write(ctx, c.record(), method, req, nil, do)
	if err != nil {
		return out, err
	}
	if req.GetValidateOnly() {
		unset(out, writtenByChange)
		if withdrawn, is := any(out).(interface{ GetRetraction() *typev1.Correction }); is {
			notWritten(withdrawn.GetRetraction())
		}
	}
	return out, nil
}

// created answers a resource that was created, or would be: then without what only writing gives
// it, which its name is unless the caller chose it.
func (k kind[T, P]) created(resource T, validateOnly, named bool) P {
	out := k.ToProto(resource)
	if validateOnly {
		unset(out, writtenAtFirst)
	}
	if validateOnly && !named {
		unset(out, writtenUnnamed)
	}
	return out
}

// unset takes fields away from a message, those of them that it has.
func unset(message proto.Message, fields []protoreflect.Name) {
	of := message.ProtoReflect()
	for _, name := range fields {
		if field := of.Descriptor().Fields().ByName(name); field != nil {
			of.Clear(field)
		}
	}
}
