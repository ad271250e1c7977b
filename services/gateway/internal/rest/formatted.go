package rest

import (
	"maps"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
)

// nothingElse takes every parameter.
var nothingElse = utilities.NewDoubleArray(nil)

// writeFormatted answers a query of a metric as something else than JSON.
func (h *Handler) writeFormatted(w http.ResponseWriter, r *http.Request, asked form, name string) {
	request := &metricsv1.QueryMetricRequest{}
	if err := runtime.PopulateQueryParameters(request, r.Form, nothingElse); err != nil {
		httperror.Write(w, r, h.translate(r.Context(), err))
		return
	}
	request.Name = name
	at, query := *r.URL, maps.Clone(r.Form)
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
