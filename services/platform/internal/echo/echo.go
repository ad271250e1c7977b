// Package echo is a tiny gRPC service for the tests of this module, which may
// not import generated code. Its descriptor is built at run time; it has a
// read, a write, a stream, and a request with a rule.
package echo

import (
	"context"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Full names of the service's methods.
const (
	Name   = "onrecord.echo.v1.EchoService"
	Get    = "/" + Name + "/GetEcho"
	Create = "/" + Name + "/CreateEcho"
	Watch  = "/" + Name + "/WatchEchoes"
	// Missing is a method that the service does not have.
	Missing = "/" + Name + "/GetNothing"
)

// MaxText is the rule on the text of a request: 1 to MaxText characters.
const MaxText = 10_000_000

// Service answers with what its functions return; a nil function returns its
// text.
type Service struct {
	OnGet, OnCreate func(ctx context.Context, text string) (string, error)
	OnWatch         func(ctx context.Context, text string, send func(string) error) error
}

// Register adds the service to a server.
func (s *Service) Register(server grpc.ServiceRegistrar) {
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: Name,
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			{MethodName: "GetEcho", Handler: unary(Get, func() handler { return s.OnGet })},
			{MethodName: "CreateEcho", Handler: unary(Create, func() handler { return s.OnCreate })},
		},
		Streams: []grpc.StreamDesc{{StreamName: "WatchEchoes", ServerStreams: true, Handler: s.watch}},
	}, s)
}

type handler = func(ctx context.Context, text string) (string, error)

func unary(method string, choose func() handler) grpc.MethodHandler {
	return func(srv any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
		request := dynamicpb.NewMessage(Request)
		if err := decode(request); err != nil {
			return nil, err
		}
		handle := func(ctx context.Context, req any) (any, error) {
			text := Text(req.(proto.Message))
			if h := choose(); h != nil {
				var err error
				if text, err = h(ctx, text); err != nil {
					return nil, err
				}
			}
			return New(text), nil
		}
		return interceptor(ctx, request, &grpc.UnaryServerInfo{Server: srv, FullMethod: method}, handle)
	}
}

func (s *Service) watch(_ any, stream grpc.ServerStream) error {
	request := dynamicpb.NewMessage(Request)
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	send := func(text string) error { return stream.SendMsg(New(text)) }
	if s.OnWatch == nil {
		return send(Text(request))
	}
	return s.OnWatch(stream.Context(), Text(request), send)
}

// Call makes a unary call and returns the text of the answer.
func Call(ctx context.Context, conn grpc.ClientConnInterface, method, text string, opts ...grpc.CallOption) (string, error) {
	answer := dynamicpb.NewMessage(Request)
	if err := conn.Invoke(ctx, method, New(text), answer, opts...); err != nil {
		return "", err
	}
	return Text(answer), nil
}

// Open opens the stream and returns a function that receives the next text.
func Open(ctx context.Context, conn grpc.ClientConnInterface, request proto.Message, opts ...grpc.CallOption) (func() (string, error), error) {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, Watch, opts...)
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(request); err != nil {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	return func() (string, error) {
		answer := dynamicpb.NewMessage(Request)
		if err := stream.RecvMsg(answer); err != nil {
			return "", err
		}
		return Text(answer), nil
	}, nil
}

// New returns a request, which is also the form of an answer.
func New(text string) proto.Message {
	message := dynamicpb.NewMessage(Request)
	message.Set(Request.Fields().ByName("text"), protoreflect.ValueOfString(text))
	return message
}

// Identified returns a request with a request id.
func Identified(text, id string) proto.Message {
	message := New(text)
	message.ProtoReflect().Set(Request.Fields().ByName("request_id"), protoreflect.ValueOfString(id))
	return message
}

// Text returns the text of a request or an answer.
func Text(message proto.Message) string {
	return message.ProtoReflect().Get(Request.Fields().ByName("text")).String()
}

// Request is
//
//	message EchoRequest {
//	  message Inner { string note = 1; }
//	  string text = 1 [(buf.validate.field).string = {min_len: 1, max_len: MaxText}];
//	  Inner inner = 2;
//	  repeated Inner list = 3;
//	  map<string, string> labels = 4;
//	  string request_id = 5;
//	}
var Request = build().Messages().ByName("EchoRequest")

func build() protoreflect.FileDescriptor {
	rules := &descriptorpb.FieldOptions{}
	proto.SetExtension(rules, validate.E_Field, &validate.FieldRules{Type: &validate.FieldRules_String_{
		String_: &validate.StringRules{MinLen: proto.Uint64(1), MaxLen: proto.Uint64(MaxText)},
	}})
	text := field("text", 1, "")
	text.Options = rules
	list := field("list", 3, ".onrecord.echo.v1.EchoRequest.Inner")
	list.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	labels := field("labels", 4, ".onrecord.echo.v1.EchoRequest.LabelsEntry")
	labels.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name:    proto.String("onrecord/echo/v1/echo.proto"),
		Package: proto.String("onrecord.echo.v1"),
		Syntax:  proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name:  proto.String("EchoRequest"),
			Field: []*descriptorpb.FieldDescriptorProto{text, field("inner", 2, ".onrecord.echo.v1.EchoRequest.Inner"), list, labels, field("request_id", 5, "")},
			NestedType: []*descriptorpb.DescriptorProto{
				{Name: proto.String("Inner"), Field: []*descriptorpb.FieldDescriptorProto{field("note", 1, "")}},
				{
					Name:    proto.String("LabelsEntry"),
					Field:   []*descriptorpb.FieldDescriptorProto{field("key", 1, ""), field("value", 2, "")},
					Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
				},
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		panic(err) //nolint:forbidigo // the descriptor is a constant of this file
	}
	return file
}

// field describes a field; an empty type is a string.
func field(name string, number int32, messageType string) *descriptorpb.FieldDescriptorProto {
	f := &descriptorpb.FieldDescriptorProto{
		Name: proto.String(name), JsonName: proto.String(name), Number: proto.Int32(number),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		Type:  descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
	}
	if messageType != "" {
		f.Type = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum()
		f.TypeName = proto.String(messageType)
	}
	return f
}
