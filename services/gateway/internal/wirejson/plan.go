package wirejson

import (
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// form is how a message is written.
type form uint8

const (
	object    form = iota // its fields, one by one
	timestamp             // text
	foreign               // by protojson
)

// plan is what writing a message needs to know of its descriptor.
type plan struct {
	descriptor protoreflect.MessageDescriptor
	form       form
	fields     []field // in the order of the proto, which is that of the JSON
	// byNumber has the place of a field in fields plus one, 0 for no such field.
	byNumber []int32
	oneofs   int
}

// field is one field of a plan.
type field struct {
	// comma is `,"name":`, and `"name":` from its second byte.
	comma string
	// number is the field's number, kind what its values are.
	number protowire.Number
	kind   protoreflect.Kind
	wire   protowire.Type
	list   bool
	packed bool // may come packed
	// presence says that a zero value that is there is written.
	presence bool
	// oneof is the place of the field's oneof in its message, -1 for none.
	oneof int
	// enum has the names of values, in quotes.
	enum map[int32]string
	// null says that every value is null: google.protobuf.NullValue.
	null    bool
	message *plan
	// key and value are those of a map, nil for all else.
	key, value *field
}

// find returns the place of a field, -1 for a number that the message lacks.
func (p *plan) find(number protowire.Number) int {
	if int(number) >= len(p.byNumber) {
		return -1
	}
	return int(p.byNumber[number]) - 1
}

var (
	plans    sync.Map // of *plan by protoreflect.MessageDescriptor
	planning sync.Mutex
)

// planOf returns the plan of a message. Plans are kept: there are as many as
// message types.
func planOf(message protoreflect.MessageDescriptor) *plan {
	if known, ok := plans.Load(message); ok {
		return known.(*plan)
	}
	planning.Lock()
	defer planning.Unlock()
	made := map[protoreflect.MessageDescriptor]*plan{}
	p := compile(message, made)
	for descriptor, one := range made {
		plans.LoadOrStore(descriptor, one)
	}
	return p
}

// compile makes the plan of a message and of those within it. A message may be
// within itself, so its plan is known before its fields are.
func compile(message protoreflect.MessageDescriptor, made map[protoreflect.MessageDescriptor]*plan) *plan {
	if p := made[message]; p != nil {
		return p
	}
	if known, ok := plans.Load(message); ok {
		return known.(*plan)
	}
	p := &plan{descriptor: message, form: formOf(message), oneofs: message.Oneofs().Len()}
	made[message] = p
	if p.form == foreign {
		return p
	}
	fields := message.Fields()
	p.fields = make([]field, fields.Len())
	for i := range fields.Len() {
		p.fields[i] = newField(fields.Get(i), made)
		number := int(fields.Get(i).Number())
		if number >= len(p.byNumber) {
			p.byNumber = append(p.byNumber, make([]int32, number+1-len(p.byNumber))...)
		}
		p.byNumber[number] = int32(i) + 1
	}
	return p
}

// highestNumber bounds the table of field numbers.
const highestNumber = 1 << 12

// formOf says how a message is written. What proto3 does not have is left to
// protojson, so that no rule of an older syntax is needed here.
func formOf(message protoreflect.MessageDescriptor) form {
	switch name := message.FullName(); {
	case name == "google.protobuf.Timestamp":
		return timestamp
	case strings.HasPrefix(string(name), "google.protobuf."),
		message.ParentFile().Syntax() != protoreflect.Proto3,
		message.ExtensionRanges().Len() > 0:
		return foreign
	}
	fields := message.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Number() > highestNumber || f.Kind() == protoreflect.GroupKind || (f.Enum() != nil && f.Enum().IsClosed()) {
			return foreign
		}
	}
	return object
}

func newField(descriptor protoreflect.FieldDescriptor, made map[protoreflect.MessageDescriptor]*plan) field {
	f := field{
		comma:  "," + string(appendQuoted(nil, []byte(descriptor.JSONName()))) + ":",
		number: descriptor.Number(), kind: descriptor.Kind(), wire: wireOf(descriptor.Kind()),
		list: descriptor.IsList(), presence: descriptor.HasPresence(), oneof: -1,
	}
	f.packed = f.list && f.wire != protowire.BytesType
	if oneof := descriptor.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
		f.oneof = oneof.Index()
	}
	if descriptor.IsMap() {
		key, value := newField(descriptor.MapKey(), made), newField(descriptor.MapValue(), made)
		f.key, f.value = &key, &value
		return f
	}
	if enum := descriptor.Enum(); enum != nil {
		f.null = enum.FullName() == "google.protobuf.NullValue"
		f.enum = make(map[int32]string, enum.Values().Len())
		for i := range enum.Values().Len() {
			value := enum.Values().Get(i)
			if _, taken := f.enum[int32(value.Number())]; !taken { // of two names for a value the first counts
				f.enum[int32(value.Number())] = strconv.Quote(string(value.Name()))
			}
		}
	}
	if message := descriptor.Message(); message != nil {
		f.message = compile(message, made)
	}
	return f
}

func wireOf(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	default:
		return protowire.VarintType
	}
}
