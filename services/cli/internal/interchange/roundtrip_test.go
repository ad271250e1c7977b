package interchange_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var formats = []string{interchange.JSONL, interchange.JSONLD, interchange.CSV}

// words are texts with everything that a format may take for its own.
var words = rapid.OneOf(
	rapid.SampledFrom([]string{"a", "|", `\`, `"`, ",", "\n", "\r\n", `\|`, "„Wörter“", "😀", " x ", "a|b", "null", "{}", "=1+1", "'"}),
	rapid.StringN(1, 12, 48),
)

// fill sets some fields of a message to anything that a writer could say.
func fill(t *rapid.T, message protoreflect.Message, depth int) {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		behavior, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
		skip := field.Name() == "etag" || field.Name() == "role" && field.Kind() == protoreflect.EnumKind
		for _, b := range behavior {
			skip = skip || b == annotations.FieldBehavior_OUTPUT_ONLY
		}
		if skip || depth == 0 || message.Descriptor().Oneofs().Len() > 0 && field.ContainingOneof() != nil && !field.HasOptionalKeyword() && i > 0 {
			continue
		}
		if !rapid.Bool().Draw(t, string(field.FullName())) {
			continue
		}
		switch {
		case field.IsMap():
			value := message.NewField(field)
			entry := value.Map().NewValue()
			if field.MapValue().Message() != nil {
				fill(t, entry.Message(), depth-1)
			} else {
				entry = protoreflect.ValueOfString(words.Draw(t, "value"))
			}
			value.Map().Set(protoreflect.ValueOfString("key").MapKey(), entry)
			message.Set(field, value)
		case field.IsList():
			list := message.NewField(field)
			for range rapid.IntRange(1, 3).Draw(t, "length") {
				if field.Message() == nil {
					list.List().Append(protoreflect.ValueOfString(words.Draw(t, "item")))
					continue
				}
				fill(t, list.List().AppendMutable().Message(), depth-1)
			}
			message.Set(field, list)
		case field.Message() != nil:
			fill(t, message.Mutable(field).Message(), depth-1)
		default:
			message.Set(field, scalar(t, field))
		}
	}
}

func scalar(t *rapid.T, field protoreflect.FieldDescriptor) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(rapid.IntRange(1, values.Len()-1).Draw(t, "enum")).Number())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32Range(0, 1000).Draw(t, "int32"))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64Range(0, 1e9).Draw(t, "int64"))
	default:
		return protoreflect.ValueOfString(words.Draw(t, "text"))
	}
}

// sound makes of a random statement one that a record could have.
func sound(s *statementsv1.Statement) *statementsv1.Statement {
	s.Name = "statements/s"
	if s.GetStatementType() == 0 {
		s.StatementType = statementsv1.Statement_DIRECT
	}
	if s.GetStatementTime() == nil || s.GetStatementTime().GetEdtf() != "" && s.GetStatementTime().GetMissingReason() != 0 || proto.Size(s.GetStatementTime()) == 0 {
		s.StatementTime = &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
	}
	spans := append(append([]*typev1.TextSpan{}, s.GetContents()...), s.GetSourceMentions()...)
	if s.GetCue() != nil {
		spans = append(spans, s.GetCue())
	}
	for _, span := range spans {
		if span.Start == nil {
			span.Start = proto.Int32(0)
		}
		if span.GetExact() != "" {
			span.ExactSha256 = ""
		} else {
			span.Prefix, span.Suffix = "", ""
		}
	}
	return s
}

func write(t must.TB, format string, messages ...proto.Message) string {
	var out bytes.Buffer
	writer := must.Get(interchange.NewWriter(format, &out, false))(t)
	for _, message := range messages {
		must.OK(t, writer.Write(message))
	}
	must.OK(t, writer.Flush())
	return out.String()
}

func read(t must.TB, format, text string) []proto.Message {
	reader := must.Get(interchange.NewReader(format, strings.NewReader(text)))(t)
	var all []proto.Message
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		must.OK(t, err)
		all = append(all, row.Messages...)
	}
}

// TestWhatIsWrittenIsRead: no format loses or changes anything that a writer can
// say.
func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, format := range formats {
		t.Run(format, rapid.MakeCheck(func(t *rapid.T) {
			document := &statementsv1.Document{Name: "documents/d", Headline: words.Draw(t, "headline")}
			version := &statementsv1.DocumentVersion{Name: "documents/d/versions/1", Text: words.Draw(t, "text")}
			entity, statement := &statementsv1.Entity{}, &statementsv1.Statement{}
			fill(t, entity.ProtoReflect(), 3)
			fill(t, statement.ProtoReflect(), 4)
			entity.Name = "entities/e"
			if entity.GetEntityType() == 0 {
				entity.EntityType = statementsv1.Entity_GROUP
			}
			all := []proto.Message{document, version, entity, sound(statement)}
			must.Equal(t, read(t, format, write(t, format, all...)), all)
		}))
	}
}
