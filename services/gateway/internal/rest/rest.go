package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	gatewayrest "github.com/onrecord/onrecord/gen/rest/onrecord/gateway/v1"
	metricsrest "github.com/onrecord/onrecord/gen/rest/onrecord/metrics/v1"
	statementsrest "github.com/onrecord/onrecord/gen/rest/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// SettledHeader says up to when the record is settled, in every answer.
const SettledHeader = "Onrecord-Settled-Time"

// immutable is the Cache-Control of an answer as of a read_time: it never
// changes.
const immutable = "public, max-age=31536000, immutable"

// Connections are where methods are called. None may skip the services'
// interceptors.
type Connections struct {
	Statements, Metrics, Record grpc.ClientConnInterface
}

// Handler serves every REST path, all of which start with /v1/.
type Handler struct {
	mux   *runtime.ServeMux
	table map[string]*operation
	query *formats.Query
	log   *zap.Logger
}

// New returns the handler of all methods.
func New(ctx context.Context, connections Connections, log *zap.Logger) (*Handler, error) {
	table, err := operations(
		statementsv1.File_onrecord_statements_v1_document_service_proto,
		statementsv1.File_onrecord_statements_v1_entity_service_proto,
		statementsv1.File_onrecord_statements_v1_statement_service_proto,
		statementsv1.File_onrecord_statements_v1_correction_service_proto,
		statementsv1.File_onrecord_statements_v1_reattribution_service_proto,
		statementsv1.File_onrecord_statements_v1_review_service_proto,
		statementsv1.File_onrecord_statements_v1_erasure_service_proto,
		metricsv1.File_onrecord_metrics_v1_metric_service_proto,
		metricsv1.File_onrecord_metrics_v1_figure_service_proto,
		metricsv1.File_onrecord_metrics_v1_import_service_proto,
		metricsv1.File_onrecord_metrics_v1_unit_service_proto,
		metricsv1.File_onrecord_metrics_v1_place_service_proto,
		gatewayv1.File_onrecord_gateway_v1_record_service_proto,
	)
	if err != nil {
		return nil, err
	}
	h := &Handler{table: table, query: formats.New(connections.Metrics), log: log}
	h.mux = runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, newCodec()),
		runtime.WithMiddlewares(h.strict),
		runtime.WithErrorHandler(h.writeError),
		runtime.WithRoutingErrorHandler(h.writeRoutingError),
		runtime.WithForwardResponseOption(setEtag),
		runtime.WithIncomingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithOutgoingHeaderMatcher(outgoing),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithDisablePathLengthFallback(),
	)
	if err := h.register(ctx, connections); err != nil {
		return nil, fmt.Errorf("register REST methods: %w", err)
	}
	return h, nil
}

// register adds all services. What is registered last is matched first, and
// the custom verbs of RecordService must be matched before plain names.
func (h *Handler) register(ctx context.Context, c Connections) error {
	statements, metrics, record := editing{c.Statements}, editing{c.Metrics}, editing{c.Record}
	for _, err := range []error{
		statementsrest.RegisterDocumentServiceHandlerClient(ctx, h.mux, statementsv1.NewDocumentServiceClient(statements)),
		statementsrest.RegisterEntityServiceHandlerClient(ctx, h.mux, statementsv1.NewEntityServiceClient(statements)),
		statementsrest.RegisterStatementServiceHandlerClient(ctx, h.mux, statementsv1.NewStatementServiceClient(statements)),
		statementsrest.RegisterCorrectionServiceHandlerClient(ctx, h.mux, statementsv1.NewCorrectionServiceClient(statements)),
		statementsrest.RegisterReattributionServiceHandlerClient(ctx, h.mux, statementsv1.NewReattributionServiceClient(statements)),
		statementsrest.RegisterReviewServiceHandlerClient(ctx, h.mux, statementsv1.NewReviewServiceClient(statements)),
		statementsrest.RegisterErasureServiceHandlerClient(ctx, h.mux, statementsv1.NewErasureServiceClient(statements)),
		metricsrest.RegisterMetricServiceHandlerClient(ctx, h.mux, metricsv1.NewMetricServiceClient(metrics)),
		metricsrest.RegisterFigureServiceHandlerClient(ctx, h.mux, metricsv1.NewFigureServiceClient(metrics)),
		metricsrest.RegisterImportServiceHandlerClient(ctx, h.mux, metricsv1.NewImportServiceClient(metrics)),
		metricsrest.RegisterUnitServiceHandlerClient(ctx, h.mux, metricsv1.NewUnitServiceClient(metrics)),
		metricsrest.RegisterPlaceServiceHandlerClient(ctx, h.mux, metricsv1.NewPlaceServiceClient(metrics)),
		gatewayrest.RegisterRecordServiceHandlerClient(ctx, h.mux, gatewayv1.NewRecordServiceClient(record)),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	methods := allowed(h.table, r.URL.Path)
	if len(methods) == 0 {
		edge.SetRoute(r.Context(), "unknown")
		AllowOrigins(w.Header()) // a page that reads sees what is wrong with its address
		httperror.Write(w, r, errs.New(errs.NotFound, httperror.UnknownPath, "there is no method at this path; /docs lists them all"))
		return
	}
	if r.Method == http.MethodOptions {
		edge.SetRoute(r.Context(), "options")
		writeOptions(w, r, methods)
		return
	}
	if r.Method == http.MethodGet {
		// Facts are public to whoever may call: any page may read them. It may not
		// write: a write needs a Content-Type that browsers ask about first.
		AllowOrigins(w.Header())
	}
	h.mux.ServeHTTP(w, r)
}

// AllowOrigins lets pages of any origin read an answer (CORS), with the headers
// that matter to them.
func AllowOrigins(header http.Header) {
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "ETag, Link, "+SettledHeader+", "+edge.RequestIDHeader)
}

func writeOptions(w http.ResponseWriter, r *http.Request, methods []string) {
	header := w.Header()
	header.Set("Allow", strings.Join(methods, ", "))
	if r.Header.Get("Access-Control-Request-Method") != "" {
		AllowOrigins(header)
		header.Set("Access-Control-Allow-Methods", "GET, HEAD")
		header.Set("Access-Control-Allow-Headers", "Accept, If-None-Match, "+edge.RequestIDHeader)
		header.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
}

// strict checks a request before it is converted.
func (h *Handler) strict(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, pathParams map[string]string) {
		pattern, _ := runtime.HTTPPattern(r.Context())
		op := h.table[routeKey(r.Method, pattern.String())]
		if op == nil || !op.path.MatchString(r.URL.Path) {
			h.writeRoutingError(r.Context(), nil, nil, w, r, http.StatusNotFound)
			return
		}
		edge.SetRoute(r.Context(), op.template)
		prepared, err := op.prepare(w, r, pathParams)
		if err != nil {
			httperror.Write(w, r, err)
			return
		}
		if query := prepared.URL.Query(); query.Get("read_time") != "" {
			w.Header().Set("Cache-Control", immutable) // an error takes it back
			linkLatest(w.Header(), op, prepared.URL.EscapedPath(), query)
		}
		if op.formatted {
			w.Header().Add("Vary", "Accept")
			if e := editsOf(prepared.Context()); e.form.format != formats.JSON {
				h.writeFormatted(w, prepared, e.form, pathParams["name"])
				return
			}
		}
		next(w, prepared, pathParams)
	}
}

// linkLatest points from one thing as it stood to the same as it stands (RFC
// 5829). The link is there whether or not it changed since: an answer that is
// cached for ever cannot be told later.
func linkLatest(header http.Header, op *operation, path string, query url.Values) {
	if !op.singular && !strings.HasSuffix(op.template, ":read") {
		return
	}
	query.Del("read_time")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	header.Set("Link", "<"+path+`>; rel="latest-version"`)
}

// outgoing picks the gRPC headers that go out.
func outgoing(key string) (string, bool) {
	if key == rpcserver.SettledKey {
		return SettledHeader, true
	}
	return "", false
}

// setEtag gives the answer of a single resource its ETag: the resource's own,
// weak because one state has several representations.
func setEtag(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	e := editsOf(ctx)
	if e == nil || !e.op.singular {
		return nil
	}
	message := answer.ProtoReflect()
	field := message.Descriptor().Fields().ByName("etag")
	if field == nil || field.Kind() != protoreflect.StringKind {
		return nil
	}
	etag := message.Get(field).String()
	if opaque, ok := opaquePart(etag); ok {
		w.Header().Set("ETag", `W/"`+opaque+`"`)
	}
	return nil
}

// writeError answers with the error of a call.
func (h *Handler) writeError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	if md, ok := runtime.ServerMetadataFromContext(ctx); ok {
		setSettled(w.Header(), md.HeaderMD)
	}
	httperror.Write(w, r, h.translate(ctx, err))
}

func setSettled(header http.Header, md metadata.MD) {
	if values := md.Get(rpcserver.SettledKey); len(values) > 0 {
		header.Set(SettledHeader, values[0])
	}
}

// writeRoutingError answers a request that no method takes.
func (h *Handler) writeRoutingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	methods := allowed(h.table, r.URL.Path)
	if code == http.StatusBadRequest || len(methods) == 0 {
		httperror.Write(w, r, errs.New(errs.NotFound, httperror.UnknownPath, "there is no method at this path; /docs lists them all"))
		return
	}
	allow := strings.Join(methods, ", ")
	w.Header().Set("Allow", allow)
	AllowOrigins(w.Header())
	httperror.Write(w, r, errs.New(errs.Unimplemented, httperror.MethodNotAllowed, "this path takes %s", allow))
}
