package rest

import (
	"net/http"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// form is what the gateway's own parameters ask for: how an answer looks, not what
// it is about.
type form struct {
	// asked is the format that the parameter asks for, "" if there is none.
	asked formats.Format
	// format is the form of the answer.
	format formats.Format
	// fields are the paths that a JSON answer is cut down to, as they were given; ""
	// for all.
	fields string
	// beside are figures that a drawing shows beside its lines.
	beside []string
}

// formsOf returns the forms that the answers of a method come in, the preferred
// first.
func formsOf(output protoreflect.MessageDescriptor) []formats.Format {
	switch output.FullName() {
	case (&metricsv1.QueryMetricResponse{}).ProtoReflect().Descriptor().FullName():
		return formats.All()
	case (&httpbody.HttpBody{}).ProtoReflect().Descriptor().FullName():
		return []formats.Format{formats.ZIP}
	case (&gatewayv1.CiteResourceResponse{}).ProtoReflect().Descriptor().FullName():
		return []formats.Format{formats.JSON, formats.Text, formats.CSL}
	case (&gatewayv1.WatchResponse{}).ProtoReflect().Descriptor().FullName():
		return []formats.Format{formats.Events}
	default:
		if jsonld.Answers(output) {
			return []formats.Format{formats.JSON, formats.JSONLD}
		}
		return []formats.Format{formats.JSON}
	}
}

// drawable says that an answer can be a drawing, which figures may stand beside.
func (op *operation) drawable() bool { return slices.Contains(op.forms, formats.SVG) }

// ownParameters lists the parameters of the gateway alone.
func (op *operation) ownParameters() []string {
	names := []string{formats.Parameter}
	if slices.Contains(op.forms, formats.JSON) {
		names = append(names, fieldsParameter)
	}
	if op.drawable() {
		names = append(names, beside.Parameter)
	}
	return names
}

// negotiate completes a form by the Accept header.
func (op *operation) negotiate(f form, header http.Header) (form, error) {
	if f.format = f.asked; f.format == "" {
		format, ok := formats.Negotiate(header.Values("Accept"), op.forms)
		if !ok {
			return f, errs.New(errs.InvalidArgument, httperror.NotAcceptable,
				"Accept takes none of the forms of this answer: ask with format for one of %s", strings.Join(formats.Names(op.forms), ", "))
		}
		f.format = format
	}
	if len(f.beside) > 0 && f.format != formats.SVG {
		return f, errs.Invalid(beside.Parameter, malformedParameter, "goes with format=svg: only a drawing has figures beside it, never rows or files")
	}
	if f.fields != "" && f.format != formats.JSON {
		return f, errs.Invalid(fieldsParameter, malformedParameter, "goes with format=json: every other form has all that belongs to it")
	}
	return f, nil
}
