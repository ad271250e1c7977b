// Package fieldcheck checks what the requests of every service have in common: no
// fields that the program does not know, texts without U+0000, required texts that say
// something, and fields that must be empty because the service fills them.
//
// Rules that a proto can state are stated there and checked by the chain; rules
// of one resource belong to its service.
package fieldcheck

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// Reasons of fields that must be empty in some requests.
const (
	NameNotEmpty  = "NAME_NOT_EMPTY"
	FieldNotEmpty = "FIELD_NOT_EMPTY"
)

// UnknownField is the reason of a field that the server does not know.
const UnknownField = "UNKNOWN_FIELD"

// Empty refuses a value in a field that the service fills.
func Empty[T comparable](value T, path, reason string, faults *errs.Violations) {
	var none T
	if value != none {
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

// Sent is Texts of a request as it came, which is looked through once for both: unknown
// refuses fields that this program does not know, reason UnknownField. What only the
// service sets (OUTPUT_ONLY) may have such fields: it counts for nothing. After mostFaults
// it looks no further.
func Sent(request proto.Message) (unknown, texts error) {
	w := walker{sent: true}
	w.message(request.ProtoReflect())
	unknown, texts = w.unknown.Err(), w.faults.Err()
	if w.full() {
		for _, err := range []error{unknown, texts} {
			if refused, is := errors.AsType[*errs.Error](err); is {
				_ = refused.FirstOnly()
			}
		}
	}
	return unknown, texts
}

// asked are the fields of requests whose words are looked for: what they lack is said where
// they are read (EMPTY_QUERY).
var asked = map[string]bool{"query": true, "text": true}

// walker checks the texts of a request. Where it stands is written out only for a fault: a
// batch has tens of thousands of fields, and nearly none is at fault.
type walker struct {
	steps  []step
	faults errs.Violations
	// unknown are the fields that are not known, if sent says that they are asked for.
	sent    bool
	unknown errs.Violations
}

// step leads to a field of a message, or further to an item of a list or a value of a map.
type step struct {
	field protoreflect.FieldDescriptor
	item  int
	key   string
}

// path is the field at which the walker stands, as errs.JoinPath and errs.Index write it.
func (w *walker) path() (path string) {
	for _, step := range w.steps {
		switch {
		case step.field != nil:
			path = errs.JoinPath(path, string(step.field.Name()))
		case step.item >= 0:
			path = errs.Index(path, step.item)
		default:
			path += "." + step.key
		}
	}
	return path
}

// mostFaults is how many faults of a request are collected: 4 MiB may have a million, which
// no rule has bounded yet.
const mostFaults = 100

func (w *walker) full() bool {
	return w.sent && (w.faults.Len() >= mostFaults || w.unknown.Len() >= mostFaults)
}

// unknownIn refuses the fields of the message at which the walker stands that were not
// decoded: of a number that its type does not have, or not as what it has under the number.
func (w *walker) unknownIn(wire protoreflect.RawFields) {
	if len(wire) == 0 || slices.ContainsFunc(w.steps, outputOnly) {
		return
	}
	seen := make(map[protowire.Number]bool)
	for len(wire) > 0 && !w.full() {
		number, _, length := protowire.ConsumeField(wire)
		if length < 0 {
			return // cannot be: the decoder took it
		}
		if wire = wire[length:]; seen[number] {
			continue
		}
		seen[number] = true
		w.unknown.Add(errs.JoinPath(w.path(), strconv.Itoa(int(number))), UnknownField,
			"this server knows no field with the number %d and its type here: who calls it may be of a newer release", number)
	}
}

func outputOnly(at step) bool { return at.field != nil && protoinput.OutputOnly(at.field) }

func (w *walker) message(message protoreflect.Message) {
	if w.sent {
		w.unknownIn(message.GetUnknown())
	}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if w.full() {
			return false
		}
		if kind := field.Kind(); kind != protoreflect.StringKind && kind != protoreflect.MessageKind && !field.IsMap() {
			return true
		}
		w.steps = append(w.steps, step{field: field})
		w.field(field, value)
		w.steps = w.steps[:len(w.steps)-1]
		return true
	})
}

func (w *walker) field(field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case field.IsMap():
		entries := value.Map()
		for _, key := range keysOf(entries) {
			if w.full() {
				return
			}
			w.within(step{item: -1, key: key.String()}, field.MapValue(), entries.Get(key))
		}
	case field.IsList():
		list := value.List()
		for i := 0; i < list.Len() && !w.full(); i++ {
			w.within(step{item: i}, field, list.Get(i))
		}
	default:
		w.value(field, value)
		if field.Kind() == protoreflect.StringKind && Blank(value.String()) && required(field) && !asked[w.path()] {
			w.faults.Add(w.path(), "FIELD_REQUIRED", "is required: white space alone says nothing")
		}
	}
}

// keysOf are the keys of a map in order, so that which faults are named is no chance.
func keysOf(entries protoreflect.Map) []protoreflect.MapKey {
	keys := make([]protoreflect.MapKey, 0, entries.Len())
	entries.Range(func(key protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, key)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int { return strings.Compare(a.String(), b.String()) })
	return keys
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
