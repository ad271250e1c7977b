package rpcserver

import (
	"context"
	"errors"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/protorules"
)

// InvalidRequest is the reason of a request that breaks rules of its proto.
const InvalidRequest = "INVALID_REQUEST"

// Validate checks a message as the chain checks requests, for a handler that
// makes one itself: the merged resource of an Update. All violations are reported, with
// paths within the message.
func Validate(validator protovalidate.Validator, message proto.Message) error {
	if err := refusal(validator.Validate(message, writable)); err != nil {
		return err
	}
	return fieldcheck.Texts(message)
}

// checkRequest checks a request as it came: that all its fields are known, against the
// rules in its proto, and that no text in it holds U+0000. A field that is not known is
// refused before the rules, since it may be what would keep them: who sends it counts on
// it, be it a filter, and an answer as if it were not there would be wrong without a word.
// What goes to gRPC's own services, health and reflection, may be of a newer gRPC.
func checkRequest(validator protovalidate.Validator, req any) error {
	message, ok := req.(proto.Message)
	if !ok {
		return nil
	}
	if strings.HasPrefix(string(message.ProtoReflect().Descriptor().FullName()), "grpc.") {
		return Validate(validator, message)
	}
	unknown, texts := fieldcheck.Sent(message)
	if unknown != nil {
		return unknown
	}
	if err := keepsRules(validator, message); err != nil {
		return err
	}
	return texts
}

// wholeBytes is how large a request is at most of which all violations are reported, rather
// than the first: two bytes of a request may break several rules, and to report one takes
// hundreds of bytes. All of such a request of this size take 60 MiB.
const wholeBytes = 64 << 10

// writable has a validator leave out what only the service sets.
var writable = protovalidate.WithFilter(protovalidate.FilterFunc(func(_ protoreflect.Message, of protoreflect.Descriptor) bool {
	field, is := of.(protoreflect.FieldDescriptor)
	return !is || !protoinput.OutputOnly(field)
}))

// keepsRules checks a request against the rules in its proto.
func keepsRules(validator protovalidate.Validator, request proto.Message) error {
	if validator.Validate(request, protovalidate.WithFailFast()) == nil {
		return nil
	}
	if proto.Size(request) <= wholeBytes {
		return refusal(validator.Validate(request, writable))
	}
	err := refusal(validator.Validate(request, writable, protovalidate.WithFailFast()))
	if refused, is := errors.AsType[*errs.Error](err); is {
		return refused.FirstOnly()
	}
	return err
}

// refusal is what a caller is told of broken rules: the proto field path of each, in words
// and with a reason of its own.
func refusal(err error) error {
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err // a rule that cannot be evaluated: our fault
	}
	var violations errs.Violations
	for _, violation := range invalid.Violations {
		broken := protorules.Explain(violation)
		violations.Add(broken.Field, broken.Reason, "%s", broken.Description)
	}
	if refused, is := errors.AsType[*errs.Error](violations.Err()); is {
		refused.Reason = InvalidRequest
		return refused
	}
	return err
}

func validateUnary(validator protovalidate.Validator) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if err := checkRequest(validator, req); err != nil {
			return nil, err
		}
		return handler(ctx, req)
	}
}

func validateStream(validator protovalidate.Validator) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		return handler(srv, &checkedStream{ServerStream: stream, check: func(message any) error {
			return checkRequest(validator, message)
		}})
	}
}
