package rest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
)

// operation is one HTTP binding of one method: what the strict checks know of it.
type operation struct {
	httpMethod string
	// template is the path of the binding, "/v1/{name=documents/*}:read".
	template string
	// plain is the template without its variable, "/v1/documents/*:read". The variable
	// is that many segments, after that many bytes of the path.
	plain            string
	before, segments int
	// handler converts a request that was checked, calls, and answers.
	handler runtime.HandlerFunc
	input   protoreflect.MessageDescriptor
	output  protoreflect.MessageDescriptor

	// body is the message that the body must be, nil for no body; bodyField is
	// its field in the request, "" when the body is the whole request.
	body      protoreflect.MessageDescriptor
	bodyField string
	// pathField is the request field that the path fills, "" for none.
	pathField string
	// query lists the fields that parameters fill, by both their names.
	query map[string]protoreflect.FieldDescriptor
	// etag is the path of the request's etag field, nil for none.
	etag []protoreflect.FieldDescriptor
	// mask is the request's update mask, nil for none.
	mask protoreflect.FieldDescriptor
	// masked is the field of the body that holds the resource of the mask; nil if
	// the body is the resource.
	masked protoreflect.FieldDescriptor
	// requestID is the request's field that Idempotency-Key fills, language the one
	// that Accept-Language fills; nil for none.
	requestID, language protoreflect.FieldDescriptor
	// require is the request's field that says whether half an answer will do; nil for
	// none.
	require protoreflect.FieldDescriptor

	// singular says that the answer is one resource with an etag.
	singular bool
	// answerEtag, updateTime and nextPage are fields of the answer that headers
	// follow from; nil for none.
	answerEtag, updateTime, nextPage protoreflect.FieldDescriptor
	// joined says that the answer is made from more than one service.
	joined bool
	// timeless says that the answer, asked for without a read_time, is the same
	// thing as it stands.
	timeless bool
	// forms are what the answer comes in, the preferred first.
	forms []formats.Format
	// own are the parameters of the gateway alone.
	own []string
}

// routeKey names a route in the table of operations.
func routeKey(httpMethod, template string) string { return httpMethod + " " + template }

// operations reads the bindings of services from their descriptors.
func operations(files ...protoreflect.FileDescriptor) (map[string]*operation, error) {
	table := make(map[string]*operation)
	for _, file := range files {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if err := addBindings(table, methods.Get(j)); err != nil {
					return nil, err
				}
			}
		}
	}
	return table, nil
}

func addBindings(table map[string]*operation, method protoreflect.MethodDescriptor) error {
	rule, ok := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	if !ok || rule == nil {
		return nil // gRPC only
	}
	for _, binding := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		op, err := newOperation(method, binding)
		if err != nil {
			return fmt.Errorf("binding of %s: %w", method.FullName(), err)
		}
		key := routeKey(op.httpMethod, op.template)
		if table[key] != nil {
			return fmt.Errorf("binding of %s: %s is bound twice", method.FullName(), key)
		}
		table[key] = op
	}
	return nil
}

func newOperation(method protoreflect.MethodDescriptor, rule *annotations.HttpRule) (*operation, error) {
	op := &operation{input: method.Input(), output: method.Output(), query: make(map[string]protoreflect.FieldDescriptor)}
	switch pattern := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		op.httpMethod, op.template = http.MethodGet, pattern.Get
	case *annotations.HttpRule_Post:
		op.httpMethod, op.template = http.MethodPost, pattern.Post
	case *annotations.HttpRule_Patch:
		op.httpMethod, op.template = http.MethodPatch, pattern.Patch
	case *annotations.HttpRule_Delete:
		op.httpMethod, op.template = http.MethodDelete, pattern.Delete
	default:
		return nil, fmt.Errorf("HTTP method %T is not used here", pattern)
	}
	if err := op.bindPath(); err != nil {
		return nil, err
	}
	if err := op.bindBody(rule.GetBody()); err != nil {
		return nil, err
	}
	op.bindQuery()
	op.bindEtag()
	op.bindAnswer()
	return op, nil
}

// bindAnswer finds what headers need to know of the answer.
func (op *operation) bindAnswer() {
	fields := op.output.Fields()
	op.singular = fields.ByName("etag") != nil && fields.ByName("name") != nil
	op.answerEtag, op.updateTime, op.nextPage = fields.ByName("etag"), fields.ByName("update_time"), fields.ByName("next_page_token")
	op.timeless = op.singular || strings.HasSuffix(op.template, ":read")
	op.requestID, op.language = op.input.Fields().ByName("request_id"), languageField(op.input)
	op.joined = op.input.ParentFile().Package() == joinedPackage
	op.require = op.input.Fields().ByName("require")
	op.forms = formsOf(op.output)
	op.own = op.ownParameters()
}

var variable = regexp.MustCompile(`\{([a-z_.]+)=([^}]+)\}`)

// bindPath reads the template. A "*" is one segment; a colon always starts a custom
// verb.
func (op *operation) bindPath() error {
	variables := variable.FindAllStringSubmatchIndex(op.template, -1)
	switch len(variables) {
	case 0:
		op.plain = op.template
		return nil
	case 1:
		at := variables[0]
		content := op.template[at[4]:at[5]]
		op.pathField, op.before, op.segments = op.template[at[2]:at[3]], at[0], strings.Count(content, "/")+1
		op.plain = op.template[:at[0]] + content + op.template[at[1]:]
		return nil
	default:
		return fmt.Errorf("%s has more than one variable", op.template)
	}
}

func (op *operation) bindBody(body string) error {
	switch body {
	case "":
		return nil
	case "*":
		op.body = op.input
		return nil
	}
	field := op.input.Fields().ByName(protoreflect.Name(body))
	if field == nil || field.Message() == nil || field.IsList() || field.IsMap() {
		return fmt.Errorf("body %q is not a message field", body)
	}
	op.body, op.bodyField = field.Message(), body
	return nil
}

// bindQuery finds the fields that parameters may fill: those that neither the
// path nor the body fills and that text can hold.
func (op *operation) bindQuery() {
	if op.body == op.input {
		op.bindBodyMask()
		return
	}
	fields := op.input.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		name := string(field.Name())
		if name == op.bodyField || name == op.pathField || !fitsQuery(field) {
			continue
		}
		op.query[name] = field
		op.query[field.JSONName()] = field
		if field.Message() != nil && field.Message().FullName() == fieldMaskName {
			op.mask = field
		}
	}
}

// bindBodyMask finds an update mask in a body that is the whole request, and the
// resource beside it.
func (op *operation) bindBodyMask() {
	fields := op.input.Fields()
	mask := fields.ByName("update_mask")
	if mask == nil {
		return
	}
	for i := range fields.Len() {
		if field := fields.Get(i); field.Message() != nil && !field.IsList() && field.Message().Fields().ByName("etag") != nil {
			op.mask, op.masked = mask, field
		}
	}
}

func fitsQuery(field protoreflect.FieldDescriptor) bool {
	if field.IsMap() {
		return field.MapKey().Kind() == protoreflect.StringKind && field.MapValue().Kind() == protoreflect.StringKind
	}
	switch field.Kind() {
	case protoreflect.MessageKind:
		return !field.IsList() && (field.Message().FullName() == timestampName || field.Message().FullName() == fieldMaskName)
	case protoreflect.StringKind, protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.Int32Kind, protoreflect.Int64Kind:
		return true
	default:
		return false
	}
}

// bindEtag finds where If-Match goes: the etag of the resource in the body, or
// the etag of the request.
func (op *operation) bindEtag() {
	if op.httpMethod == http.MethodPost && op.body != op.input {
		return // a create has nothing to match
	}
	fields := op.input.Fields()
	if op.bodyField != "" {
		resource := fields.ByName(protoreflect.Name(op.bodyField))
		if etag := resource.Message().Fields().ByName("etag"); etag != nil {
			op.etag = []protoreflect.FieldDescriptor{resource, etag}
		}
		return
	}
	if etag := fields.ByName("etag"); etag != nil {
		op.etag = []protoreflect.FieldDescriptor{etag}
	}
}
