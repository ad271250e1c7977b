package rest

import (
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// negotiate chooses the format of an answer by the Accept header.
func negotiate(header http.Header) (formats.Format, error) {
	format, ok := formats.Negotiate(header.Values("Accept"))
	if !ok {
		return "", errs.New(errs.InvalidArgument, httperror.NotAcceptable,
			"Accept takes none of the forms of this answer: ask with format for one of %s", strings.Join(formats.Names(), ", "))
	}
	return format, nil
}

// nothingElse takes every parameter.
var nothingElse = utilities.NewDoubleArray(nil)

// writeFormatted answers a query of a metric as something else than JSON.
func (h *Handler) writeFormatted(w http.ResponseWriter, r *http.Request, format formats.Format, name string) {
	request := &metricsv1.QueryMetricRequest{}
	if err := runtime.PopulateQueryParameters(request, r.URL.Query(), nothingElse); err != nil {
		httperror.Write(w, r, h.translate(r.Context(), err))
		return
	}
	request.Name = name
	at, query := *r.URL, r.URL.Query()
	query.Set(formats.Parameter, string(format))
	at.RawQuery = query.Encode()
	answer, err := h.query.Do(r.Context(), format, request, &at)
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
