// Package protoinput tells what a writer says in a resource from what the service
// adds to it.
//
// An answer has both. Whoever puts it on record somewhere else, compares it with
// what they wanted or writes a file that is read back needs the first alone. The
// field behaviors of the protos (AIP-203) say which is which; no resource is known
// here.
package protoinput

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Of is a copy of a resource with only what a writer may say: without fields that
// are OUTPUT_ONLY and without its etag, at any depth but in the values of maps.
func Of[M proto.Message](message M) M {
	copied, ok := proto.Clone(message).(M)
	if !ok {
		return message
	}
	clearOutput(copied.ProtoReflect())
	return copied
}

func clearOutput(message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case OutputOnly(field), field.Name() == "etag":
			message.Clear(field)
		case field.Message() == nil:
		case field.IsMap():
			// The values of maps have no such fields.
		case field.IsList():
			for i := range value.List().Len() {
				clearOutput(value.List().Get(i).Message())
			}
		default:
			clearOutput(value.Message())
		}
		return true
	})
}

// OutputOnly reports whether the service alone sets a field (AIP-203).
func OutputOnly(field protoreflect.FieldDescriptor) bool {
	behavior, ok := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return ok && slices.Contains(behavior, annotations.FieldBehavior_OUTPUT_ONLY)
}
