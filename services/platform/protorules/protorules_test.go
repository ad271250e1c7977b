package protorules_test

import (
	"errors"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/protorules"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// form is a message with a field for each rule.
func form(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	const text = `name: "onrecord/form/v1/form.proto" package: "onrecord.form.v1" syntax: "proto3" dependency: "buf/validate/validate.proto"
	message_type: {
		name: "Form"
		options: {[buf.validate.message]: {cel: {id: "form.together" message: "set both or none" expression: "(this.name == '') == (this.from < 0)"}}}
		field: {name: "kind" number: 1 label: LABEL_OPTIONAL type: TYPE_ENUM type_name: ".onrecord.form.v1.Form.Kind"
			options: {[buf.validate.field]: {enum: {defined_only: true not_in: [0]}}}}
		field: {name: "title" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {min_len: 1 max_len: 5}}}}
		field: {name: "name" number: 3 label: LABEL_OPTIONAL type: TYPE_STRING
			options: {[buf.validate.field]: {string: {pattern: "^things/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}}}}
		field: {name: "size" number: 4 label: LABEL_OPTIONAL type: TYPE_INT32 options: {[buf.validate.field]: {int32: {gte: 0 lte: 1000}}}}
		field: {name: "end" number: 5 label: LABEL_OPTIONAL type: TYPE_INT32 options: {[buf.validate.field]: {int32: {gt: 0 lte: 9}}}}
		field: {name: "id" number: 6 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {uuid: true}}}}
		field: {name: "uri" number: 7 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {uri: true}}}}
		field: {name: "tags" number: 8 label: LABEL_REPEATED type: TYPE_STRING
			options: {[buf.validate.field]: {repeated: {min_items: 1 max_items: 2 unique: true items: {string: {min_len: 1}}}}}}
		field: {name: "inner" number: 9 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".onrecord.form.v1.Form" options: {[buf.validate.field]: {required: true}}}
		field: {name: "labels" number: 10 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".onrecord.form.v1.Form.LabelsEntry"
			options: {[buf.validate.field]: {map: {max_pairs: 1 keys: {string: {pattern: "^[a-z][a-z0-9_]{0,31}$"}}}}}}
		field: {name: "require" number: 12 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {in: ["", "all"]}}}}
		field: {name: "side" number: 13 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {in: ["left", "right"]}}}}
		field: {name: "host" number: 14 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {hostname: true}}}}
		field: {name: "code" number: 15 label: LABEL_OPTIONAL type: TYPE_STRING
			options: {[buf.validate.field]: {cel: {id: "form.code_is_short" message: "must be short" expression: "size(this) < 3"}}}}
		field: {name: "from" number: 11 label: LABEL_OPTIONAL type: TYPE_INT32}
		enum_type: {name: "Kind" value: {name: "KIND_UNSPECIFIED" number: 0} value: {name: "PERSON" number: 1} value: {name: "PLACE" number: 2}}
		nested_type: {name: "LabelsEntry" options: {map_entry: true}
			field: {name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING}
			field: {name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING}}
	}`
	_ = validate.E_Field // links the options that the text uses
	file := new(descriptorpb.FileDescriptorProto)
	must.OK(t, prototext.Unmarshal([]byte(text), file))
	built := must.Get(protodesc.NewFile(file, protoregistry.GlobalFiles))(t)
	return built.Messages().ByName("Form")
}

// explain returns what is wrong with a form, by field.
func explain(t *testing.T, descriptor protoreflect.MessageDescriptor, text string) map[string]errs.Violation {
	t.Helper()
	message := dynamicpb.NewMessage(descriptor)
	must.OK(t, prototext.Unmarshal([]byte(text), message))
	validator := must.Get(protovalidate.New())(t)
	var invalid *protovalidate.ValidationError
	must.True(t, errors.As(validator.Validate(message), &invalid))
	found := make(map[string]errs.Violation)
	for _, violation := range invalid.Violations {
		explained := protorules.Explain(violation)
		if !strings.HasPrefix(explained.Field, "inner.") {
			found[explained.Field] = explained
		}
	}
	return found
}

func TestWordsSayWhatWouldBeRight(t *testing.T) {
	descriptor := form(t)
	empty := explain(t, descriptor, ``)
	wrong := explain(t, descriptor, `kind: 7  title: "123456"  name: "things/-"  size: -1  end: 10  id: "x"  uri: "x"  inner: {}  require: "some"  side: "up"  host: "a b"  code: "abc"
		tags: "a"  tags: "a"  labels: {key: "A"}  labels: {key: "B"}`)
	for _, test := range []struct {
		found               map[string]errs.Violation
		field, reason, want string
	}{
		{empty, "kind", "FIELD_REQUIRED", "is required: one of PERSON, PLACE"},
		{empty, "title", "FIELD_REQUIRED", "is required"},
		{empty, "name", "FIELD_REQUIRED", "is required: a name, things/{id}; an id has 1 to 63 lower-case letters, digits and hyphens, with no hyphen first or last"},
		{empty, "end", "NUMBER_OUT_OF_RANGE", "must be between 1 and 9"},
		{empty, "id", "FIELD_REQUIRED", "is required: a UUID"},
		{empty, "uri", "FIELD_REQUIRED", "is required: an absolute URI"},
		{empty, "tags", "FIELD_REQUIRED", "is required"},
		{empty, "inner", "FIELD_REQUIRED", "is required"},
		{empty, "", "FORM_TOGETHER", "set both or none"},
		{wrong, "kind", "UNKNOWN_ENUM_VALUE", "must be one of PERSON, PLACE"},
		{wrong, "title", "TEXT_TOO_LONG", "must have at most 5 characters"},
		{wrong, "name", "MALFORMED_VALUE", "must be a name, things/{id}; an id has 1 to 63 lower-case letters, digits and hyphens, with no hyphen first or last"},
		{wrong, "size", "NUMBER_OUT_OF_RANGE", "must be between 0 and 1000"},
		{wrong, "id", "MALFORMED_VALUE", "must be a UUID, such as 0199f4e2-7b5c-7d0a-9c3e-2f1b8a6d4c55"},
		{wrong, "uri", "MALFORMED_VALUE", "must be an absolute URI, such as https://example.org/article"},
		{wrong, "require", "UNKNOWN_ENUM_VALUE", "must be all, or empty"},
		{wrong, "side", "UNKNOWN_ENUM_VALUE", "must be one of left, right"},
		{wrong, "host", "MALFORMED_VALUE", "must be a valid hostname"},
		{wrong, "code", "FORM_CODE_IS_SHORT", "must be short"},
		{wrong, "tags", "DUPLICATE_ITEM", "must not have the same value twice"},
		{wrong, "labels", "TOO_MANY_ITEMS", "must have at most 1 entries"},
		{wrong, `labels["A"]`, "MALFORMED_VALUE", "the key must be a scheme of at most 32 lower-case letters, digits and underscores, such as wikidata"},
		{explain(t, descriptor, `tags: ["a", "b", ""]`), "tags", "TOO_MANY_ITEMS", "must have at most 2 items"},
		{explain(t, descriptor, `tags: ["a", ""]`), "tags[1]", "FIELD_REQUIRED", "is required"},
	} {
		t.Run(test.field+"/"+test.reason, func(t *testing.T) {
			must.Equal(t, test.found[test.field], errs.Violation{Field: test.field, Reason: test.reason, Description: test.want})
		})
	}
}

func TestPattern(t *testing.T) {
	for expression, want := range map[string]string{
		"^([0-9a-f]{64})?$": "must be a SHA-256: 64 lower-case hexadecimal digits",
		"^documents/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/versions/[1-9][0-9]{0,8}$": "must be a name, documents/{id}/versions/{number}; an id has 1 to 63 lower-case letters, digits and hyphens, with no hyphen first or last, a number is a whole number from 1 to 999999999",
	} {
		words, ok := protorules.Pattern(expression)
		must.True(t, ok)
		must.Equal(t, words, want)
	}
	for _, expression := range []string{"^[abc]+$", "^documents/.*$", ""} {
		_, ok := protorules.Pattern(expression)
		must.False(t, ok, expression)
	}
}
