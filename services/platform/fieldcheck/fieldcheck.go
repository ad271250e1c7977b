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
// refused as one that is not set, reason FIELD_REQUIRED, but for the words of a search.
func Texts(request proto.Message) error {
	var faults errs.Violations
	walk(request.ProtoReflect(), "", &faults)
	return faults.Err()
}

// asked are the fields of requests whose words are looked for: what they lack is said where
// they are read (EMPTY_QUERY).
var asked = map[string]bool{"query": true, "text": true}

func walk(message protoreflect.Message, path string, faults *errs.Violations) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		at := errs.JoinPath(path, string(field.Name()))
		switch {
		case field.IsMap():
			value.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
				check(value, at+"."+key.String(), faults)
				return true
			})
		case field.IsList():
			for i := range value.List().Len() {
				check(value.List().Get(i), errs.Index(at, i), faults)
			}
		default:
			check(value, at, faults)
			if text, ok := value.Interface().(string); ok && Blank(text) && !asked[at] && required(field) {
				faults.Add(at, "FIELD_REQUIRED", "is required: white space alone says nothing")
			}
		}
		return true
	})
}

func check(value protoreflect.Value, path string, faults *errs.Violations) {
	switch v := value.Interface().(type) {
	case protoreflect.Message:
		walk(v, path, faults)
	case string:
		if strings.ContainsRune(v, 0) {
			faults.Add(path, "NUL_CHARACTER", "a text cannot hold U+0000")
		}
	}
}

// Blank reports whether nothing of a text can be seen: it is empty, or white space and
// characters without a shape.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

func required(field protoreflect.FieldDescriptor) bool {
	behavior, ok := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return ok && slices.Contains(behavior, annotations.FieldBehavior_REQUIRED)
}
