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

// merge returns current with the fields of change that an update's mask names.
// Only the fields in updatable may be; any other is INVALID_ARGUMENT, reason
// FIELD_NOT_UPDATABLE. resource is the field of the resource in the request.
func merge[T proto.Message](current, change T, mask *fieldmaskpb.FieldMask, resource string, updatable ...protoreflect.Name) (T, error) {
	merged, _ := proto.Clone(current).(T)
	fields, err := maskedFields(current, change, mask.GetPaths(), resource, updatable)
	if err != nil {
		return merged, err
	}
	from, to := change.ProtoReflect(), merged.ProtoReflect()
	for _, name := range fields {
		field := to.Descriptor().Fields().ByName(name)
		if from.Has(field) {
			to.Set(field, from.Get(field))
		} else {
			to.Clear(field)
		}
	}
	return merged, nil
}

func maskedFields(current, change proto.Message, paths []string, resource string, updatable []protoreflect.Name) ([]protoreflect.Name, error) {
	if len(paths) == 0 {
		return setFields(current, change, resource, updatable)
	}
	if slices.Equal(paths, []string{"*"}) {
		return updatable, nil
	}
	var faults errs.Violations
	var fields []protoreflect.Name
	for i, path := range paths {
		if !slices.Contains(updatable, protoreflect.Name(path)) {
			notUpdatable(indexed("update_mask.paths", i), path, updatable, &faults)
		}
		fields = append(fields, protoreflect.Name(path))
	}
	return fields, faults.Err()
}

// setFields are the fields of an update without a mask: those that are set. One
// that is set to another value but cannot be updated is refused, not ignored.
func setFields(current, change proto.Message, resource string, updatable []protoreflect.Name) (fields []protoreflect.Name, err error) {
	var faults errs.Violations
	change.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case slices.Contains(updatable, field.Name()):
			fields = append(fields, field.Name())
		case field.Name() == "name" || field.Name() == "etag" || outputOnly(field):
		case !value.Equal(current.ProtoReflect().Get(field)):
			notUpdatable(errs.JoinPath(resource, string(field.Name())), string(field.Name()), updatable, &faults)
		}
		return true
	})
	return fields, faults.Err()
}

func notUpdatable(path, field string, updatable []protoreflect.Name, faults *errs.Violations) {
	names := make([]string, len(updatable))
	for i, name := range updatable {
		names[i] = string(name)
	}
	faults.Add(path, "FIELD_NOT_UPDATABLE", "%q cannot be updated, only %s: what is wrong is retracted and put on record anew",
		field, strings.Join(names, ", "))
}

// outputOnly reports whether the service alone sets a field.
func outputOnly(field protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(behaviors, annotations.FieldBehavior_OUTPUT_ONLY)
}
