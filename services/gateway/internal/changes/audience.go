package changes

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// The hub follows the services as an editor does, so it knows what is under embargo or
// confidential. What of that a reader hears is decided here, and is the same as the
// services send to readers.

// forReaders is what readers are sent of a change, nil for nothing: a change without its
// resource, where they could read that before and can no longer; a re-attribution without
// the statements that they cannot read.
func forReaders(answer *gatewayv1.WatchResponse) *gatewayv1.WatchResponse {
	message, _ := inner(answer)
	switch {
	case answer.GetStatements().GetReattributionForReaders() != nil:
		c := proto.CloneOf(answer.GetStatements())
		c.Resource, c.ReattributionForReaders = &statementsv1.Change_Reattribution{Reattribution: c.GetReattributionForReaders()}, nil
		return &gatewayv1.WatchResponse{Change: &gatewayv1.WatchResponse_Statements{Statements: c}}
	case typeOf(message) == restricted:
		change := proto.CloneOf(answer.GetMetrics())
		change.Resource = nil
		return &gatewayv1.WatchResponse{Change: &gatewayv1.WatchResponse_Metrics{Metrics: change}}
	case !isRestricted(message):
		return answer
	default:
		return nil
	}
}

// isRestricted reports whether only editors and admins read a change, or a resource.
func isRestricted(message protoreflect.Message) bool {
	field := message.Descriptor().Fields().ByName("restricted")
	return field != nil && field.Kind() == protoreflect.BoolKind && message.Get(field).Bool()
}

// isHidden reports whether readers cannot read a revision.
func isHidden(revision proto.Message) bool {
	message := revision.ProtoReflect()
	if snapshot := message.Descriptor().Fields().ByName("snapshot"); snapshot != nil && snapshot.Message() != nil {
		message = message.Get(snapshot).Message()
	}
	return isRestricted(message)
}

// sentTo is what a watcher is sent of a change, nil for nothing.
func (c *change) sentTo(seesRestricted bool) *gatewayv1.WatchResponse {
	if seesRestricted {
		return c.answer
	}
	return c.public
}
