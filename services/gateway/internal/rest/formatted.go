package rest

import (
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// form is what the gateway's own parameters of a query ask for.
type form struct {
	// format is the form of the answer; "" if only the Accept header may say it.
	format formats.Format
	// beside are figures that a drawing shows beside its lines.
	beside []string
}

// negotiate completes a form by the Accept header.
func (op *operation) negotiate(f form, header http.Header) (form, error) {
	if op.formatted && f.format == "" {
		format, ok := formats.Negotiate(header.Values("Accept"))
		if !ok {
			return f, errs.New(errs.InvalidArgument, httperror.NotAcceptable,
				"Accept takes none of the forms of this answer: ask with format for one of %s", strings.Join(formats.Names(), ", "))
		}
		f.format = format
	}
	if len(f.beside) > 0 && f.format != formats.SVG {
		return f, errs.Invalid(beside.Parameter, malformedParameter, "goes with format=svg: only a drawing has figures beside it, never rows or files")
	}
	return f, nil
}

// nothingElse takes every parameter.
var nothingElse = utilities.NewDoubleArray(nil)

// writeFormatted answers a query of a metric as something else than JSON.
func (h *Handler) writeFormatted(w http.ResponseWriter, r *http.Request, asked form, name string) {
	request := &metricsv1.QueryMetricRequest{}
	if err := runtime.PopulateQueryParameters(request, r.URL.Query(), nothingElse); err != nil {
		httperror.Write(w, r, h.translate(r.Context(), err))
		return
	}
	request.Name = name
	at, query := *r.URL, r.URL.Query()
	query.Set(formats.Parameter, string(asked.format))
	for _, figure := range asked.beside {
		query.Add(beside.Parameter, figure)
	}
	at.RawQuery = query.Encode()
	answer, err := h.query.Do(r.Context(), asked.format, request, asked.beside, &at)
	setSettled(w.Header(), answer.Metadata)
	if err != nil {
		httperror.Write(w, r, h.translate(r.Context(), err))
		return
	}
	for key, values := range answer.Header {
		w.Header()[key] = append(w.Header()[key], values...)
	}
	_, _ = w.Write(answer.Body) // the client is gone: nothing to do
}
