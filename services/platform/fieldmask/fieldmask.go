// Package fieldmask merges an update into a resource, as AIP-134 has it: the
// mask says which fields change, and without one the fields that are set.
//
// What may go here: which fields of an update count. Which fields of a resource
// can be updated at all is for its service to say.
package fieldmask

import (
	"errors"
	"slices"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// Update is an update of one resource.
type Update struct {
	// Resource is the field of the resource in the request.
	Resource string
	// Mask is the request's; nil or empty stands for the fields that are set.
	Mask *fieldmaskpb.FieldMask
	// Updatable are the fields that may change, each as a whole or, if it is a
	// message, by a field within (origin.title): REST derives such masks from what
	// a body holds.
	Updatable []protoreflect.Name
	// Kept are those of Updatable that the mask `*` leaves as they are where they are not
	// set: what is lost with them is too much to be lost by leaving out a field. Their own
	// name in the mask clears them.
	Kept []protoreflect.Name
	// Hint says what to do about a field that cannot be updated; "" is that what is
	// wrong is retracted and put on record anew.
	Hint string
	// Validator checks the merged resource against the rules of its proto.
	Validator protovalidate.Validator
}

// Merge returns current with the fields of change that the update names; changed
// is false if that changes nothing.
//
// A field that cannot be updated is INVALID_ARGUMENT, reason
// FIELD_NOT_UPDATABLE, unless it has the value that it had: who reads, changes
// and sends back is not refused (AIP-203). name and etag say which resource and
// state are meant and change nothing. A result that breaks rules of its proto is
// refused as the chain refuses any other request: INVALID_REQUEST. A rule that is
// younger than the record refuses no update of other fields than its own.
func Merge[T proto.Message](u Update, current, change T) (merged T, changed bool, err error) {
	merged, _ = proto.Clone(current).(T)
	paths, err := u.maskedFields(current, change)
	if err != nil {
		return merged, false, err
	}
	for _, path := range paths {
		take(path, change.ProtoReflect(), merged.ProtoReflect())
	}
	return merged, !proto.Equal(current, merged), u.validate(current, merged, paths)
}

// take copies the field at a path, or clears it if it is not set.
func take(path string, from, to protoreflect.Message) {
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

// validate checks the merged resource, whose paths the update took over. What a field
// breaks that the update does not touch counts only if current did not break it.
func (u Update) validate(current, merged proto.Message, paths []string) error {
	err := rpcserver.Validate(u.Validator, merged)
	if !errs.Is(err, errs.InvalidArgument) {
		return err
	}
	onRecord := make(map[errs.Violation]bool)
	for _, fault := range errs.ViolationsOf(rpcserver.Validate(u.Validator, current)) {
		onRecord[fault] = true
	}
	var faults errs.Violations
	for _, fault := range errs.ViolationsOf(err) {
		if onRecord[fault] && !slices.ContainsFunc(paths, touches(fault.Field)) {
			continue
		}
		faults.Add(errs.JoinPath(u.Resource, fault.Field), fault.Reason, "%s", fault.Description)
	}
	var refused *errs.Error
	if errors.As(faults.Err(), &refused) {
		refused.Reason = rpcserver.InvalidRequest
		return refused
	}
	return nil
}

// touches reports whether a path of an update names a field, something within it or what
// it lies in. A fault of no field is one of the whole resource.
func touches(field string) func(path string) bool {
	return func(path string) bool { return within(field, path) || within(path, field) }
}

func within(inner, outer string) bool {
	rest, ok := strings.CutPrefix(inner, outer)
	return ok && (rest == "" || outer == "" || rest[0] == '.' || rest[0] == '[')
}

// maskedFields returns the paths to copy, which all exist.
func (u Update) maskedFields(current, change proto.Message) ([]string, error) {
	paths := u.Mask.GetPaths()
	if len(paths) == 0 {
		return u.setFields(current, change)
	}
	if slices.Equal(paths, []string{"*"}) {
		return u.allFields(change), nil
	}
	var faults errs.Violations
	var fields []string
	for i, path := range paths {
		switch {
		case path == "name" || path == "etag":
		case canUpdate(current.ProtoReflect().Descriptor(), path, u.Updatable):
			fields = append(fields, path)
		case unchanged(current, change, path):
		case path == "*":
			faults.Add(errs.Index("update_mask.paths", i), "FIELD_NOT_UPDATABLE", `"*" names every field that can be updated, so it stands alone`)
		default:
			u.notUpdatable(errs.Index("update_mask.paths", i), path, &faults)
		}
	}
	return fields, faults.Err()
}

// allFields are the fields that the mask `*` names.
func (u Update) allFields(change proto.Message) []string {
	message := change.ProtoReflect()
	return texts(slices.DeleteFunc(slices.Clone(u.Updatable), func(name protoreflect.Name) bool {
		return slices.Contains(u.Kept, name) && !message.Has(message.Descriptor().Fields().ByName(name))
	}))
}

// canUpdate reports whether a path is an updatable field or a field of one that is a message.
// A time is updated as a whole.
func canUpdate(message protoreflect.MessageDescriptor, path string, updatable []protoreflect.Name) bool {
	outer, inner, nested := strings.Cut(path, ".")
	if !slices.Contains(updatable, protoreflect.Name(outer)) {
		return false
	}
	field := message.Fields().ByName(protoreflect.Name(outer))
	if !nested {
		return true
	}
	if field.Message() == nil || field.IsList() || field.IsMap() || field.Message().FullName() == "google.protobuf.Timestamp" {
		return false
	}
	return field.Message().Fields().ByName(protoreflect.Name(inner)) != nil
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
func (u Update) setFields(current, change proto.Message) (fields []string, err error) {
	var faults errs.Violations
	change.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case slices.Contains(u.Updatable, field.Name()):
			fields = append(fields, string(field.Name()))
		case field.Name() == "name" || field.Name() == "etag" || protoinput.OutputOnly(field):
		case !value.Equal(current.ProtoReflect().Get(field)):
			u.notUpdatable(errs.JoinPath(u.Resource, string(field.Name())), string(field.Name()), &faults)
		}
		return true
	})
	return fields, faults.Err()
}

// unchanged reports whether a field that a mask names has the value on record.
func unchanged(current, change proto.Message, path string) bool {
	field := current.ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(path))
	return field != nil && change.ProtoReflect().Get(field).Equal(current.ProtoReflect().Get(field))
}

func (u Update) notUpdatable(path, field string, faults *errs.Violations) {
	hint := u.Hint
	if hint == "" {
		hint = "what is wrong is retracted and put on record anew"
	}
	faults.Add(path, "FIELD_NOT_UPDATABLE", "%q cannot be updated, only %s: %s", field, strings.Join(texts(u.Updatable), ", "), hint)
}
