package fieldmask_test

import (
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/sourcecontextpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/typepb"

	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// current is a resource whose oneofs and source_context may change.
func current() *typepb.Type {
	return &typepb.Type{
		Name: "t", Edition: "2023", Oneofs: []string{"a"}, SourceContext: &sourcecontextpb.SourceContext{FileName: "f"},
	}
}

func merge(change *typepb.Type, paths ...string) (*typepb.Type, bool, error) {
	return fieldmask.Merge(fieldmask.Update{
		Resource: "type", Mask: &fieldmaskpb.FieldMask{Paths: paths}, Validator: protovalidate.GlobalValidator,
		Updatable: []protoreflect.Name{"oneofs", "source_context"},
	}, current(), change)
}

func TestMerge(t *testing.T) {
	for name, test := range map[string]struct {
		change *typepb.Type
		paths  []string
		want   func(*typepb.Type)
	}{
		"fields that are set":  {&typepb.Type{Oneofs: []string{"b"}}, nil, func(w *typepb.Type) { w.Oneofs = []string{"b"} }},
		"nothing":              {&typepb.Type{Name: "t"}, nil, func(*typepb.Type) {}},
		"sent back as it was":  {current(), []string{"oneofs", "edition"}, func(*typepb.Type) {}},
		"name says which":      {&typepb.Type{Name: "t"}, []string{"name"}, func(*typepb.Type) {}},
		"a mask clears":        {&typepb.Type{}, []string{"oneofs"}, func(w *typepb.Type) { w.Oneofs = nil }},
		"* is every field":     {&typepb.Type{}, []string{"*"}, func(w *typepb.Type) { w.Oneofs, w.SourceContext = nil, nil }},
		"only what it names":   {&typepb.Type{Oneofs: []string{"b"}}, []string{"source_context"}, func(w *typepb.Type) { w.SourceContext = nil }},
		"a field of a message": {&typepb.Type{SourceContext: &sourcecontextpb.SourceContext{FileName: "g"}}, []string{"source_context.file_name"}, func(w *typepb.Type) { w.SourceContext.FileName = "g" }},
		"emptied in a message": {&typepb.Type{}, []string{"source_context.file_name"}, func(w *typepb.Type) { w.SourceContext.FileName = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			got, changed, err := merge(test.change, test.paths...)
			must.OK(t, err)
			want := current()
			test.want(want)
			must.Equal(t, got, want)
			must.Equal(t, changed, name != "nothing" && name != "sent back as it was" && name != "name says which")
		})
	}
}

func TestMergeRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		change *typepb.Type
		paths  []string
		field  string
	}{
		"set":            {&typepb.Type{Edition: "2024"}, nil, "type.edition"},
		"named":          {&typepb.Type{Edition: "2024"}, []string{"oneofs", "edition"}, "update_mask.paths[1]"},
		"no such field":  {&typepb.Type{}, []string{"nothing"}, "update_mask.paths[0]"},
		"no such inner":  {&typepb.Type{}, []string{"source_context.nothing"}, "update_mask.paths[0]"},
		"within a list":  {&typepb.Type{}, []string{"oneofs.x"}, "update_mask.paths[0]"},
		"* among others": {&typepb.Type{}, []string{"oneofs", "*"}, "update_mask.paths[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := merge(test.change, test.paths...)
			statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", test.field)
		})
	}
}

// TestAStarAmongOthersIsExplained: it may be in a mask, so nothing says that it may not.
func TestAStarAmongOthersIsExplained(t *testing.T) {
	_, _, err := merge(&typepb.Type{}, "oneofs", "*")
	must.Equal(t, statustest.Violations(err)[0].GetDescription(), `"*" names every field that can be updated, so it stands alone`)
}

func TestAHintSaysWhatToDoInstead(t *testing.T) {
	_, _, err := fieldmask.Merge(fieldmask.Update{
		Resource: "type", Validator: protovalidate.GlobalValidator, Hint: "ask the author",
	}, current(), &typepb.Type{Name: "t", Edition: "2024"})
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "type.edition")
	must.Contains(t, statustest.Violations(err)[0].GetDescription(), "ask the author")
}

// TestAllLeavesAloneWhatIsKept: unless it is set, or named.
func TestAllLeavesAloneWhatIsKept(t *testing.T) {
	update := func(change *typepb.Type, path string) *typepb.Type {
		t.Helper()
		got, _, err := fieldmask.Merge(fieldmask.Update{
			Resource: "type", Mask: &fieldmaskpb.FieldMask{Paths: []string{path}}, Validator: protovalidate.GlobalValidator,
			Updatable: []protoreflect.Name{"oneofs", "source_context"}, Kept: []protoreflect.Name{"source_context"},
		}, current(), change)
		must.OK(t, err)
		return got
	}
	other := &sourcecontextpb.SourceContext{FileName: "g"}
	all := update(&typepb.Type{}, "*")
	must.Equal(t, all.GetSourceContext(), current().GetSourceContext())
	must.Equal(t, all.GetOneofs(), nil)
	must.Equal(t, update(&typepb.Type{SourceContext: other}, "*").GetSourceContext(), other)
	must.Equal(t, update(&typepb.Type{}, "source_context").GetSourceContext(), nil)
}

// A map is updated as a whole, and so is a time.
func TestNoFieldWithinAMap(t *testing.T) {
	for path, resource := range map[string]proto.Message{
		"fields.key": &structpb.Struct{}, "const.seconds": &validate.TimestampRules{},
	} {
		outer, _, _ := strings.Cut(path, ".")
		_, _, err := fieldmask.Merge(fieldmask.Update{
			Resource: "resource", Validator: protovalidate.GlobalValidator, Updatable: []protoreflect.Name{protoreflect.Name(outer)},
			Mask: &fieldmaskpb.FieldMask{Paths: []string{path}},
		}, resource, resource)
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	}
}

// rules refuse types: each returns the path of the field that breaks it, as a rule of a proto does.
type rules func(*typepb.Type) (field string, broken bool)

func (r rules) Validate(message proto.Message, _ ...protovalidate.ValidationOption) error {
	field, broken := r(message.(*typepb.Type))
	if !broken {
		return nil
	}
	violation := &validate.Violation{RuleId: proto.String("a.rule"), Message: proto.String("breaks it"), Field: &validate.FieldPath{}}
	for name := range strings.SplitSeq(field, ".") {
		violation.Field.Elements = append(violation.Field.Elements, &validate.FieldPathElement{FieldName: proto.String(name)})
	}
	if field == "" {
		violation.Field = nil
	}
	return &protovalidate.ValidationError{Violations: []*protovalidate.Violation{{Proto: violation}}}
}

// TestARuleYoungerThanTheRecord refuses only updates of what it is about.
func TestARuleYoungerThanTheRecord(t *testing.T) {
	always := func(field string) rules { return func(*typepb.Type) (string, bool) { return field, true } }
	for name, test := range map[string]struct {
		rule    rules
		path    string
		refused string
	}{
		"another field":              {always("edition"), "oneofs", ""},
		"another field of a message": {always("source_context.x"), "source_context.file_name", ""},
		"a longer name":              {always("oneofs_of"), "oneofs", ""},
		"the field":                  {always("oneofs"), "oneofs", "type.oneofs"},
		"a field within it":          {always("source_context.file_name"), "source_context", "type.source_context.file_name"},
		"what it lies in":            {always("source_context"), "source_context.file_name", "type.source_context"},
		"the whole resource":         {always(""), "oneofs", "type"},
		"it was kept before":         {func(t *typepb.Type) (string, bool) { return "edition", len(t.GetOneofs()) == 0 }, "oneofs", "type.edition"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := fieldmask.Merge(fieldmask.Update{
				Resource: "type", Mask: &fieldmaskpb.FieldMask{Paths: []string{test.path}}, Validator: test.rule,
				Updatable: []protoreflect.Name{"oneofs", "source_context"},
			}, current(), &typepb.Type{})
			if test.refused == "" {
				must.OK(t, err)
				return
			}
			statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", test.refused)
		})
	}
}

// TestManyFaultsOnRecord: however many there are, a new one is refused, and nothing else.
func TestManyFaultsOnRecord(t *testing.T) {
	const text = `name: "onrecord/shelf/v1/shelf.proto" package: "onrecord.shelf.v1" syntax: "proto3"
	dependency: "buf/validate/validate.proto"
	message_type: {
		name: "Shelf"
		field: {name: "books" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".onrecord.shelf.v1.Book"}
		field: {name: "title" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {max_len: 5}}}}
	}
	message_type: {
		name: "Book"
		field: {name: "title" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {min_len: 1}}}}
	}`
	file := new(descriptorpb.FileDescriptorProto)
	must.OK(t, prototext.Unmarshal([]byte(text), file))
	shelf := must.Get(protodesc.NewFile(file, protoregistry.GlobalFiles))(t).Messages().ByName("Shelf")
	books, title := shelf.Fields().ByName("books"), shelf.Fields().ByName("title")
	for _, n := range []int{1, 99, 100, 101, 5_000} {
		onRecord := dynamicpb.NewMessage(shelf)
		for range n {
			onRecord.Mutable(books).List().AppendMutable()
		}
		update := func(text string) error {
			change := dynamicpb.NewMessage(shelf)
			change.Set(title, protoreflect.ValueOfString(text))
			_, _, err := fieldmask.Merge(fieldmask.Update{
				Resource: "shelf", Validator: protovalidate.GlobalValidator, Updatable: []protoreflect.Name{"title"},
			}, onRecord, change)
			return err
		}
		must.OK(t, update("short"))
		must.Equal(t, statustest.Fields(update("too long")), []string{"shelf.title"})
	}
}
