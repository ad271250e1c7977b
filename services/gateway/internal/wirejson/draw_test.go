package wirejson_test

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"pgregory.net/rapid"
)

// drawWire makes bytes of a message as no encoder writes them: fields in any
// order, several times over, unknown ones between. With faults, some of it may be
// wrong.
func drawWire(t *rapid.T, message protoreflect.MessageDescriptor, depth int, faults bool) []byte {
	var wire []byte
	fields := message.Fields()
	for range rapid.IntRange(0, 8).Draw(t, "occurrences") {
		n := rapid.IntRange(-1, fields.Len()-1).Draw(t, "field")
		if n < 0 {
			wire = protowire.AppendVarint(protowire.AppendTag(wire, 30000, protowire.VarintType), 1)
			continue
		}
		wire = appendField(t, wire, fields.Get(n), depth, faults)
	}
	return wire
}

func appendField(t *rapid.T, wire []byte, field protoreflect.FieldDescriptor, depth int, faults bool) []byte {
	if message := field.Message(); message != nil && depth == 0 {
		return wire
	}
	kind := field.Kind()
	// Not in an entry of a map: dynamicpb panics on it.
	if faults && !field.ContainingMessage().IsMapEntry() && rapid.IntRange(0, 9).Draw(t, "other") == 0 {
		kind = rapid.SampledFrom([]protoreflect.Kind{protoreflect.StringKind, protoreflect.Int32Kind, protoreflect.DoubleKind}).Draw(t, "kind")
	}
	if field.IsList() && kind == field.Kind() && scalar(kind) && rapid.Bool().Draw(t, "packed") {
		var packed []byte
		for range rapid.IntRange(0, 4).Draw(t, "elements") {
			packed = appendValue(t, packed, field, kind, depth, faults)
		}
		return protowire.AppendBytes(protowire.AppendTag(wire, field.Number(), protowire.BytesType), packed)
	}
	return appendValue(t, protowire.AppendTag(wire, field.Number(), wireType(kind)), field, kind, depth, faults)
}

func scalar(kind protoreflect.Kind) bool { return wireType(kind) != protowire.BytesType }

func wireType(kind protoreflect.Kind) protowire.Type {
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

func appendValue(t *rapid.T, wire []byte, field protoreflect.FieldDescriptor, kind protoreflect.Kind, depth int, faults bool) []byte {
	switch kind {
	case protoreflect.MessageKind:
		return protowire.AppendBytes(wire, drawWire(t, field.Message(), depth-1, faults))
	case protoreflect.StringKind:
		if faults && rapid.IntRange(0, 9).Draw(t, "bad") == 0 {
			return protowire.AppendBytes(wire, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		}
		return protowire.AppendString(wire, rapid.String().Draw(t, "text"))
	case protoreflect.BytesKind:
		return protowire.AppendBytes(wire, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
	default:
	}
	number := rapid.OneOf(rapid.Uint64Range(0, 5), rapid.Uint64()).Draw(t, "number")
	switch wireType(kind) {
	case protowire.Fixed32Type:
		return protowire.AppendFixed32(wire, uint32(number))
	case protowire.Fixed64Type:
		return protowire.AppendFixed64(wire, number)
	default:
		return protowire.AppendVarint(wire, number)
	}
}

// everyKind is a message with a field of every kind: by itself, in a list, with
// presence, as key and as value of a map; and a oneof. The order of the proto is
// not that of the numbers.
var everyKind = func() protoreflect.MessageDescriptor {
	const name = "wirejson.test.Every"
	m := &descriptorpb.DescriptorProto{Name: proto.String("Every"), OneofDecl: []*descriptorpb.OneofDescriptorProto{{Name: proto.String("choice")}}}
	number := int32(400)
	add := func(field string, kind descriptorpb.FieldDescriptorProto_Type, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		number--
		f := &descriptorpb.FieldDescriptorProto{Name: proto.String(field), Number: proto.Int32(number), Type: kind.Enum(), Label: label.Enum()}
		switch kind {
		case descriptorpb.FieldDescriptorProto_TYPE_ENUM:
			f.TypeName = proto.String(".wirejson.test.Colour")
		case descriptorpb.FieldDescriptorProto_TYPE_MESSAGE:
			f.TypeName = proto.String("." + name)
		default: // has no type of its own
		}
		m.Field = append(m.Field, f)
		return f
	}
	const one, many = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	text := descriptorpb.FieldDescriptorProto_TYPE_STRING
	var optional []*descriptorpb.FieldDescriptorProto
	for kind := descriptorpb.FieldDescriptorProto_Type(1); kind <= 18; kind++ {
		if kind == descriptorpb.FieldDescriptorProto_TYPE_GROUP || kind == descriptorpb.FieldDescriptorProto_TYPE_MESSAGE {
			continue
		}
		base := protoreflect.Kind(kind).String()
		add(base, kind, one)
		add(base+"s", kind, many)
		optional = append(optional, add("maybe_"+base, kind, one))
		addMap(m, add, base+"_values", text, kind)
		if kind != descriptorpb.FieldDescriptorProto_TYPE_BYTES && kind != descriptorpb.FieldDescriptorProto_TYPE_ENUM &&
			kind != descriptorpb.FieldDescriptorProto_TYPE_FLOAT && kind != descriptorpb.FieldDescriptorProto_TYPE_DOUBLE {
			addMap(m, add, base+"_keys", kind, text)
		}
	}
	add("child", descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, one)
	add("children", descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, many)
	addMap(m, add, "texts", text, text)
	addMap(m, add, "child_values", text, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)
	add("choice_text", text, one).OneofIndex = proto.Int32(0)
	add("choice_child", descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, one).OneofIndex = proto.Int32(0)
	add("choice_enum", descriptorpb.FieldDescriptorProto_TYPE_ENUM, one).OneofIndex = proto.Int32(0)
	for _, f := range optional {
		f.Proto3Optional, f.OneofIndex = proto.Bool(true), proto.Int32(int32(len(m.GetOneofDecl())))
		m.OneofDecl = append(m.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String("_" + f.GetName())})
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("wirejson/test.proto"), Package: proto.String("wirejson.test"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{m},
		EnumType: []*descriptorpb.EnumDescriptorProto{{
			Name:    proto.String("Colour"),
			Options: &descriptorpb.EnumOptions{AllowAlias: proto.Bool(true)},
			Value: []*descriptorpb.EnumValueDescriptorProto{
				{Name: proto.String("NONE"), Number: proto.Int32(0)}, {Name: proto.String("RED"), Number: proto.Int32(1)},
				{Name: proto.String("ROUGE"), Number: proto.Int32(1)}, {Name: proto.String("LESS"), Number: proto.Int32(-1)},
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	return file.Messages().Get(0)
}()

func addMap(
	m *descriptorpb.DescriptorProto,
	add func(string, descriptorpb.FieldDescriptorProto_Type, descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto,
	field string, key, value descriptorpb.FieldDescriptorProto_Type,
) {
	entry := ""
	up := true
	for _, r := range field {
		switch {
		case r == '_':
			up = true
			continue
		case up && r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		}
		up = false
		entry += string(r)
	}
	entry += "Entry"
	f := add(field, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, descriptorpb.FieldDescriptorProto_LABEL_REPEATED)
	f.TypeName = proto.String(".wirejson.test.Every." + entry)
	part := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
		p := &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(number), Type: kind.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
		switch kind {
		case descriptorpb.FieldDescriptorProto_TYPE_ENUM:
			p.TypeName = proto.String(".wirejson.test.Colour")
		case descriptorpb.FieldDescriptorProto_TYPE_MESSAGE:
			p.TypeName = proto.String(".wirejson.test.Every")
		default: // has no type of its own
		}
		return p
	}
	m.NestedType = append(m.NestedType, &descriptorpb.DescriptorProto{
		Name: proto.String(entry), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
		Field: []*descriptorpb.FieldDescriptorProto{part("key", 1, key), part("value", 2, value)},
	})
}
