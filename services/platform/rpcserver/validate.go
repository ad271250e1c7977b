package rpcserver

import (
	"context"
	"errors"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/protorules"
)

// InvalidRequest is the reason of a request that breaks rules of its proto.
const InvalidRequest = "INVALID_REQUEST"

// Validate checks a message as the chain checks requests, for a handler that
// makes one itself: the merged resource of an Update. The fields of the error
// are paths within the message.
func Validate(validator protovalidate.Validator, message proto.Message) error {
	return validate(validator, message)
}

// validate checks a request against the rules in its proto, and that no text in
// it holds U+0000. Every violation is reported, with the proto field path, in
// words and with a reason of its own.
func validate(validator protovalidate.Validator, req any) error {
	message, ok := req.(proto.Message)
	if !ok {
		return nil
	}
	err := validator.Validate(message)
	if err == nil {
		return fieldcheck.Texts(message)
	}
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err // a rule that cannot be evaluated: our fault
	}
	var violations errs.Violations
	for _, violation := range invalid.Violations {
		broken := protorules.Explain(violation)
		violations.Add(broken.Field, broken.Reason, "%s", broken.Description)
	}
	var refused *errs.Error
	if errors.As(violations.Err(), &refused) {
		refused.Reason = InvalidRequest
		return refused
	}
	return err
}

func validateUnary(validator protovalidate.Validator) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if err := validate(validator, req); err != nil {
			return nil, err
		}
		return handler(ctx, req)
	}
}

func validateStream(validator protovalidate.Validator) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		return handler(srv, &checkedStream{ServerStream: stream, check: func(message any) error {
			return validate(validator, message)
		}})
	}
}
