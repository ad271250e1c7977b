package wirejson

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Mask is a choice of the fields of a message, and of the fields within them. nil
// is all.
type Mask struct {
	// fields has, by a field's place in the proto, what of it is chosen: nil for
	// nothing, whole for everything.
	fields []*Mask
}

var whole = &Mask{}

// has says whether something of a field is chosen.
func (m *Mask) has(index int) bool {
	return m == nil || m.fields == nil || m.fields[index] != nil
}

// at is what is chosen of a field.
func (m *Mask) at(index int) *Mask {
	if m == nil || m.fields == nil {
		return nil
	}
	return m.fields[index]
}

// MaskError is a mask that a message cannot have.
type MaskError struct {
	// Path is the path that is wrong, as it was given.
	Path string
	// Problem says what is wrong with it.
	Problem string
}

// Error implements error.
func (e *MaskError) Error() string { return fmt.Sprintf("%q %s", e.Path, e.Problem) }

// ParseMask reads a mask for a message: paths with commas between them, each of
// field names with dots between them, in lowerCamelCase or as in the proto. A path
// goes through repeated fields, to the field in every element; a map and a
// well-known type are taken whole. A path that leads nowhere is a *MaskError.
func ParseMask(message protoreflect.MessageDescriptor, fields string) (*Mask, error) {
	mask := newMask(message)
	for path := range strings.SplitSeq(fields, ",") {
		if problem := mask.add(message, path); problem != "" {
			return nil, &MaskError{Path: path, Problem: problem}
		}
	}
	return mask, nil
}

func newMask(message protoreflect.MessageDescriptor) *Mask {
	return &Mask{fields: make([]*Mask, message.Fields().Len())}
}

// add chooses what a path leads to and returns what is wrong with it, "" if
// nothing is.
func (m *Mask) add(message protoreflect.MessageDescriptor, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	field := message.Fields().ByJSONName(name)
	if field == nil {
		field = message.Fields().ByName(protoreflect.Name(name))
	}
	if field == nil {
		return fmt.Sprintf("names no field of %s", message.Name())
	}
	index := field.Index()
	switch {
	case !deeper:
		m.fields[index] = whole
		return ""
	case field.IsMap():
		return "goes into a map, which is taken whole"
	case field.Message() == nil || planOf(field.Message()).form != object:
		return fmt.Sprintf("goes on behind %s, which has no fields", field.JSONName())
	case m.fields[index] == nil:
		m.fields[index] = newMask(field.Message())
	case m.fields[index] == whole:
		return new(Mask).check(field.Message(), rest)
	}
	return m.fields[index].add(field.Message(), rest)
}

// check returns what is wrong with a path that chooses nothing more.
func (*Mask) check(message protoreflect.MessageDescriptor, path string) string {
	return newMask(message).add(message, path)
}
