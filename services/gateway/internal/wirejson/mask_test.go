package wirejson_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/wirejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMaskChoosesFields(t *testing.T) {
	page := &statementsv1.ListStatementsResponse{NextPageToken: "t", Statements: []*statementsv1.Statement{
		{Name: "statements/a", Etag: "e", Speakers: []*statementsv1.Speaker{{Entity: "entities/x", Role: "r"}}},
		{Etag: "f"},
	}}
	wire := must.Get(proto.Marshal(page))(t)
	for fields, want := range map[string]string{
		"nextPageToken":                                `{"nextPageToken":"t"}`,
		"next_page_token,statements.name":              `{"statements":[{"name":"statements/a"},{}],"nextPageToken":"t"}`,
		"statements.speakers.role,statements.name":     `{"statements":[{"name":"statements/a","speakers":[{"role":"r"}]},{}]}`,
		"statements.speakers,statements.speakers.role": `{"statements":[{"speakers":[{"entity":"entities/x","role":"r"}]},{}]}`,
		"statements.createTime":                        `{"statements":[{},{}]}`,
	} {
		mask, err := wirejson.ParseMask(page.ProtoReflect().Descriptor(), fields)
		must.OK(t, err)
		got, err := wirejson.Append(nil, page.ProtoReflect().Descriptor(), wire, mask)
		must.OK(t, err)
		must.Equal(t, string(got), want)
	}
}

func TestMaskNamesWhatIsWrong(t *testing.T) {
	for fields, path := range map[string]string{
		"":                                    "",
		"name,":                               "",
		"name,nome":                           "nome",
		"speakers.nome":                       "speakers.nome",
		"speakers,speakers.nome":              "speakers.nome",
		"name.first":                          "name.first",
		"createTime.seconds":                  "createTime.seconds",
		"name, etag":                          " etag",
		"*":                                   "*",
		"speakers." + strings.Repeat("x", 99): "speakers." + strings.Repeat("x", 99),
	} {
		_, err := wirejson.ParseMask((&statementsv1.Statement{}).ProtoReflect().Descriptor(), fields)
		wrong, ok := errors.AsType[*wirejson.MaskError](err)
		must.True(t, ok)
		must.Equal(t, wrong.Path, path)
	}
}

// TestMaskedIsWrittenAsByProtoJSON: a masked message is what protojson writes of
// one from which the rest was taken out.
func TestMaskedIsWrittenAsByProtoJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SampledFrom(messages).Draw(t, "message")
		if message.Fields().Len() == 0 || strings.HasPrefix(string(message.FullName()), "google.") {
			message = everyKind
		}
		paths := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return drawPath(t, message, 3) }), 1, 4).Draw(t, "paths")
		mask, err := wirejson.ParseMask(message, strings.Join(paths, ","))
		if err != nil {
			t.Fatal(err)
		}
		wire := drawWire(t, message, 3, false)
		want, err := reference(message, wire, func(m protoreflect.Message) { prune(m, paths) })
		if err != nil {
			return // a value that JSON cannot have
		}
		got, err := wirejson.Append(nil, message, wire, mask)
		if err != nil || string(got) != string(want) {
			t.Fatalf("%v of %x: %v\n got %s\nwant %s", paths, wire, err, got, want)
		}
	})
}

func drawPath(t *rapid.T, message protoreflect.MessageDescriptor, depth int) string {
	field := message.Fields().Get(rapid.IntRange(0, message.Fields().Len()-1).Draw(t, "field"))
	name := field.JSONName()
	inner := field.Message()
	if inner == nil || field.IsMap() || inner.Fields().Len() == 0 || depth == 0 ||
		strings.HasPrefix(string(inner.FullName()), "google.protobuf.") || rapid.Bool().Draw(t, "whole") {
		return name
	}
	return name + "." + drawPath(t, inner, depth-1)
}

// prune takes out of a message all that no path leads to.
func prune(m protoreflect.Message, paths []string) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		var within []string
		kept := false
		for _, path := range paths {
			name, rest, deeper := strings.Cut(path, ".")
			switch {
			case name != field.JSONName():
			case !deeper:
				kept = true
			default:
				within = append(within, rest)
			}
		}
		switch {
		case kept:
		case within == nil:
			m.Clear(field)
		case field.IsList():
			for i := range value.List().Len() {
				prune(value.List().Get(i).Message(), within)
			}
		default:
			prune(value.Message(), within)
		}
		return true
	})
}
