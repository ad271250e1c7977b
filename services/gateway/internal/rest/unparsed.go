package rest

import (
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that sends requests
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/wirejson"
)

// unparsed is a connection that leaves answers unparsed: their bytes are the unknown
// fields of the message that they are delivered in. JSON is written straight from
// them, so that nothing is decoded only to be encoded again.
type unparsed struct{ grpc.ClientConnInterface }

// Invoke implements grpc.ClientConnInterface.
func (c unparsed) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, append(opts, keepBytes)...)
}

var keepBytes = grpc.ForceCodecV2(&bytesCodec{encoding.GetCodecV2("proto")})

// bytesCodec encodes as protobuf does and decodes nothing.
type bytesCodec struct{ encoding.CodecV2 }

// Unmarshal implements encoding.CodecV2.
func (c *bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	message, ok := v.(proto.Message)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	if own, ok := owned(data); ok {
		message.ProtoReflect().SetUnknown(own)
	} else {
		message.ProtoReflect().SetUnknown(data.Materialize())
	}
	return nil
}

// owned returns the bytes of an answer that are nobody else's, not a pool's either: those
// of a call within the process, and small ones that came over the wire.
func owned(data mem.BufferSlice) ([]byte, bool) {
	if len(data) != 1 {
		return nil, false
	}
	own, ok := data[0].(mem.SliceBuffer)
	return own, ok
}

// wireOf returns the bytes of an answer, whether or not it is parsed.
func wireOf(answer proto.Message) ([]byte, error) {
	if wire := answer.ProtoReflect().GetUnknown(); len(wire) == proto.Size(answer) {
		return wire, nil
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(answer)
}

// toJSON appends an answer, or the fields of it that a mask names, to dst.
func toJSON(dst []byte, answer proto.Message, mask *wirejson.Mask) ([]byte, error) {
	wire, err := wireOf(answer)
	if err != nil {
		return nil, err
	}
	return wirejson.Append(slices.Grow(dst, 2*len(wire)+256), answer.ProtoReflect().Descriptor(), wire, mask)
}
