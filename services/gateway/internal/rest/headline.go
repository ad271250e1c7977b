package rest

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// textOf returns a top-level text of an answer, "" if it has none. An answer that was
// left unparsed has all its fields among the unknown ones.
func textOf(answer proto.Message, field protoreflect.FieldDescriptor) string {
	if field == nil {
		return ""
	}
	message := answer.ProtoReflect()
	if text := lastBytes(message.GetUnknown(), field.Number()); text != nil {
		return string(text)
	}
	return message.Get(field).String()
}

// timeOf returns a top-level time of an answer; ok says that it has one.
func timeOf(answer proto.Message, field protoreflect.FieldDescriptor) (at time.Time, ok bool) {
	if field == nil {
		return time.Time{}, false
	}
	message := answer.ProtoReflect()
	if message.Has(field) {
		stamp, is := message.Get(field).Message().Interface().(*timestamppb.Timestamp)
		return stamp.AsTime(), is && stamp.IsValid()
	}
	content := lastBytes(message.GetUnknown(), field.Number())
	stamp := &timestamppb.Timestamp{}
	if content == nil || proto.Unmarshal(content, stamp) != nil {
		return time.Time{}, false
	}
	return stamp.AsTime(), stamp.IsValid()
}

// lastBytes finds the last value of a field with a length among wire bytes: of a field
// that is not repeated the last one counts.
func lastBytes(wire []byte, number protowire.Number) (found []byte) {
	for len(wire) > 0 {
		at, kind, n := protowire.ConsumeTag(wire)
		if n < 0 {
			return found
		}
		wire = wire[n:]
		n = protowire.ConsumeFieldValue(at, kind, wire)
		if n < 0 {
			return found
		}
		if at == number && kind == protowire.BytesType {
			found, _ = protowire.ConsumeBytes(wire[:n])
		}
		wire = wire[n:]
	}
	return found
}
