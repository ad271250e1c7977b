package rpcserver

import (
	"bytes"
	"context"
	"crypto/rand"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// gRPC answers a request that it cannot decode with INTERNAL, before any
// interceptor runs: the caller's fault looks like ours, and is neither counted
// nor logged. So this codec does not fail. It hands on an empty message marked
// as bad, and the decode interceptor refuses it with details.
//
// The mark is an unknown field, because the message is the only thing that goes
// from codec to interceptor. A secret of this process starts it, so that a
// client cannot forge one.
type codec struct {
	encoding.CodecV2
	limit int
}

// markField is the highest field number there is; no proto here uses it.
const markField protowire.Number = protowire.MaxValidNumber

// Faults that a mark tells apart, each one byte.
const (
	faultSize = 's'
	faultUTF8 = 'u'
	faultWire = 'w'
)

var markPrefix = func() []byte {
	var secret [16]byte
	_, _ = rand.Read(secret[:]) // never fails: crypto/rand.Read ends the process instead
	return append(protowire.AppendTag(nil, markField, protowire.BytesType), secret[:]...)
}()

func newCodec(limit int) *codec {
	return &codec{CodecV2: encoding.GetCodecV2("proto"), limit: limit}
}

// Marshal encodes an answer. One answer always has the same bytes, the entries of
// its maps in order, so that who compares answers may compare bytes.
func (c *codec) Marshal(v any) (mem.BufferSlice, error) {
	answer, ok := sizeOf(v)
	if !ok {
		return c.CodecV2.Marshal(v)
	}
	options := proto.MarshalOptions{Deterministic: true, UseCachedSize: true}
	if mem.IsBelowBufferPoolingThreshold(answer.size) {
		data, err := options.Marshal(answer.Message)
		if err != nil {
			return nil, err
		}
		return mem.BufferSlice{mem.SliceBuffer(data)}, nil
	}
	pool := mem.DefaultBufferPool()
	buffer := pool.Get(answer.size)
	if _, err := options.MarshalAppend((*buffer)[:0], answer.Message); err != nil {
		pool.Put(buffer)
		return nil, err
	}
	return mem.BufferSlice{mem.NewBuffer(buffer, pool)}, nil
}

// marshalOwn is Marshal into memory that no pool has.
func (c *codec) marshalOwn(v any) (mem.BufferSlice, error) {
	answer, ok := sizeOf(v)
	if !ok {
		return c.CodecV2.Marshal(v)
	}
	data, err := proto.MarshalOptions{Deterministic: true, UseCachedSize: true}.Marshal(answer.Message)
	if err != nil {
		return nil, err
	}
	return mem.BufferSlice{mem.SliceBuffer(data)}, nil
}

// Unmarshal decodes a request, or marks it as bad.
func (c *codec) Unmarshal(data mem.BufferSlice, v any) error {
	message, ok := v.(proto.Message)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	if data.Len() > c.limit {
		mark(message, faultSize, strconv.Itoa(c.limit))
		return nil
	}
	if err := c.CodecV2.Unmarshal(data, v); err != nil {
		if field := invalidUTF8(data.Materialize(), message.ProtoReflect().Descriptor()); field != "" {
			mark(message, faultUTF8, field)
		} else {
			mark(message, faultWire, "")
		}
	}
	return nil
}

func mark(message proto.Message, fault byte, detail string) {
	proto.Reset(message)
	text := append(bytes.Clone(markPrefix), fault)
	message.ProtoReflect().SetUnknown(append(text, detail...))
}

// decodeError returns why a message could not be decoded, nil when it could.
func decodeError(v any) error {
	message, ok := v.(proto.Message)
	if !ok {
		return nil
	}
	text, marked := bytes.CutPrefix(message.ProtoReflect().GetUnknown(), markPrefix)
	if !marked || len(text) == 0 {
		return nil
	}
	detail := string(text[1:])
	switch text[0] {
	case faultSize:
		return errs.New(errs.ResourceExhausted, "REQUEST_TOO_LARGE", "the request is larger than %s bytes", detail).
			With("limit_bytes", detail)
	case faultUTF8:
		return errs.Invalid(detail, "INVALID_UTF8", "must be valid UTF-8")
	default:
		return errs.New(errs.InvalidArgument, "MALFORMED_REQUEST", "the request is not a message of this method")
	}
}

func decodeUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if err := decodeError(req); err != nil {
			return nil, err
		}
		return handler(ctx, req)
	}
}

func decodeStream() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		return handler(srv, &checkedStream{ServerStream: stream, check: decodeError})
	}
}
