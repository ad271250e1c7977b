package rest

import (
	"io"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
)

// codec is ProtoJSON with byte-stable output: lowerCamelCase names, unset
// fields left out, no white space. Answers are written by package wirejson, which
// needs no parsed ones; requests are read by protojson.
type codec struct{ runtime.JSONPb }

func newCodec() *codec {
	return &codec{runtime.JSONPb{UnmarshalOptions: protojson.UnmarshalOptions{RecursionLimit: maxDepth + 1}}}
}

// ContentType implements runtime.Marshaler.
func (*codec) ContentType(v any) string {
	switch v := v.(type) {
	case *linked:
		return jsonld.MediaType
	case *cited:
		return formats.ContentType(v.format)
	case *httpbody.HttpBody:
		return fileOf(v).GetContentType()
	default:
		return "application/json"
	}
}

// Marshal implements runtime.Marshaler.
func (c *codec) Marshal(v any) ([]byte, error) {
	switch v := v.(type) {
	case *linked:
		return v.marshal()
	case *cited:
		return v.marshal()
	case *httpbody.HttpBody:
		return fileOf(v).GetData(), nil
	case *shaped:
		return v.marshal()
	}
	message, ok := v.(proto.Message)
	if !ok {
		return c.JSONPb.Marshal(v)
	}
	return toJSON(nil, message, nil)
}

// NewEncoder implements runtime.Marshaler.
func (c *codec) NewEncoder(w io.Writer) runtime.Encoder {
	return runtime.EncoderFunc(func(v any) error {
		text, err := c.Marshal(v)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
}
