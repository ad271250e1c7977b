package server_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"buf.build/go/protovalidate"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/protorules"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestErrorsSpeakOfFieldsAsTheClientWroteThem: one spelling in the message and
// in the violations, and no path of a mask that was never sent.
func TestErrorsSpeakOfFieldsAsTheClientWroteThem(t *testing.T) {
	w := newWorld(t)
	w.documents.get = func(*statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		return nil, errs.Invalid("document.language_code", "X", "must be a language tag")
	}
	f := refused(t, w.call(t, "GET", "/v1/documents/a", ""), 400, "X", "document.languageCode")
	must.Equal(t, f.Message, "document.languageCode: must be a language tag")

	f = refused(t, w.call(t, "GET", "/v1/documents?page_size=a", ""), 400, "MALFORMED_PARAMETER", "pageSize")
	must.Equal(t, f.Message, "pageSize: must be a whole number, written in digits")
	f = refused(t, w.call(t, "GET", "/v1/documents?page_size=1001", ""), 400, "INVALID_REQUEST", "pageSize")
	must.Equal(t, f.Message, "pageSize: must be between 0 and 1000")
	f = refused(t, w.call(t, "POST", "/v1/documents", "{"), 400, "MALFORMED_JSON", "")
	must.Equal(t, f.Message, "the body is not one JSON value: it ends in the middle of one")
	f = refused(t, w.call(t, "POST", "/v1/documents", "{\n \"a\" 1}"), 400, "MALFORMED_JSON", "")
	must.Equal(t, f.Message, "the body is not one JSON value: it is broken at line 2, character 6")
}

func TestMaskPathsOfErrors(t *testing.T) {
	w := newWorld(t)
	w.documents.write = func() (*statementsv1.Document, error) {
		return nil, errs.Invalid("update_mask.paths[1]", "FIELD_NOT_UPDATABLE", "no")
	}
	body := `{"headline":"h","textWithheld":true}`
	refused(t, w.call(t, "PATCH", "/v1/documents/a", body), 400, "FIELD_NOT_UPDATABLE", "document.textWithheld")
	f := refused(t, w.call(t, "PATCH", "/v1/documents/a?update_mask=headline,text_withheld", body), 400, "FIELD_NOT_UPDATABLE", "updateMask")
	must.Equal(t, f.Message, "updateMask: no")
}

func TestOneThingAsItStoodLinksToItAsItStands(t *testing.T) {
	w := newWorld(t)
	const at = "read_time=2025-01-01T00:00:00Z"
	link := func(target string) string { return w.call(t, "GET", target, "").Header.Get("Link") }
	must.Equal(t, link("/v1/documents/a?"+at), `</v1/documents/a>; rel="latest-version"`)
	must.Equal(t, link("/v1/documents/a?show_deleted=true&"+at), `</v1/documents/a?show_deleted=true>; rel="latest-version"`)
	must.Equal(t, link("/v1/documents/a"), "")
	must.Equal(t, link("/v1/documents?"+at), "")
}

func TestAPageMayReadWhyItsAddressIsWrong(t *testing.T) {
	w := newWorld(t)
	for _, request := range [][2]string{{"GET", "/v1/nothing"}, {"POST", "/v1/documents/a"}, {"GET", "/v1/documents:ingest"}} {
		must.Equal(t, w.call(t, request[0], request[1], "", "Origin", "https://example.org").Header.Get("Access-Control-Allow-Origin"), "*")
	}
}

// TestEveryPatternIsExplained: no caller is shown a regular expression.
func TestEveryPatternIsExplained(t *testing.T) {
	found := 0
	check := func(field protoreflect.FieldDescriptor, pattern string) {
		if pattern == "" {
			return
		}
		found++
		if words, ok := protorules.Pattern(pattern); !ok || strings.ContainsAny(words, "^$[") && !strings.Contains(words, "_ @ $ -") {
			t.Errorf("%s: protorules has no words for %s", field.FullName(), pattern)
		}
	}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(file.Path(), "onrecord/") {
			eachField(file.Messages(), func(field protoreflect.FieldDescriptor) {
				rules, err := protovalidate.ResolveFieldRules(field)
				must.OK(t, err)
				check(field, rules.GetString().GetPattern())
				check(field, rules.GetRepeated().GetItems().GetString().GetPattern())
				check(field, rules.GetMap().GetKeys().GetString().GetPattern())
				check(field, rules.GetMap().GetValues().GetString().GetPattern())
			})
		}
		return true
	})
	must.True(t, found > 30, "only", found)
}

func eachField(messages protoreflect.MessageDescriptors, visit func(protoreflect.FieldDescriptor)) {
	for i := range messages.Len() {
		fields := messages.Get(i).Fields()
		for j := range fields.Len() {
			visit(fields.Get(j))
		}
		eachField(messages.Get(i).Messages(), visit)
	}
}

// TestRulesInWords: what the contract's own rules say.
func TestRulesInWords(t *testing.T) {
	validator := must.Get(protovalidate.New())(t)
	for _, test := range []struct {
		request      proto.Message
		reason, want string
	}{
		{&statementsv1.GetDocumentRequest{}, "FIELD_REQUIRED", "is required: a name, documents/{id}; "},
		{&statementsv1.GetDocumentRequest{Name: "x"}, "MALFORMED_VALUE", "must be a name, documents/{id}; "},
		{&statementsv1.Entity{DisplayName: "x"}, "FIELD_REQUIRED", "is required: one of PERSON, ORGANIZATION, PLACE, EVENT, GROUP"},
		{&statementsv1.DeleteEntityRequest{Name: "entities/a"}, "FIELD_REQUIRED", "is required"},
	} {
		var invalid *protovalidate.ValidationError
		must.True(t, errors.As(validator.Validate(test.request), &invalid))
		got := protorules.Explain(invalid.Violations[0])
		must.Equal(t, got.Reason, test.reason)
		must.Contains(t, got.Description, test.want)
	}
}
