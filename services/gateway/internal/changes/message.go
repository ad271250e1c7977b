package changes

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Names of types of changes, alike in both services.
const (
	updated    = "UPDATED"
	erased     = "ERASED"
	restricted = "RESTRICTED"
)

// heartbeat is the type of an answer without a change.
const heartbeat = "heartbeat"

// TypeOf is the type of the change in an answer, such as "UPDATED", and
// "heartbeat" of an answer without one.
func TypeOf(answer *gatewayv1.WatchResponse) string {
	if answer.GetChange() == nil {
		return heartbeat
	}
	message, _ := inner(answer)
	return typeOf(message)
}

// tellsErasure reports whether something that was on record before is gone, of a figure its
// words.
func tellsErasure(answer *gatewayv1.WatchResponse) bool {
	return TypeOf(answer) == erased || answer.GetMetrics().GetWordsErased()
}

// inner is the service's own message, and its record time in microseconds.
func inner(answer *gatewayv1.WatchResponse) (message protoreflect.Message, micros int64) {
	if c := answer.GetMetrics(); c != nil {
		return c.ProtoReflect(), c.GetRecordTime().AsTime().UnixMicro()
	}
	c := answer.GetStatements()
	return c.ProtoReflect(), c.GetRecordTime().AsTime().UnixMicro()
}

// nameOf is the name of what changed.
func nameOf(answer *gatewayv1.WatchResponse) string {
	message, _ := inner(answer)
	return text(message, "name")
}

func typeOf(change protoreflect.Message) string {
	switch c := change.Interface().(type) {
	case *metricsv1.Change:
		return c.GetType().String()
	case *statementsv1.Change:
		return c.GetType().String()
	default:
		return ""
	}
}

func text(message protoreflect.Message, name protoreflect.Name) string {
	field := message.Descriptor().Fields().ByName(name)
	if field == nil || field.Kind() != protoreflect.StringKind || field.IsList() {
		return ""
	}
	return message.Get(field).String()
}
