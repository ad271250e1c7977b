// Package fieldcheck checks what the requests of every service have in common:
// texts without U+0000, required texts that say something, and fields that must be
// empty because the service fills them.
//
// Rules that a proto can state are stated there and checked by the chain; rules
// of one resource belong to its service.
package fieldcheck

import (
	"slices"
	"strings"
	"unicode"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Reasons of fields that must be empty in some requests.
const (
	NameNotEmpty  = "NAME_NOT_EMPTY"
	FieldNotEmpty = "FIELD_NOT_EMPTY"
)

// Empty refuses a value in a field that the service fills.
func Empty(value, path, reason string, faults *errs.Violations) {
	if value != "" {
		faults.Add(path, reason, "must be empty here")
	}
}

// NewETag refuses an etag on what is not on record yet: it has no state.
func NewETag(etag, path string) error {
	if etag == "" {
		return nil
	}
	return errs.Invalid(path, FieldNotEmpty, "must be empty here: what is created has no state yet")
}

// Texts refuses U+0000 in any text of a request, reason NUL_CHARACTER: stores
// cut texts at it. A text that is REQUIRED (AIP-203) and has nothing that can be seen is
// refused as one that is not set, reason FIELD_REQUIRED, but for what is looked for: query
// or text of the request itself.
func Texts(request proto.Message) error {
	var w walker
	w.message(request.ProtoReflect())
	return w.faults.Err()
}

// asked are the fields of requests whose words are looked for: what they lack is said where
// they are read (EMPTY_QUERY).
var asked = map[string]bool{"query": true, "text": true}

// walker checks the texts of a request. Where it stands is written out only for a fault: a
// batch has tens of thousands of fields, and nearly none is at fault.
type walker struct {
	steps  []step
	faults errs.Violations
}

// step leads to a field of a message, or further to an item of a list or a value of a map.
type step struct {
	field protoreflect.Name
	item  int
	key   string
}

// path is the field at which the walker stands, as errs.JoinPath and errs.Index write it.
func (w *walker) path() (path string) {
	for _, step := range w.steps {
		switch {
		case step.field != "":
			path = errs.JoinPath(path, string(step.field))
		case step.item >= 0:
			path = errs.Index(path, step.item)
		default:
			path += "." + step.key
		}
	}
	return path
}

func (w *walker) message(message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if kind := field.Kind(); kind != protoreflect.StringKind && kind != protoreflect.MessageKind && !field.IsMap() {
			return true
		}
		w.steps = append(w.steps, step{field: field.Name()})
		w.field(field, value)
		w.steps = w.steps[:len(w.steps)-1]
		return true
	})
}

func (w *walker) field(field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case field.IsMap():
		value.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
			w.within(step{item: -1, key: key.String()}, field.MapValue(), value)
			return true
		})
	case field.IsList():
		list := value.List()
		for i := range list.Len() {
			w.within(step{item: i}, field, list.Get(i))
		}
	default:
		w.value(field, value)
		if field.Kind() == protoreflect.StringKind && Blank(value.String()) && required(field) && !asked[w.path()] {
			w.faults.Add(w.path(), "FIELD_REQUIRED", "is required: white space alone says nothing")
		}
	}
}

func (w *walker) within(step step, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	w.steps = append(w.steps, step)
	w.value(field, value)
	w.steps = w.steps[:len(w.steps)-1]
}

// value checks one value of a field, an item of a list or a value of a map.
func (w *walker) value(field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch field.Kind() {
	case protoreflect.MessageKind:
		w.message(value.Message())
	case protoreflect.StringKind:
		if strings.ContainsRune(value.String(), 0) {
			w.faults.Add(w.path(), "NUL_CHARACTER", "a text cannot hold U+0000")
		}
	default: // has no text
	}
}

// Blank reports whether nothing of a text can be seen: it is empty, or white space and
// characters without a shape: controls, format characters such as U+200B, what has no
// character yet or a private one. A letter, mark or symbol counts as seen, even one drawn
// as nothing (U+3164, U+2800).
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

func required(field protoreflect.FieldDescriptor) bool {
	behavior, ok := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return ok && slices.Contains(behavior, annotations.FieldBehavior_REQUIRED)
}
