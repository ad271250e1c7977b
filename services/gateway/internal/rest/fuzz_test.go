package rest

import (
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// The check and the conversion must agree: what the check lets pass is
// converted, and what was converted passes the check again.
func FuzzCheckBody(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `{"document":null}`, `{"figures":[{"value":{"value":"1.10"},"dimensions":{"A":"b"},"unitMult":-3}]}`,
		`{"version":{"accessTime":"2023-11-18T01:02:03.5+01:00","publishTime":{"missingReason":"NOT_STATED"}}}`,
		`{"statements":[{"contents":[{"start":0,"end":1e0,"exact":"\ud83d\ude00"}]}],"validateOnly":true}`,
		`{"metrics":[{"stat_type":"STAT_TYPE_UNSPECIFIED"}]}`, `{"a":"\ud800"}`, `{"requestId":"\u0000"}`, `{"document":{"name":"x"},"document":{}}`,
		`{"figures":[{"lower":{"inclusive":false,"value":{}}},null]}`, ` {"requestId" : "x" , "validateOnly":false}` + "\n",
	} {
		f.Add([]byte(seed))
	}
	codec := newCodec()
	f.Fuzz(func(t *testing.T, body []byte) {
		message := &gatewayv1.IngestDocumentRequest{}
		if _, err := checkBody(body, message.ProtoReflect().Descriptor(), "", nil); err != nil {
			return
		}
		must.OK(t, codec.Unmarshal(body, message))
		again, err := codec.Marshal(message)
		must.OK(t, err)
		_, err = checkBody(again, message.ProtoReflect().Descriptor(), "", nil)
		must.OK(t, err)
		copied := &gatewayv1.IngestDocumentRequest{}
		must.OK(t, codec.Unmarshal(again, copied))
		must.True(t, proto.Equal(message, copied))
	})
}

func FuzzCheckQuery(f *testing.F) {
	for _, seed := range []string{
		"page_size=5&pageToken=x", "dimensions[A]=b&dimensions[A]=c", "frequency=A", "read_time=2023-01-01T00:00:00.000000001Z",
		"dimensions[]=x", "dimensions[a]b]=x", "period=%ff", "page_size=%30", "=", "&&", "dimensions%5Bx%5D=1", "page_size=+1", "page_size=-0",
	} {
		f.Add(seed)
	}
	op := &operation{input: (&metricsv1.QueryMetricRequest{}).ProtoReflect().Descriptor(), pathField: "name", query: map[string]protoreflect.FieldDescriptor{}}
	op.bindQuery()
	filter := utilities.NewDoubleArray([][]string{{"name"}})
	f.Fuzz(func(t *testing.T, raw string) {
		values, _, err := op.checkQuery(raw)
		if err != nil {
			return
		}
		must.OK(t, runtime.PopulateQueryParameters(&metricsv1.QueryMetricRequest{}, values, filter))
	})
}

// Every binding in the descriptors is a route of grpc-gateway under the same
// name, so that no request passes unchecked.
func TestEveryBindingIsKnown(t *testing.T) {
	h, err := New(t.Context(), Connections{}, nil)
	must.OK(t, err)
	must.True(t, len(h.table) > 30)
	names := map[string]string{"name": "", "parent": ""}
	for key, op := range h.table {
		must.Equal(t, routeKey(op.httpMethod, op.template), key)
		for written := range op.query {
			_, taken := names[written]
			must.False(t, taken, key+" takes "+written+" as a parameter")
		}
		if op.httpMethod == "PATCH" {
			must.True(t, op.mask != nil && len(op.etag) == 2, key)
		}
		if op.httpMethod == "DELETE" {
			must.True(t, len(op.etag) == 1, key)
		}
	}
}

// REST can carry every field that a body may have.
func TestBodiesHaveNoKindThatCannotBeChecked(t *testing.T) {
	seen := make(map[protoreflect.FullName]bool)
	var walk func(message protoreflect.MessageDescriptor)
	walk = func(message protoreflect.MessageDescriptor) {
		switch message.FullName() {
		case timestampName, fieldMaskName, structName:
			return
		}
		if seen[message.FullName()] {
			return
		}
		seen[message.FullName()] = true
		must.False(t, strings.HasPrefix(string(message.FullName()), "google.protobuf."), string(message.FullName()))
		fields := message.Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			if field.IsMap() {
				must.Equal(t, field.MapKey().Kind(), protoreflect.StringKind)
				field = field.MapValue()
			}
			switch field.Kind() {
			case protoreflect.MessageKind:
				walk(field.Message())
			case protoreflect.StringKind, protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.Int32Kind, protoreflect.Int64Kind:
			default:
				t.Errorf("%s is a %s", field.FullName(), field.Kind())
			}
		}
	}
	h, err := New(t.Context(), Connections{}, nil)
	must.OK(t, err)
	for _, op := range h.table {
		if op.body != nil {
			walk(op.body)
		}
	}
}

func TestCamelPath(t *testing.T) {
	for path, want := range map[string]string{
		"":                                    "",
		"page_size":                           "pageSize",
		"statement.source_mentions[2].end":    "statement.sourceMentions[2].end",
		"figure.dimensions[REF_AREA]":         "figure.dimensions[REF_AREA]",
		`entity.identifiers["iso3166_1"]`:     `entity.identifiers["iso3166_1"]`,
		"version.text_sha256":                 "version.textSha256",
		"requests[1].figure.document_version": "requests[1].figure.documentVersion",
	} {
		must.Equal(t, camelPath(path), want)
	}
}

func TestSnakePaths(t *testing.T) {
	document := (&statementsv1.Document{}).ProtoReflect().Descriptor()
	must.Equal(t, snakePaths("usageTerms, byline,nothingHere,retraction.previousRevision,*", document),
		"usage_terms,byline,nothingHere,retraction.previous_revision,*")
}
