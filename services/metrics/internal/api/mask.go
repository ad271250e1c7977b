package api

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// merge returns current with the fields of change that an update's mask names. Only the fields in updatable may be, as a whole or by a field
// within (origin.title): REST derives such masks from what a body holds. Any other is INVALID_ARGUMENT, reason FIELD_NOT_UPDATABLE; name and
// etag say which resource and state are meant and change nothing. resource is the field of the resource in the request.
func merge[T proto.Message](current, change T, mask *fieldmaskpb.FieldMask, resource string, updatable ...protoreflect.Name) (T, error) {
	merged, _ := proto.Clone(current).(T)
	paths, err := maskedFields(current, change, mask.GetPaths(), resource, updatable)
	if err != nil {
		return merged, err
	}
	for _, path := range paths {
		from, to := change.ProtoReflect(), merged.ProtoReflect()
		outer, inner, nested := strings.Cut(path, ".")
		field := to.Descriptor().Fields().ByName(protoreflect.Name(outer))
		if nested {
			from, to = from.Get(field).Message(), to.Mutable(field).Message()
			field = to.Descriptor().Fields().ByName(protoreflect.Name(inner))
		}
		if from.Has(field) {
			to.Set(field, from.Get(field))
		} else {
			to.Clear(field)
		}
	}
	return merged, nil
}

// maskedFields returns the paths to copy, which all exist.
func maskedFields(current, change proto.Message, paths []string, resource string, updatable []protoreflect.Name) ([]string, error) {
	if len(paths) == 0 {
		return setFields(current, change, resource, updatable)
	}
	if slices.Equal(paths, []string{"*"}) {
		return texts(updatable), nil
	}
	var faults errs.Violations
	var fields []string
	for i, path := range paths {
		switch {
		case path == "name" || path == "etag":
		case canUpdate(current.ProtoReflect().Descriptor(), path, updatable):
			fields = append(fields, path)
		default:
			notUpdatable(indexed("update_mask.paths", i), path, updatable, &faults)
		}
	}
	return fields, faults.Err()
}

// canUpdate reports whether a path is an updatable field or a field of one that is a message.
func canUpdate(message protoreflect.MessageDescriptor, path string, updatable []protoreflect.Name) bool {
	outer, inner, nested := strings.Cut(path, ".")
	if !slices.Contains(updatable, protoreflect.Name(outer)) {
		return false
	}
	field := message.Fields().ByName(protoreflect.Name(outer))
	return !nested || field.Message() != nil && !field.IsList() && field.Message().Fields().ByName(protoreflect.Name(inner)) != nil
}

func texts(names []protoreflect.Name) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = string(name)
	}
	return out
}

// setFields are the fields of an update without a mask: those that are set. One
// that is set to another value but cannot be updated is refused, not ignored.
func setFields(current, change proto.Message, resource string, updatable []protoreflect.Name) (fields []string, err error) {
	var faults errs.Violations
	change.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case slices.Contains(updatable, field.Name()):
			fields = append(fields, string(field.Name()))
		case field.Name() == "name" || field.Name() == "etag" || outputOnly(field):
		case !value.Equal(current.ProtoReflect().Get(field)):
			notUpdatable(errs.JoinPath(resource, string(field.Name())), string(field.Name()), updatable, &faults)
		}
		return true
	})
	return fields, faults.Err()
}

func notUpdatable(path, field string, updatable []protoreflect.Name, faults *errs.Violations) {
	faults.Add(path, "FIELD_NOT_UPDATABLE", "%q cannot be updated, only %s: what is wrong is retracted and put on record anew",
		field, strings.Join(texts(updatable), ", "))
}

// outputOnly reports whether the service alone sets a field.
func outputOnly(field protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(behaviors, annotations.FieldBehavior_OUTPUT_ONLY)
}
