package interchange

import (
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// Input is a copy of a resource with only what a writer may say: without what
// the service alone sets (OUTPUT_ONLY, AIP-203), its times and its etag.
func Input[M proto.Message](message M) M {
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
		case outputOnly(field), field.Name() == "etag":
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

func outputOnly(field protoreflect.FieldDescriptor) bool {
	behavior, ok := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return ok && slices.Contains(behavior, annotations.FieldBehavior_OUTPUT_ONLY)
}

// entityInput is Input with the merge, which an import repeats.
func entityInput(entity *statementsv1.Entity) *statementsv1.Entity {
	input := Input(entity)
	input.RedirectTo = entity.GetRedirectTo()
	return input
}

// statementInput is Input for formats that say each thing once: without what
// follows from the words of a span, and with the merge, which an import repeats.
func statementInput(statement *statementsv1.Statement) *statementsv1.Statement {
	input := Input(statement)
	input.RedirectTo = statement.GetRedirectTo()
	spans := slices.Concat(input.GetContents(), input.GetSourceMentions())
	if input.GetCue() != nil {
		spans = append(spans, input.GetCue())
	}
	for _, span := range spans {
		span.Role = typev1.TextSpan_ROLE_UNSPECIFIED // that of the field
		if span.GetExact() != "" {
			span.ExactSha256 = ""
		}
	}
	return input
}

// noTime says that a source states no time, and nothing else.
func noTime(period *typev1.TimePeriod) bool {
	return proto.Equal(period, &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED})
}
