package sourcefill

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// once sends on a write that may be sent again, as it was filled in or with why it is
// refused. Both go by what stands now: sent again it is filled in otherwise, and is the same
// write; refused now, it may have been done, and is answered as it was then.
func once(
	ctx context.Context, author recordwrite.Message, filled any, refusal error,
	send func(ctx context.Context, args any, more ...grpc.CallOption) error,
) error {
	if refusal != nil && !definite(refusal) {
		return refusal
	}
	ctx, err := recordwrite.Sent(ctx, author)
	if err != nil {
		return err
	}
	if refusal == nil {
		return send(ctx, filled)
	}
	tried := proto.CloneOf(author)
	message := tried.ProtoReflect()
	message.Set(message.Descriptor().Fields().ByName("validate_only"), protoreflect.ValueOfBool(true))
	done, err := recordwrite.OnlyAgain(ctx, func(ctx context.Context, header grpc.CallOption) error { return send(ctx, tried, header) })
	if done || err != nil && !definite(err) {
		return err
	}
	return refusal
}

// definite reports whether an error refuses a request for what it says; any other leaves
// open whether it was done before.
func definite(err error) bool {
	return errs.Is(err, errs.InvalidArgument) || errs.Is(err, errs.FailedPrecondition) || errs.Is(err, errs.NotFound)
}
