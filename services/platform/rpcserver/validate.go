package rpcserver

import (
	"context"
	"errors"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// InvalidRequest is the reason of a request that breaks rules of its proto.
const InvalidRequest = "INVALID_REQUEST"

// Validate checks a message as the chain checks requests, for a handler that
// makes one itself: the merged resource of an Update. The fields of the error
// are paths within the message.
func Validate(validator protovalidate.Validator, message proto.Message) error {
	return validate(validator, message)
}

// validate checks a request against the rules in its proto. Every violation is
// reported, with the proto field path and the rule's id as the reason
// ("string.min_len" is STRING_MIN_LEN).
func validate(validator protovalidate.Validator, req any) error {
	message, ok := req.(proto.Message)
	if !ok {
		return nil
	}
	err := validator.Validate(message)
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err // nil, or a rule that cannot be evaluated: our fault
	}
	var violations errs.Violations
	for _, violation := range invalid.Violations {
		description := violation.Proto.GetMessage()
		if description == "" {
			description = "breaks the rule " + violation.Proto.GetRuleId()
		}
		violations.Add(
			protovalidate.FieldPathString(violation.Proto.GetField()),
			ruleReason(violation.Proto.GetRuleId()), "%s", description)
	}
	var refused *errs.Error
	if errors.As(violations.Err(), &refused) {
		refused.Reason = InvalidRequest
		return refused
	}
	return err
}

// ruleReason writes a rule id as an UPPER_SNAKE word.
func ruleReason(id string) string {
	if id == "" {
		return InvalidRequest
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, id)
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
