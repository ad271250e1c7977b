package pages

import (
	"maps"
	"net/http"
	"slices"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Deps are the services that the pages read from.
type Deps struct {
	Documents   statementsv1.DocumentServiceClient
	Entities    statementsv1.EntityServiceClient
	Statements  statementsv1.StatementServiceClient
	Corrections statementsv1.CorrectionServiceClient
	Reviews     statementsv1.ReviewServiceClient
	Metrics     metricsv1.MetricServiceClient
	Figures     metricsv1.FigureServiceClient
	Places      metricsv1.PlaceServiceClient
	Record      gatewayv1.RecordServiceClient
	// Log takes the causes of internal errors.
	Log *zap.Logger
}

// Explorer is the handler of all pages. It answers every path and expects to be
// mounted at "/".
type Explorer struct {
	pages http.Handler
	e     *explorer
}

// ServeHTTP answers with a page.
func (x *Explorer) ServeHTTP(w http.ResponseWriter, r *http.Request) { x.pages.ServeHTTP(w, r) }

// Refuse answers a request that may not read with a page that says why, and how to get
// in.
func (x *Explorer) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	x.e.handle(func(*http.Request) (*page, error) { return nil, err }).ServeHTTP(w, r)
}

// explorer answers all pages.
type explorer struct {
	Deps
	view   *view
	places placeNames
}

// New makes the explorer over connections to the two services and to the joined
// views. The error says that the embedded templates are broken.
func New(statements, metrics, record grpc.ClientConnInterface, log *zap.Logger) (*Explorer, error) {
	statements, metrics, record = observed{statements, log}, observed{metrics, log}, observed{record, log}
	return NewWith(Deps{
		Documents: statementsv1.NewDocumentServiceClient(statements), Entities: statementsv1.NewEntityServiceClient(statements),
		Statements: statementsv1.NewStatementServiceClient(statements), Corrections: statementsv1.NewCorrectionServiceClient(statements),
		Reviews: statementsv1.NewReviewServiceClient(statements), Metrics: metricsv1.NewMetricServiceClient(metrics),
		Figures: metricsv1.NewFigureServiceClient(metrics), Places: metricsv1.NewPlaceServiceClient(metrics), Record: gatewayv1.NewRecordServiceClient(record), Log: log,
	})
}

// NewWith is New over given clients.
func NewWith(deps Deps) (*Explorer, error) {
	view, err := newView()
	if err != nil {
		return nil, err
	}
	if deps.Log == nil {
		deps.Log = zap.NewNop()
	}
	e := &explorer{Deps: deps, view: view}
	view.timed = timed(slices.Collect(maps.Keys(e.table())))
	mux := http.NewServeMux()
	for pattern, answer := range e.table() {
		mux.Handle(pattern, e.handle(answer))
	}
	mux.HandleFunc("GET /static/{file}", e.static)
	mux.Handle("/", e.handle(nowhere))
	return &Explorer{pages: mux, e: e}, nil
}

// table is every page.
func (e *explorer) table() map[string]func(*http.Request) (*page, error) {
	return map[string]func(*http.Request) (*page, error){
		"GET /{$}":             e.home,
		"GET /search":          e.search,
		"GET /documents":       e.documents,
		"GET /documents/{id}":  e.document,
		"GET /statements":      e.statements,
		"GET /statements/{id}": e.statement,
		"GET /entities":        e.entities,
		"GET /entities/{id}":   e.entity,
		"GET /metrics":         e.metrics,
		"GET /metrics/{id}":    e.metric,
		"GET /figures":         e.figures,
		"GET /figures/{id}":    e.figure,

		"GET /figures/{id}/compare":    e.compare,
		"GET /figures/{id}/correct":    e.correctFigure,
		"GET /statements/{id}/correct": e.correctStatement,
		"GET /corrections":             e.corrections,

		"GET /documents/{id}/cite":  e.cite("documents"),
		"GET /statements/{id}/cite": e.cite("statements"),
		"GET /figures/{id}/cite":    e.cite("figures"),
		"GET /entities/{id}/cite":   e.cite("entities"),
		"GET /metrics/{id}/cite":    e.cite("metrics"),
	}
}
