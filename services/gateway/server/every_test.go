package server_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// route is one HTTP binding of the contract, read from the descriptors and not from
// the gateway's own table.
type route struct {
	method, path string
	input        protoreflect.MessageDescriptor
	output       protoreflect.MessageDescriptor
	// inPath is the field that the path fills, body the one that the body fills, "*"
	// for all and "" for none.
	inPath, body string
}

func (r route) String() string { return r.method + " " + r.path }

var pathVariable = regexp.MustCompile(`\{([a-z_.]+)=([^}]+)\}`)

// routes are all bindings of all services.
func routes(t *testing.T) []route {
	t.Helper()
	var all []route
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "onrecord.") {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				all = append(all, bindings(methods.Get(j))...)
			}
		}
		return true
	})
	must.True(t, len(all) >= 70, "only %d routes were found", len(all))
	return all
}

func bindings(method protoreflect.MethodDescriptor) []route {
	rule, ok := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	if !ok || rule == nil {
		return nil
	}
	var out []route
	for _, binding := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		r := route{input: method.Input(), output: method.Output(), body: binding.GetBody()}
		var template string
		switch pattern := binding.GetPattern().(type) {
		case *annotations.HttpRule_Get:
			r.method, template = http.MethodGet, pattern.Get
		case *annotations.HttpRule_Post:
			r.method, template = http.MethodPost, pattern.Post
		case *annotations.HttpRule_Patch:
			r.method, template = http.MethodPatch, pattern.Patch
		case *annotations.HttpRule_Delete:
			r.method, template = http.MethodDelete, pattern.Delete
		}
		r.path = pathVariable.ReplaceAllStringFunc(template, func(found string) string {
			parts := pathVariable.FindStringSubmatch(found)
			r.inPath = parts[1]
			return strings.ReplaceAll(parts[2], "*", "a")
		})
		out = append(out, r)
	}
	return out
}

// message is what the body must be, nil for no body.
func (r route) message() protoreflect.MessageDescriptor {
	switch r.body {
	case "":
		return nil
	case "*":
		return r.input
	default:
		return r.input.Fields().ByName(protoreflect.Name(r.body)).Message()
	}
}

// prefix is what paths of violations in the body start with.
func (r route) prefix() string {
	if r.body == "*" || r.body == "" {
		return ""
	}
	return camel(r.body) + "."
}

// parameters are the fields that the query can fill.
func (r route) parameters() []protoreflect.FieldDescriptor {
	if r.body == "*" {
		return nil
	}
	var out []protoreflect.FieldDescriptor
	fields := r.input.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if name := string(field.Name()); name != r.inPath && name != r.body && !field.IsMap() && !composite(field) {
			out = append(out, field)
		}
	}
	return out
}

func composite(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && !isTime(field) && field.Message().FullName() != "google.protobuf.FieldMask"
}

func isTime(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && field.Message().FullName() == "google.protobuf.Timestamp"
}

func camel(name string) string {
	var out strings.Builder
	up := false
	for _, c := range name {
		switch {
		case c == '_':
			up = true
		case up:
			out.WriteString(strings.ToUpper(string(c)))
			up = false
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// empty is a body without fields, for routes that take one.
func (r route) empty() string {
	if r.body == "" {
		return ""
	}
	return "{}"
}

// form is a form of the route's answer, as the parameter format has it.
func (r route) form() string {
	switch r.output.FullName() {
	case "google.api.HttpBody":
		return "zip"
	case "onrecord.gateway.v1.WatchResponse":
		return "events"
	default:
		return "json"
	}
}

// TestJ7EveryRouteIsStrict: on every route an unknown parameter, one that is given
// twice and one with a value of another type is refused by name before any service is
// asked, and so are an unknown field of the body, one that is there twice and one of
// another type.
func TestJ7EveryRouteIsStrict(t *testing.T) {
	w := newWorld(t)
	for _, r := range routes(t) {
		t.Run(r.String(), func(t *testing.T) {
			refused(t, w.call(t, r.method, r.path+"?colour=red", r.empty()), 400, "UNKNOWN_PARAMETER", "colour")
			refused(t, w.call(t, r.method, r.path+"?format="+r.form()+"&format="+r.form(), r.empty()), 400, "DUPLICATE_PARAMETER", "format")
			refused(t, w.call(t, r.method, r.path+"?format=xml", r.empty()), 400, "UNKNOWN_ENUM_VALUE", "format")
			refused(t, w.call(t, r.method, r.path+"?a=1;b=2", r.empty()), 400, "MALFORMED_QUERY", "")
			for _, field := range r.parameters() {
				strictParameter(t, w, r, field)
			}
			if r.inPath != "" && !strings.Contains(r.inPath, ".") && r.body != "*" {
				refused(t, w.call(t, r.method, r.path+"?"+r.inPath+"=x", r.empty()), 400, "UNKNOWN_PARAMETER", r.inPath)
			}
			if message := r.message(); message != nil {
				strictBody(t, w, r, message)
			} else {
				refused(t, w.call(t, r.method, r.path, "{}"), 400, "BODY_NOT_ALLOWED", "")
			}
		})
	}
}

func strictParameter(t *testing.T, w *world, r route, field protoreflect.FieldDescriptor) {
	t.Helper()
	name, ask := string(field.Name()), func(query string) *reply { return w.call(t, r.method, r.path+"?"+query, r.empty()) }
	valid, wrong, reason := "x", "", ""
	switch {
	case isTime(field):
		valid, wrong, reason = "2023-01-01T00:00:00Z", "2023-02-30T00:00:00Z", "MALFORMED_PARAMETER"
	case field.Kind() == protoreflect.EnumKind:
		valid, wrong, reason = string(field.Enum().Values().Get(1).Name()), "NO_SUCH_VALUE", "UNKNOWN_ENUM_VALUE"
	case field.Kind() == protoreflect.BoolKind:
		valid, wrong, reason = "true", "yes", "MALFORMED_PARAMETER"
	case field.Kind() == protoreflect.Int32Kind:
		valid, wrong, reason = "1", "1e3", "MALFORMED_PARAMETER"
	case field.Kind() == protoreflect.StringKind:
		wrong, reason = "a%00b", "NUL_CHARACTER"
	}
	if wrong != "" {
		refused(t, ask(name+"="+wrong), 400, reason, camel(name))
	}
	if !field.IsList() {
		refused(t, ask(fmt.Sprintf("%s=%s&%s=%s", name, valid, name, valid)), 400, "DUPLICATE_PARAMETER", camel(name))
	}
	if alias := camel(name); alias != name {
		refused(t, ask(fmt.Sprintf("%s=%s&%s=%s", name, valid, alias, valid)), 400, "DUPLICATE_PARAMETER", alias)
	}
}

func strictBody(t *testing.T, w *world, r route, message protoreflect.MessageDescriptor) {
	t.Helper()
	ask := func(body string) *reply { return w.call(t, r.method, r.path, body) }
	refused(t, ask(`{"colour":"red"}`), 400, "UNKNOWN_FIELD", r.prefix()+"colour")
	refused(t, ask(`{`), 400, "MALFORMED_JSON", "")
	refused(t, w.call(t, r.method, r.path, ""), 415, "UNSUPPORTED_MEDIA_TYPE", "")
	refused(t, w.call(t, r.method, r.path, "{}", "Content-Type", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE", "")
	fields := message.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		path, name := r.prefix()+field.JSONName(), field.JSONName()
		refused(t, ask(fmt.Sprintf(`{%q:[[]]}`, name)), 400, "WRONG_TYPE", at(field, path))
		refused(t, ask(fmt.Sprintf(`{%q:null,%q:null}`, name, name)), 400, "DUPLICATE_FIELD", path)
		if field.Kind() == protoreflect.EnumKind && !field.IsList() {
			refused(t, ask(fmt.Sprintf(`{%q:"NO_SUCH_VALUE"}`, name)), 400, "UNKNOWN_ENUM_VALUE", path)
		}
		if isTime(field) && !field.IsList() {
			refused(t, ask(fmt.Sprintf(`{%q:"2023-02-30T00:00:00Z"}`, name)), 400, "MALFORMED_VALUE", path)
		}
	}
}

// at is the path of it: in a list the item is wrong, not the list.
func at(field protoreflect.FieldDescriptor, path string) string {
	if field.IsList() {
		return path + "[0]"
	}
	return path
}
