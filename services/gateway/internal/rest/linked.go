package rest

import (
	"context"
	"net/http"
	"path"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
)

// linked is an answer that is sent as JSON-LD.
type linked struct {
	message proto.Message
	// base is what its names are relative to, which makes IRIs of them.
	base string
}

// marshal writes the answer, whether or not it is parsed yet.
func (l *linked) marshal() ([]byte, error) {
	message, err := parsed(l.message)
	if err != nil {
		return nil, err
	}
	return jsonld.Answer(message, l.base)
}

// parsed is an answer whose fields are not among the unknown ones, where those are that
// were left unparsed.
func parsed(answer proto.Message) (proto.Message, error) {
	if len(answer.ProtoReflect().GetUnknown()) == 0 {
		return answer, nil
	}
	wire, err := proto.Marshal(answer)
	if err != nil {
		return nil, err
	}
	out := answer.ProtoReflect().New().Interface()
	return out, proto.Unmarshal(wire, out)
}

// fileOf is an answer that is a file.
func fileOf(answer *httpbody.HttpBody) *httpbody.HttpBody {
	if file, err := parsed(answer); err == nil {
		if file, ok := file.(*httpbody.HttpBody); ok {
			return file
		}
	}
	return answer
}

// describe says what an answer is that is not JSON: its type, and the name of a file to
// be saved.
func describe(header http.Header, e *edits) {
	switch format := e.form.format; format {
	case formats.JSONLD, formats.Text, formats.CSL:
		header.Set("Content-Type", formats.ContentType(format))
	case formats.ZIP:
		// A name has no characters that would have to be escaped.
		id, verb, _ := strings.Cut(path.Base(e.path), ":")
		header.Set("Content-Disposition", `attachment; filename="`+id+"."+verb+`.zip"`)
	default:
	}
}

// formed hands the answer to the codec as it is to be sent.
func (h *Handler) formed(ctx context.Context, answer proto.Message) (any, error) {
	if e := editsOf(ctx); e != nil {
		switch format := e.form.format; format {
		case formats.JSONLD:
			return &linked{message: answer, base: h.publicURL() + "/"}, nil
		case formats.Text, formats.CSL:
			return &cited{message: answer, format: format}, nil
		default:
		}
	}
	return shape(ctx, answer)
}
