package rpcserver_test

import (
	"context"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// parcel is a message with lists of parcels, texts and a map, and one that the service
// alone sets.
func parcel(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	const text = `name: "onrecord/parcel/v1/parcel.proto" package: "onrecord.parcel.v1" syntax: "proto3"
	dependency: "buf/validate/validate.proto" dependency: "google/api/field_behavior.proto"
	message_type: {
		name: "Parcel"
		field: {name: "title" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING options: {[buf.validate.field]: {string: {min_len: 1 max_len: 5}}}}
		field: {name: "parts" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".onrecord.parcel.v1.Parcel"}
		field: {name: "tags" number: 3 label: LABEL_REPEATED type: TYPE_STRING
			options: {[buf.validate.field]: {repeated: {max_items: 3 items: {string: {min_len: 1}}}}}}
		field: {name: "labels" number: 4 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".onrecord.parcel.v1.Parcel.LabelsEntry"
			options: {[buf.validate.field]: {map: {max_pairs: 2 values: {string: {min_len: 1}}}}}}
		field: {name: "found" number: 5 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".onrecord.parcel.v1.Parcel"
			options: {[google.api.field_behavior]: [OUTPUT_ONLY]}}
		nested_type: {name: "LabelsEntry" options: {map_entry: true}
			field: {name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING}
			field: {name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING}}
	}`
	_, _ = validate.E_Field, annotations.E_FieldBehavior // links the options that the text uses
	file := new(descriptorpb.FileDescriptorProto)
	must.OK(t, prototext.Unmarshal([]byte(text), file))
	built := must.Get(protodesc.NewFile(file, protoregistry.GlobalFiles))(t)
	return built.Messages().ByName("Parcel")
}

// filled is a parcel with what a text says.
func filled(t *testing.T, text string) *dynamicpb.Message {
	t.Helper()
	message := dynamicpb.NewMessage(parcel(t))
	must.OK(t, prototext.Unmarshal([]byte(text), message))
	return message
}

// sent is what a server answers to a parcel.
func sent(t *testing.T, request *dynamicpb.Message) error {
	t.Helper()
	const service, method = "onrecord.parcel.v1.ParcelService", "SendParcel"
	take := func(_ any, ctx context.Context, decode func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
		got := dynamicpb.NewMessage(request.Descriptor())
		if err := decode(got); err != nil {
			return nil, err
		}
		return chain(ctx, got, &grpc.UnaryServerInfo{FullMethod: "/" + service + "/" + method}, func(_ context.Context, req any) (any, error) { return req, nil })
	}
	conn := rpctest.Conn(t, rpcserver.Options{}, func(server grpc.ServiceRegistrar) {
		server.RegisterService(&grpc.ServiceDesc{
			ServiceName: service, HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{MethodName: method, Handler: take}},
		}, nil)
	})
	return conn.Invoke(t.Context(), "/"+service+"/"+method, request, dynamicpb.NewMessage(request.Descriptor()))
}

// violations are those of the answer to a parcel, as "path REASON".
func violations(t *testing.T, text string) (out []string) {
	t.Helper()
	for _, v := range statustest.Violations(sent(t, filled(t, text))) {
		out = append(out, v.GetField()+" "+v.GetReason())
	}
	return out
}

func TestEveryRuleThatIsBrokenIsNamed(t *testing.T) {
	must.Equal(t, violations(t, `title: "a" parts: {title: "b" tags: "c"}`), nil)
	must.Equal(t, violations(t, `title: "too long" parts: {title: "b"} parts: {tags: "" parts: {}} labels: {key: "k"}`), []string{
		"title TEXT_TOO_LONG", "parts[1].title FIELD_REQUIRED", "parts[1].parts[0].title FIELD_REQUIRED",
		"parts[1].tags[0] FIELD_REQUIRED", `labels["k"] FIELD_REQUIRED`,
	})
}

// TestWhatTheServiceSetsIsIgnored: whoever sends back what they were answered is not held to
// rules for fields that they cannot write.
func TestWhatTheServiceSetsIsIgnored(t *testing.T) {
	must.Equal(t, violations(t, `title: "a" found: {title: "too long"} found: {}`), nil)
	must.Equal(t, violations(t, `found: {} parts: {title: "b" found: {}}`), []string{"title FIELD_REQUIRED"})
}

// TestALargeRequestIsRefusedForItsFirstFault: of 4 MiB, millions of faults would be reported.
// The answer says that there may be more.
func TestALargeRequestIsRefusedForItsFirstFault(t *testing.T) {
	for _, test := range []struct {
		parts int
		more  string
	}{{5, ""}, {60_000, "UNKNOWN"}} {
		request := filled(t, "")
		parts := request.Mutable(request.Descriptor().Fields().ByName("parts")).List()
		for range test.parts {
			parts.AppendMutable()
		}
		err := sent(t, request)
		st := statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "title")
		must.Equal(t, errs.Info(st).GetMetadata()["more_violations"], test.more)
		must.Equal(t, len(statustest.Violations(err)) == 1, test.more != "")
	}
	request := filled(t, `title: "a" found: {}`)
	found := request.Mutable(request.Descriptor().Fields().ByName("found")).List()
	for range 60_000 {
		found.AppendMutable()
	}
	must.OK(t, sent(t, request))
}

// TestWhatAHandlerMakesIsCheckedWhole: an update tells new faults from those on record.
func TestWhatAHandlerMakesIsCheckedWhole(t *testing.T) {
	message := filled(t, `title: "a"`)
	parts := message.Mutable(message.Descriptor().Fields().ByName("parts")).List()
	for range 60_000 {
		parts.AppendMutable()
	}
	must.Equal(t, len(errs.ViolationsOf(rpcserver.Validate(protovalidate.GlobalValidator, message))), 60_000)
}
