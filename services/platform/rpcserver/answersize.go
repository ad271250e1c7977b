package rpcserver

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

// sized is a message with its size, which from then on nobody changes: to measure a series
// takes some percent of what its call does, so the codec does not do so again.
type sized struct {
	proto.Message
	size int
}

// sizeOf measures what is to be encoded; false says that it is no message.
func sizeOf(v any) (sized, bool) {
	switch v := v.(type) {
	case sized:
		return v, true
	case proto.Message:
		return sized{v, proto.Size(v)}, true
	default:
		return sized{}, false
	}
}

// sizeUnary refuses an answer that is too large to be sent. gRPC has a bare
// RESOURCE_EXHAUSTED for it, which a caller takes for a limit that passes.
func sizeUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		answer, err := handler(ctx, req)
		measured, ok := sizeOf(answer)
		if err != nil || !ok {
			return answer, err
		}
		if measured.size <= maxAnswerBytes {
			return measured, nil
		}
		tooLarge := errs.New(errs.FailedPrecondition, "ANSWER_TOO_LARGE",
			"the answer has more than %d MiB: ask for smaller pages, or for one thing at a time", maxAnswerBytes>>20)
		if !methods.IsRead(info.FullMethod) {
			return nil, tooLarge.MaybeWritten() // unless it was only validated, what it would have told of was done
		}
		return nil, tooLarge
	}
}
