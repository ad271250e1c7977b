package protoinput_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// thing has what a writer says and what a service adds, in itself and in a list of its
// kind.
func thing(t *testing.T, content string) *dynamicpb.Message {
	t.Helper()
	options := &descriptorpb.FieldOptions{}
	proto.SetExtension(options, annotations.E_FieldBehavior, []annotations.FieldBehavior{annotations.FieldBehavior_OUTPUT_ONLY})
	text := func(name string, number int32, options *descriptorpb.FieldOptions) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(), Options: options}
	}
	of := func(name string, number int32, label *descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), Label: label, TypeName: proto.String(".Thing")}
	}
	file := must.Get(protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("thing.proto"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Thing"), Field: []*descriptorpb.FieldDescriptorProto{
			text("said", 1, nil), text("added", 2, options), text("etag", 3, nil),
			of("part", 4, descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()), of("parts", 5, descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()),
		}}},
	}, protoregistry.GlobalFiles))(t)
	message := dynamicpb.NewMessage(file.Messages().Get(0))
	must.OK(t, protojson.Unmarshal([]byte(content), message))
	return message
}

func TestOnlyWhatAWriterSaysIsLeft(t *testing.T) {
	const whole = `{"said":"a","added":"x","etag":"1","part":{"said":"b","added":"x"},"parts":[{"added":"x"},{"said":"c","etag":"2"}]}`
	message := thing(t, whole)
	must.Equal(t, string(must.Get(stablejson.Marshal(protoinput.Of(message)))(t)), `{"said":"a","part":{"said":"b"},"parts":[{},{"said":"c"}]}`)
	must.Equal(t, string(must.Get(stablejson.Marshal(message))(t)), whole) // it is a copy
}
