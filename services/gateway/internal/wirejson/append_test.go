package wirejson_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/wirejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// messages are all messages of onrecord, one that has a field of every kind, and
// well-known ones, by name.
var messages = func() []protoreflect.MessageDescriptor {
	for _, linked := range []protoreflect.FileDescriptor{
		gatewayv1.File_onrecord_gateway_v1_record_service_proto,
		metricsv1.File_onrecord_metrics_v1_metric_service_proto,
		statementsv1.File_onrecord_statements_v1_statement_service_proto,
	} {
		_ = linked // and with it what it imports
	}
	all := []protoreflect.MessageDescriptor{
		everyKind, (*anypb.Any)(nil).ProtoReflect().Descriptor(), (*structpb.Struct)(nil).ProtoReflect().Descriptor(),
	}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(file.Package()), "onrecord.") || file.Package() == "google.rpc" {
			all = appendMessages(all, file.Messages())
		}
		return true
	})
	slices.SortFunc(all, func(a, b protoreflect.MessageDescriptor) int {
		return bytes.Compare([]byte(a.FullName()), []byte(b.FullName()))
	})
	return all
}()

func appendMessages(all []protoreflect.MessageDescriptor, more protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	for i := range more.Len() {
		if !more.Get(i).IsMapEntry() {
			all = appendMessages(append(all, more.Get(i)), more.Get(i).Messages())
		}
	}
	return all
}

// reference is what protojson writes, without insignificant white space.
func reference(message protoreflect.MessageDescriptor, wire []byte, prune func(protoreflect.Message)) ([]byte, error) {
	decoded := newMessage(message)
	if err := proto.Unmarshal(wire, decoded); err != nil {
		return nil, err
	}
	if prune != nil {
		prune(decoded.ProtoReflect())
	}
	text, err := protojson.Marshal(decoded)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Compact(&out, text)
	return out.Bytes(), err
}

func newMessage(message protoreflect.MessageDescriptor) proto.Message {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(message.FullName())
	if err != nil {
		kind = dynamicpb.NewMessageType(message)
	}
	return kind.New().Interface()
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// same checks that Append agrees with the reference, on failure too.
func same(t fataler, message protoreflect.MessageDescriptor, wire []byte) {
	t.Helper()
	want, wantErr := reference(message, wire, nil)
	got, err := wirejson.Append([]byte("before"), message, wire, nil)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s %x: error %v, protojson has %v", message.FullName(), wire, err, wantErr)
	}
	if err == nil && string(got) != "before"+string(want) {
		t.Fatalf("%s %x:\n got %s\nwant %s", message.FullName(), wire, got[len("before"):], want)
	}
}

func TestEveryMessageIsWrittenAsByProtoJSON(t *testing.T) {
	must.True(t, len(messages) > 100)
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SampledFrom(messages).Draw(t, "message")
		faults := rapid.IntRange(0, 3).Draw(t, "faults") == 0
		same(t, message, drawWire(t, message, 4, faults))
	})
}

// FuzzAppend leaves out the message that has no generated type: on some wire
// dynamicpb, which would be its reference, panics.
func FuzzAppend(f *testing.F) {
	generated := slices.DeleteFunc(slices.Clone(messages), func(m protoreflect.MessageDescriptor) bool { return m == everyKind })
	for n, message := range generated {
		wire := rapid.Custom(func(t *rapid.T) []byte { return drawWire(t, message, 3, false) }).Example(n)
		f.Add(uint16(n), wire)
	}
	f.Fuzz(func(t *testing.T, n uint16, wire []byte) {
		same(t, generated[int(n)%len(generated)], wire)
	})
}

func TestOddWire(t *testing.T) {
	number := func(name string) protowire.Number { return everyKind.Fields().ByName(protoreflect.Name(name)).Number() }
	text := func(name, value string) []byte {
		return protowire.AppendString(protowire.AppendTag(nil, number(name), protowire.BytesType), value)
	}
	varint := func(name string, value uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, number(name), protowire.VarintType), value)
	}
	deep := text("child", "")
	for range 200 {
		deep = text("child", string(deep))
	}
	for name, wire := range map[string][]byte{
		"the last of several counts":      append(text("string", "one"), text("string", "two")...),
		"the last is zero":                append(text("string", "one"), text("string", "")...),
		"a replaced text is no UTF-8":     append(text("string", "\xff"), text("string", "two")...),
		"messages are merged":             append(text("child", string(text("string", "a"))), text("child", string(varint("int32", 7)))...),
		"a oneof has its last member":     slices.Concat(text("choice_child", string(varint("int32", 7))), text("choice_text", "x"), text("choice_child", "")),
		"a oneof's member comes again":    slices.Concat(text("choice_child", string(varint("int32", 7))), text("choice_child", string(text("string", "x")))),
		"a replaced member is no UTF-8":   append(text("choice_text", "\xff"), text("choice_child", "")...),
		"zero that is there":              append(varint("maybe_int32", 0), text("choice_text", "")...),
		"bits beyond a number's own":      append(varint("int32", 1<<32), varint("uint32", 1<<40|5)...),
		"a list is packed in parts":       slices.Concat(text("int32s", "\x01\x02"), varint("int32s", 3), text("int32s", "")),
		"a packed list is empty":          text("int32s", ""),
		"a packed list is cut off":        text("int32s", "\x80"),
		"a map's entry is empty":          text("texts", ""),
		"a map has a key twice":           append(text("texts", "\x0a\x01k\x12\x01a"), text("texts", "\x0a\x01k\x12\x01b")...),
		"a map's replaced value is wrong": append(text("texts", "\x0a\x01k\x12\x01\xff"), text("texts", "\x0a\x01k\x12\x01b")...),
		"an unknown value of an enum":     varint("enum", 4711),
		"a field in another wire type":    varint("string", 1),
		"unknown fields":                  protowire.AppendVarint(protowire.AppendTag(nil, 4000, protowire.VarintType), 1),
		"an unknown group":                {0x83, 0x7d, 0x84, 0x7d},
		"a group without a start":         {0x84, 0x7d},
		"the field number 0":              {0x00, 0x01},
		"cut off":                         text("string", "abc")[:3],
		"deep":                            deep,
		"every character":                 text("string", everyCharacter),
	} {
		t.Run(name, func(t *testing.T) { same(t, everyKind, wire) })
	}
}

var everyCharacter = func() string {
	var all []rune
	for r := range rune(0x3000) {
		all = append(all, r)
	}
	return string(append(all, '\ufffd', '\u2028', '\U0001f600', '\U0010ffff'))
}()

func TestTimes(t *testing.T) {
	for _, time := range []*timestamppb.Timestamp{
		{}, {Seconds: 1, Nanos: 1}, {Seconds: -1, Nanos: 120_000_000}, {Nanos: 1000}, {Nanos: 999_999_999}, {Nanos: 1_000_000_000},
		{Nanos: -1}, {Seconds: 253402300799}, {Seconds: 253402300800}, {Seconds: -62135596800}, {Seconds: -62135596801}, {Seconds: math.MaxInt64},
	} {
		same(t, time.ProtoReflect().Descriptor(), must.Get(proto.Marshal(time))(t))
	}
	rapid.Check(t, func(t *rapid.T) {
		time := &timestamppb.Timestamp{
			Seconds: rapid.Int64Range(-62135596801, 253402300800).Draw(t, "seconds"), Nanos: rapid.Int32Range(-1, 1_000_000_000).Draw(t, "nanos"),
		}
		wire, err := proto.Marshal(time)
		if err != nil {
			t.Fatal(err)
		}
		same(t, time.ProtoReflect().Descriptor(), wire)
	})
}

// BenchmarkAppend beside BenchmarkProtoJSON: a statement as a service sends it.
func BenchmarkAppend(b *testing.B) {
	message, wire := benchmarked(b)
	out := make([]byte, 0, 1<<16)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wirejson.Append(out, message, wire, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProtoJSON(b *testing.B) {
	message, wire := benchmarked(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reference(message, wire, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarked(b *testing.B) (protoreflect.MessageDescriptor, []byte) {
	b.Helper()
	page := &statementsv1.ListStatementsResponse{NextPageToken: "next"}
	for range 50 {
		s := &statementsv1.Statement{
			Name: "statements/load-document-1-17", Etag: `"1-0a1b2c3d"`, StatementType: statementsv1.Statement_DIRECT,
			CreateTime: timestamppb.Now(), UpdateTime: timestamppb.Now(),
			Speakers: []*statementsv1.Speaker{{Entity: "entities/load-speaker-1", AttributionText: "Speaker 1", Role: "Member"}},
		}
		page.Statements = append(page.Statements, s)
	}
	wire := must.Get(proto.Marshal(page))(b)
	b.SetBytes(int64(len(wire)))
	return page.ProtoReflect().Descriptor(), wire
}
