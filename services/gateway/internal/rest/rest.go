package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
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
var immutable = []string{edge.Immutable}

// byAccept is the Vary of an answer that Accept chose, or let be: of one form alone too,
// which another Accept is refused. It is set without a copy.
var byAccept = []string{"Accept"}

// Connections are where methods are called. None may skip the services'
// interceptors.
type Connections struct {
	Statements, Metrics, Record grpc.ClientConnInterface
	// PublicURL says where the gateway is reached: what names in JSON-LD are relative to.
	PublicURL func() string
	// Live reports whether every erasure is heard of; nil says always. Answers are
	// remembered only then.
	Live func() bool
}

// Handler serves every REST path, all of which start with /v1/.
type Handler struct {
	mux    *runtime.ServeMux
	table  map[string]*operation
	routes routes
	query  *formats.Query
	log    *zap.Logger
	// publicURL is where the gateway is reached, without a slash at the end.
	publicURL func() string
	changes   gatewayv1.ChangeServiceClient
	frames    frames
	known     known
}

// New returns the handler of all methods.
func New(ctx context.Context, connections Connections, log *zap.Logger) (*Handler, error) {
	bindings := bindingsOf(connections)
	var files []protoreflect.FileDescriptor
	for _, b := range bindings {
		files = append(files, b.file)
	}
	table, err := operations(files...)
	if err != nil {
		return nil, err
	}
	if connections.PublicURL == nil {
		connections.PublicURL = func() string { return "" }
	}
	h := &Handler{table: table, query: formats.New(connections.Metrics), log: log, publicURL: connections.PublicURL, known: newKnown(connections.Live), changes: gatewayv1.NewChangeServiceClient(connections.Record)}
	h.mux = runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, newCodec()),
		runtime.WithMiddlewares(noteHandler),
		runtime.WithErrorHandler(h.writeError),
		runtime.WithForwardResponseOption(unchanged),
		runtime.WithForwardResponseOption(complete),
		runtime.WithForwardResponseOption(h.revalidate),
		runtime.WithForwardResponseRewriter(h.formed),
		runtime.WithIncomingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithOutgoingHeaderMatcher(outgoing),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithDisablePathLengthFallback(),
	)
	for _, b := range bindings {
		if err := b.register(ctx, h.mux); err != nil {
			return nil, fmt.Errorf("register REST methods: %w", err)
		}
	}
	for _, op := range table {
		if err := errors.Join(h.routes.add(op), op.bind(ctx, h.mux)); err != nil {
			return nil, fmt.Errorf("routes of REST methods: %w", err)
		}
	}
	return h, nil
}

// binding is a service: the file that describes it, and how its methods are registered.
type binding struct {
	file     protoreflect.FileDescriptor
	register func(context.Context, *runtime.ServeMux) error
}

// bind makes the binding of a service that is called over a connection.
func bind[C any](
	file protoreflect.FileDescriptor, over grpc.ClientConnInterface,
	register func(context.Context, *runtime.ServeMux, C) error, client func(grpc.ClientConnInterface) C,
) binding {
	return binding{file, func(ctx context.Context, mux *runtime.ServeMux) error { return register(ctx, mux, client(over)) }}
}

// bindingsOf are all services. What is registered last is matched first, and the custom verbs
// of RecordService must be matched before plain names.
func bindingsOf(c Connections) []binding {
	statements, metrics, record := editing{unparsed{c.Statements}}, editing{unparsed{c.Metrics}}, editing{unparsed{c.Record}}
	return []binding{
		bind(statementsv1.File_onrecord_statements_v1_document_service_proto, statements, statementsrest.RegisterDocumentServiceHandlerClient, statementsv1.NewDocumentServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_entity_service_proto, statements, statementsrest.RegisterEntityServiceHandlerClient, statementsv1.NewEntityServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_statement_service_proto, statements, statementsrest.RegisterStatementServiceHandlerClient, statementsv1.NewStatementServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_correction_service_proto, statements, statementsrest.RegisterCorrectionServiceHandlerClient, statementsv1.NewCorrectionServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_reattribution_service_proto, statements, statementsrest.RegisterReattributionServiceHandlerClient, statementsv1.NewReattributionServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_review_service_proto, statements, statementsrest.RegisterReviewServiceHandlerClient, statementsv1.NewReviewServiceClient),
		bind(statementsv1.File_onrecord_statements_v1_erasure_service_proto, statements, statementsrest.RegisterErasureServiceHandlerClient, statementsv1.NewErasureServiceClient),
		bind(metricsv1.File_onrecord_metrics_v1_metric_service_proto, metrics, metricsrest.RegisterMetricServiceHandlerClient, metricsv1.NewMetricServiceClient),
		bind(metricsv1.File_onrecord_metrics_v1_figure_service_proto, metrics, metricsrest.RegisterFigureServiceHandlerClient, metricsv1.NewFigureServiceClient),
		bind(metricsv1.File_onrecord_metrics_v1_import_service_proto, metrics, metricsrest.RegisterImportServiceHandlerClient, metricsv1.NewImportServiceClient),
		bind(metricsv1.File_onrecord_metrics_v1_unit_service_proto, metrics, metricsrest.RegisterUnitServiceHandlerClient, metricsv1.NewUnitServiceClient),
		bind(metricsv1.File_onrecord_metrics_v1_place_service_proto, metrics, metricsrest.RegisterPlaceServiceHandlerClient, metricsv1.NewPlaceServiceClient),
		bind(gatewayv1.File_onrecord_gateway_v1_record_service_proto, record, gatewayrest.RegisterRecordServiceHandlerClient, gatewayv1.NewRecordServiceClient),
		bind(gatewayv1.File_onrecord_gateway_v1_change_service_proto, record, gatewayrest.RegisterChangeServiceHandlerClient, gatewayv1.NewChangeServiceClient),
	}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found := h.routes.find(r.URL.Path)
	if found == nil {
		writeUnknown(w, r)
		return
	}
	if r.Method == http.MethodOptions {
		edge.SetRoute(r.Context(), "options")
		writeOptions(w, r, found.allow)
		return
	}
	op := found.operations[r.Method]
	if op == nil {
		writeNotAllowed(w, r, found.allow)
		return
	}
	if r.Method == http.MethodGet {
		// Facts are public to whoever may call: any page may read them. It may not
		// write: a write needs a Content-Type that browsers ask about first.
		AllowOrigins(w.Header())
	}
	h.serve(w, r, op)
}

// serve checks a request before it is converted.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, op *operation) {
	edge.SetRoute(r.Context(), op.template)
	pathParams := op.inPath(r.URL.Path)
	prepared, err := op.prepare(w, r, pathParams)
	if err != nil {
		httperror.Write(w, r, err)
		return
	}
	e := editsOf(prepared.Context())
	e.condition = h.conditionOf(r, e)
	if e.parameters.Get(readTime) != "" {
		w.Header()["Cache-Control"] = immutable // an error takes it back
		e.linkLatest(w.Header())
	}
	switch {
	case op.drawable() && e.form.format != formats.JSON:
		h.writeFormatted(w, prepared, e.form, pathParams["name"])
	case e.form.format == formats.Events:
		h.writeEvents(w, prepared)
	default:
		op.handler(w, convertible(prepared), pathParams)
		h.learn(e)
		if e.room != nil {
			giveBack(e.room)
		}
	}
}

// Forget drops all answers that are remembered: something was erased.
func (h *Handler) Forget() { h.known.Forget() }

// Register shows on a registry how much the remembered answers are of use.
func (h *Handler) Register(registry prometheus.Registerer) {
	h.known.Register(registry, "revalidated_answers", "answers that the service says are those of the record as it stands")
}

// outgoing picks the gRPC headers that go out.
func outgoing(key string) (string, bool) {
	if key == rpcserver.SettledKey {
		return SettledHeader, true
	}
	return "", false
}

// writeError answers with the error of a call.
func (h *Handler) writeError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	e := editsOf(ctx)
	switch {
	case errors.Is(err, errNotModified):
		w.WriteHeader(http.StatusNotModified)
		return
	case errors.Is(err, errKnown):
		_, _ = w.Write(e.condition.answer.body) // the client is gone: nothing to do
		return
	case e != nil && e.condition != nil:
		e.condition.made = nil // it is answered by this error
	}
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

// writeUnknown answers a request for a path that no method has.
func writeUnknown(w http.ResponseWriter, r *http.Request) {
	edge.SetRoute(r.Context(), "unknown")
	AllowOrigins(w.Header()) // a page that reads sees what is wrong with its address
	httperror.Write(w, r, errs.New(errs.NotFound, httperror.UnknownPath, "there is no method at this path; /docs lists them all"))
}

// writeNotAllowed answers a request for a path whose methods are others.
func writeNotAllowed(w http.ResponseWriter, r *http.Request, methods []string) {
	allow := strings.Join(methods, ", ")
	w.Header().Set("Allow", allow)
	AllowOrigins(w.Header())
	httperror.Write(w, r, errs.New(errs.Unimplemented, httperror.MethodNotAllowed, "this path takes %s", allow))
}
