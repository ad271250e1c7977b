package pages_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/pages"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// record is what the fakes answer from.
type record struct {
	documents  []*statementsv1.Document
	entities   []*statementsv1.Entity
	statements []*statementsv1.Statement
	metrics    []*metricsv1.Metric
	figures    []*metricsv1.Figure
	series     []*metricsv1.Series
	query      *metricsv1.QueryMetricResponse
	// now answers queries without as_of, where it is not the same.
	now *metricsv1.QueryMetricResponse
	// inUnit answers queries in a unit, where it is not the same; nil refuses the unit.
	inUnit map[string]*metricsv1.QueryMetricResponse
	// queryAfter are the pages of a query after the first, by their tokens.
	queryAfter map[string]*metricsv1.QueryMetricResponse
	vintages   *metricsv1.ListVintagesResponse
	contests   *metricsv1.ListContestedFiguresResponse
	checks     *metricsv1.CheckComparisonClaimsResponse
	read       *gatewayv1.ReadDocumentResponse
	// corrections and reviews are answered by subject and parent.
	corrections []*typev1.Correction
	reviews     []*statementsv1.Review
	// citation is how everything is cited; labels and unavailable are in every joined view.
	citation    string
	labels      map[string]*gatewayv1.Label
	unavailable []*gatewayv1.Unavailable
	// brief, cited and asOf are the last requests for an entity and for a citation, and the
	// last record time that a document was read at.
	brief *gatewayv1.BriefEntityRequest
	cited *gatewayv1.CiteResourceRequest
	asOf  *timestamppb.Timestamp
	// showDeprecated is that of the last ReadDocument.
	showDeprecated bool
	// editorialErr is what the corrections and reviews answer, if it is set.
	editorialErr error
	err          error
	metricsErr   error
	// changes are what every correction changed, revised the figures before and after.
	changes map[string][2]string
	revised map[string]*metricsv1.Figure
	// next is the token that every list ends with.
	next   string
	noting sync.Mutex
	// searched are the kinds and filters of the searches of one kind.
	searched []string
	// gotMetrics is how often a metric was asked for.
	gotMetrics int
	// filter, order and token are those of the last list asked for.
	filter, order, token string
	// asked is the last query, queryErr what it is answered with, if it is set.
	asked    *metricsv1.QueryMetricRequest
	queryErr error
}

// note writes down what was asked for: pages ask side by side.
func (r *record) note(write func()) {
	r.noting.Lock()
	defer r.noting.Unlock()
	write()
}

func find[T interface{ GetName() string }](list []T, name string, err error) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	for _, item := range list {
		if item.GetName() == name {
			return item, nil
		}
	}
	return none, errs.New(errs.NotFound, "NOT_FOUND", "%s is not on record", name)
}

type documents struct {
	statementsv1.DocumentServiceClient
	*record
}

func (f documents) GetDocument(_ context.Context, r *statementsv1.GetDocumentRequest, _ ...grpc.CallOption) (*statementsv1.Document, error) {
	return find(f.documents, r.GetName(), f.err)
}

func (f documents) ListDocuments(_ context.Context, r *statementsv1.ListDocumentsRequest, _ ...grpc.CallOption) (*statementsv1.ListDocumentsResponse, error) {
	f.note(func() { f.token = r.GetPageToken() })
	return &statementsv1.ListDocumentsResponse{Documents: f.documents, NextPageToken: f.next}, f.err
}

func (f documents) ListDocumentVersions(_ context.Context, r *statementsv1.ListDocumentVersionsRequest, _ ...grpc.CallOption) (*statementsv1.ListDocumentVersionsResponse, error) {
	return &statementsv1.ListDocumentVersionsResponse{DocumentVersions: []*statementsv1.DocumentVersion{
		{Name: r.GetParent() + "/versions/1"}, {Name: r.GetParent() + "/versions/2"},
	}}, f.err
}

type entities struct {
	statementsv1.EntityServiceClient
	*record
}

func (f entities) GetEntity(_ context.Context, r *statementsv1.GetEntityRequest, _ ...grpc.CallOption) (*statementsv1.Entity, error) {
	return find(f.entities, r.GetName(), f.err)
}

func (f entities) ListEntities(context.Context, *statementsv1.ListEntitiesRequest, ...grpc.CallOption) (*statementsv1.ListEntitiesResponse, error) {
	return &statementsv1.ListEntitiesResponse{Entities: f.entities, NextPageToken: f.next}, f.err
}

type statements struct {
	statementsv1.StatementServiceClient
	*record
}

func (f statements) GetStatement(_ context.Context, r *statementsv1.GetStatementRequest, _ ...grpc.CallOption) (*statementsv1.Statement, error) {
	return find(f.statements, r.GetName(), f.err)
}

func (f statements) ListStatements(_ context.Context, r *statementsv1.ListStatementsRequest, _ ...grpc.CallOption) (*statementsv1.ListStatementsResponse, error) {
	f.note(func() { f.filter, f.order = r.GetFilter(), r.GetOrderBy() })
	return &statementsv1.ListStatementsResponse{Statements: f.statements, NextPageToken: f.next}, f.err
}

func (f statements) ListStatementRevisions(_ context.Context, r *statementsv1.ListStatementRevisionsRequest, _ ...grpc.CallOption) (*statementsv1.ListStatementRevisionsResponse, error) {
	return &statementsv1.ListStatementRevisionsResponse{StatementRevisions: []*statementsv1.StatementRevision{
		{Name: r.GetParent() + "/revisions/1", Caller: "anonymous", CreateTime: timestamppb.New(time.Unix(0, 0)), Tags: []string{"update"}, Comment: "Spelling."},
	}}, f.err
}

func (f statements) SearchStatements(_ context.Context, r *statementsv1.SearchStatementsRequest, _ ...grpc.CallOption) (*statementsv1.SearchStatementsResponse, error) {
	f.note(func() { f.searched = append(f.searched, "statements "+r.GetFilter()) })
	out := &statementsv1.SearchStatementsResponse{NextPageToken: f.next}
	for _, field := range r.GetFacets() {
		value := map[string]string{"statement_type": "DIRECT", "speaker": "entities/speaker", "year": "2023", "document": "documents/note"}[field]
		out.Facets = append(out.Facets, &statementsv1.Facet{Field: field, Values: []*statementsv1.ValueCount{{Value: value, Count: 1234}}})
	}
	for _, s := range f.statements {
		if strings.Contains(s.GetText(), r.GetQuery()) {
			out.Results = append(out.Results, &statementsv1.SearchStatementsResponse_Result{Statement: s, Relevance: 1})
		}
	}
	return out, f.err
}

func (f statements) DiffStatementRevisions(_ context.Context, r *statementsv1.DiffStatementRevisionsRequest, _ ...grpc.CallOption) (*statementsv1.DiffStatementRevisionsResponse, error) {
	out := &statementsv1.DiffStatementRevisionsResponse{FromRevision: r.GetName()}
	for field, values := range f.changes {
		if !strings.HasPrefix(field, "speakers") {
			continue // only figures have it
		}
		out.Changes = append(out.Changes, &statementsv1.DiffStatementRevisionsResponse_Change{
			Field: field, OldValue: changedValue(values[0]), NewValue: changedValue(values[1]),
		})
	}
	return out, f.err
}

type corrections struct {
	statementsv1.CorrectionServiceClient
	*record
}

// ListCorrections knows the filters by subject and by document.
func (f corrections) ListCorrections(_ context.Context, r *statementsv1.ListCorrectionsRequest, _ ...grpc.CallOption) (*statementsv1.ListCorrectionsResponse, error) {
	out := &statementsv1.ListCorrectionsResponse{}
	for _, c := range f.corrections {
		if r.GetFilter() == `subject = "`+c.GetSubject()+`"` || r.GetFilter() == `document = "`+c.GetDocument()+`"` {
			out.Corrections = append(out.Corrections, c)
		}
	}
	return out, f.editorialErr
}

type reviews struct {
	statementsv1.ReviewServiceClient
	*record
}

func (f reviews) ListReviews(_ context.Context, r *statementsv1.ListReviewsRequest, _ ...grpc.CallOption) (*statementsv1.ListReviewsResponse, error) {
	out := &statementsv1.ListReviewsResponse{}
	for _, review := range f.reviews {
		if r.GetParent() == "statements/-" || strings.HasPrefix(review.GetName(), r.GetParent()+"/") {
			out.Reviews = append(out.Reviews, review)
		}
	}
	if most := int(r.GetPageSize()); len(out.GetReviews()) > most {
		out.Reviews, out.NextPageToken = out.GetReviews()[:most], "more"
	}
	return out, f.editorialErr
}

type metrics struct {
	metricsv1.MetricServiceClient
	*record
}

func (f metrics) GetMetric(_ context.Context, r *metricsv1.GetMetricRequest, _ ...grpc.CallOption) (*metricsv1.Metric, error) {
	f.note(func() { f.gotMetrics++ })
	return find(f.metrics, r.GetName(), f.metricsErr)
}

func (f metrics) ListMetrics(context.Context, *metricsv1.ListMetricsRequest, ...grpc.CallOption) (*metricsv1.ListMetricsResponse, error) {
	return &metricsv1.ListMetricsResponse{Metrics: f.metrics, NextPageToken: f.next}, f.metricsErr
}

// ResolveMetrics finds those that have a word by its stem in a name or in the description, those
// with the most words first, as the service does.
func (f metrics) ResolveMetrics(_ context.Context, r *metricsv1.ResolveMetricsRequest, _ ...grpc.CallOption) (*metricsv1.ResolveMetricsResponse, error) {
	f.note(func() { f.searched = append(f.searched, "metrics "+r.GetText()) })
	wanted := stemsOf(r.GetText())
	if len(wanted) == 0 {
		return nil, errs.ToStatus(errs.Invalid("text", "EMPTY_QUERY", "no letter or digit")).Err()
	}
	out := &metricsv1.ResolveMetricsResponse{}
	common := map[string]int{}
	for _, m := range f.metrics {
		candidate := &metricsv1.ResolveMetricsResponse_Candidate{Metric: m}
		for _, field := range []struct{ name, text string }{
			{"display_name", m.GetDisplayName()}, {"aliases", strings.Join(m.GetAliases(), " ")}, {"description", m.GetDescription()},
		} {
			if n := len(slices.DeleteFunc(stemsOf(field.text), func(stem string) bool { return !slices.Contains(wanted, stem) })); n > 0 {
				candidate.MatchedFields = append(candidate.MatchedFields, field.name)
				common[m.GetName()] = max(common[m.GetName()], n)
			}
		}
		if candidate.GetMatchedFields() != nil {
			out.Candidates = append(out.Candidates, candidate)
		}
	}
	slices.SortStableFunc(out.GetCandidates(), func(a, b *metricsv1.ResolveMetricsResponse_Candidate) int {
		return common[b.GetMetric().GetName()] - common[a.GetMetric().GetName()]
	})
	out.Candidates = out.GetCandidates()[:min(cmp.Or(int(r.GetPageSize()), 10), len(out.GetCandidates()))]
	return out, f.metricsErr
}

// stemsOf are the different words of a text, by their English stems where they have one.
func stemsOf(text string) (stems []string) {
	for _, token := range searchtext.Tokens(text) {
		forms := searchtext.StoredTokens(searchtext.Entry(searchtext.Part{Text: token, LanguageCode: "en"}))
		stems = append(stems, forms[len(forms)-1])
	}
	slices.Sort(stems)
	return slices.Compact(stems)
}

func (f metrics) ListSeries(context.Context, *metricsv1.ListSeriesRequest, ...grpc.CallOption) (*metricsv1.ListSeriesResponse, error) {
	return &metricsv1.ListSeriesResponse{Series: f.series, NextPageToken: f.next}, f.metricsErr
}

// noteQuery writes down a query, but not what a page of an earlier time asks beside it: the
// same of now.
func (r *record) noteQuery(query *metricsv1.QueryMetricRequest) {
	r.noting.Lock()
	defer r.noting.Unlock()
	if r.asked.GetAsOf() != "" {
		today := proto.CloneOf(r.asked)
		today.AsOf = ""
		if proto.Equal(query, today) {
			return
		}
	}
	r.asked = query
}

func (f metrics) QueryMetric(_ context.Context, r *metricsv1.QueryMetricRequest, _ ...grpc.CallOption) (*metricsv1.QueryMetricResponse, error) {
	f.noteQuery(r)
	if f.now != nil && r.GetAsOf() == "" {
		return proto.CloneOf(f.now), nil
	}
	switch got, ok := f.inUnit[r.GetUnit()]; {
	case ok && got == nil:
		return nil, errs.ToStatus(errs.Invalid("unit", "UNIT_NOT_CONVERTIBLE", "not in %s", r.GetUnit())).Err()
	case ok:
		return proto.CloneOf(got), nil
	}
	if later, ok := f.queryAfter[r.GetPageToken()]; ok {
		return proto.CloneOf(later), nil
	}
	return proto.CloneOf(f.query), cmp.Or(f.queryErr, f.metricsErr)
}

func (f metrics) GetAvailability(context.Context, *metricsv1.GetAvailabilityRequest, ...grpc.CallOption) (*metricsv1.Availability, error) {
	return &metricsv1.Availability{Dimensions: []*metricsv1.Availability_DimensionCodes{{Id: "REF_AREA", Codes: []string{"CA", "MX", "US"}}}}, f.metricsErr
}

// places knows two countries.
type places struct{ metricsv1.PlaceServiceClient }

func (places) GetPlace(_ context.Context, r *metricsv1.GetPlaceRequest, _ ...grpc.CallOption) (*metricsv1.Place, error) {
	if name := map[string]string{"places/us": "United States", "places/mx": "Mexico"}[r.GetName()]; name != "" {
		return &metricsv1.Place{Name: r.GetName(), DisplayName: name}, nil
	}
	return nil, errs.New(errs.NotFound, "PLACE_NOT_FOUND", "there is no %s", r.GetName())
}

func (f metrics) ListVintages(context.Context, *metricsv1.ListVintagesRequest, ...grpc.CallOption) (*metricsv1.ListVintagesResponse, error) {
	return f.vintages, f.metricsErr
}

func (f metrics) ListContestedFigures(context.Context, *metricsv1.ListContestedFiguresRequest, ...grpc.CallOption) (*metricsv1.ListContestedFiguresResponse, error) {
	return f.contests, f.metricsErr
}

type figures struct {
	metricsv1.FigureServiceClient
	*record
}

func (f figures) GetFigure(_ context.Context, r *metricsv1.GetFigureRequest, _ ...grpc.CallOption) (*metricsv1.Figure, error) {
	return find(f.figures, r.GetName(), f.metricsErr)
}

func (f figures) ListFigures(_ context.Context, r *metricsv1.ListFiguresRequest, _ ...grpc.CallOption) (*metricsv1.ListFiguresResponse, error) {
	f.note(func() { f.filter = r.GetFilter() })
	return &metricsv1.ListFiguresResponse{Figures: f.figures, NextPageToken: f.next}, f.metricsErr
}

func (f figures) BatchGetFigures(_ context.Context, r *metricsv1.BatchGetFiguresRequest, _ ...grpc.CallOption) (*metricsv1.BatchGetFiguresResponse, error) {
	out := &metricsv1.BatchGetFiguresResponse{}
	for _, name := range r.GetNames() {
		got, err := find(f.figures, name, f.metricsErr)
		if err != nil {
			return nil, err
		}
		out.Figures = append(out.Figures, got)
	}
	return out, nil
}

func (f figures) ListFigureRevisions(_ context.Context, r *metricsv1.ListFigureRevisionsRequest, _ ...grpc.CallOption) (*metricsv1.ListFigureRevisionsResponse, error) {
	got, err := find(f.figures, r.GetParent(), f.metricsErr)
	return &metricsv1.ListFigureRevisionsResponse{FigureRevisions: []*metricsv1.FigureRevision{
		{Name: r.GetParent() + "/revisions/1", Snapshot: got, Caller: "anonymous", CreateTime: timestamppb.New(time.Unix(0, 0)), Tags: []string{"create"}},
	}}, err
}

func (f figures) CheckComparisonClaims(context.Context, *metricsv1.CheckComparisonClaimsRequest, ...grpc.CallOption) (*metricsv1.CheckComparisonClaimsResponse, error) {
	return f.checks, f.metricsErr
}

// SearchFigures finds what has the query in its words.
func (f figures) SearchFigures(_ context.Context, r *metricsv1.SearchFiguresRequest, _ ...grpc.CallOption) (*metricsv1.SearchFiguresResponse, error) {
	f.note(func() { f.searched = append(f.searched, "figures "+r.GetFilter()) })
	out := &metricsv1.SearchFiguresResponse{NextPageToken: f.next, RankedOf: 12_345}
	for _, field := range r.GetFacets() {
		value := map[string]string{"value_kind": "POINT", "metric": "metrics/trade", "year": "2022", "document": "documents/note"}[field]
		out.Facets = append(out.Facets, &metricsv1.Facet{Field: field, Values: []*metricsv1.ValueCount{{Value: value, Count: 3}}})
	}
	for _, g := range f.figures {
		if strings.Contains(g.GetReported().GetMultiplierText(), r.GetQuery()) {
			out.Results = append(out.Results, &metricsv1.SearchFiguresResponse_Result{Figure: g})
		}
	}
	return out, f.metricsErr
}

// changedValue is a value of a change: none, an object or a text.
func changedValue(said string) *structpb.Value {
	switch object := new(structpb.Value); {
	case said == "":
		return nil
	case protojson.Unmarshal([]byte(said), object) == nil:
		return object
	default:
		return structpb.NewStringValue(said)
	}
}

func (f figures) DiffFigureRevisions(context.Context, *metricsv1.DiffFigureRevisionsRequest, ...grpc.CallOption) (*metricsv1.DiffFigureRevisionsResponse, error) {
	out := &metricsv1.DiffFigureRevisionsResponse{}
	for field, values := range f.changes {
		if strings.HasPrefix(field, "speakers") {
			continue // only statements have it
		}
		out.Changes = append(out.Changes, &metricsv1.DiffFigureRevisionsResponse_Change{
			Field: field, OldValue: changedValue(values[0]), NewValue: changedValue(values[1]),
		})
	}
	return out, f.metricsErr
}

func (f figures) GetFigureRevision(_ context.Context, r *metricsv1.GetFigureRevisionRequest, _ ...grpc.CallOption) (*metricsv1.FigureRevision, error) {
	if f.revised[r.GetName()] == nil {
		return nil, errs.New(errs.NotFound, "REVISION_NOT_FOUND", "%s is not on record", r.GetName())
	}
	return &metricsv1.FigureRevision{Name: r.GetName(), Snapshot: f.revised[r.GetName()]}, nil
}

type joined struct {
	gatewayv1.RecordServiceClient
	*record
}

func (f joined) ReadDocument(_ context.Context, r *gatewayv1.ReadDocumentRequest, _ ...grpc.CallOption) (*gatewayv1.ReadDocumentResponse, error) {
	if f.err != nil {
		return nil, f.err
	}
	f.showDeprecated, f.asOf = r.GetShowDeprecated(), r.GetReadTime()
	if f.read.GetDocument().GetName() != r.GetName() {
		return nil, errs.New(errs.NotFound, "NOT_FOUND", "%s is not on record", r.GetName())
	}
	return f.read, nil
}

// BriefEntity answers what the entity says, the first statement with the first figure, and
// so on.
func (f joined) BriefEntity(_ context.Context, r *gatewayv1.BriefEntityRequest, options ...grpc.CallOption) (*gatewayv1.BriefEntityResponse, error) {
	f.brief = r
	for _, option := range options {
		if header, ok := option.(grpc.HeaderCallOption); ok {
			*header.HeaderAddr = metadata.Pairs("onrecord-settled-time", recorded.Format(time.RFC3339Nano))
		}
	}
	en, err := find(f.entities, r.GetName(), f.err)
	if err == nil && strings.Contains(r.GetPeriod(), " ") {
		err = errs.ToStatus(errs.Invalid("period", "INVALID_PERIOD", "%q is not an EDTF date", r.GetPeriod())).Err()
	}
	if err == nil && r.GetPageToken() == "of another list" {
		err = errs.ToStatus(errs.Invalid("page_token", "INVALID_PAGE_TOKEN", "is of another list")).Err()
	}
	if err != nil {
		return nil, err
	}
	out := &gatewayv1.BriefEntityResponse{Entity: en, Corrections: f.corrections, NextPageToken: f.next, Unavailable: f.unavailable, Labels: f.labels}
	for i, s := range f.statements {
		entry := &gatewayv1.BriefEntityResponse_Entry{Statement: s}
		if i < len(f.figures) {
			entry.Figures = f.figures[i : i+1]
		}
		out.Entries = append(out.Entries, entry)
	}
	return out, nil
}

// SearchFacts finds what has the query in its words.
func (f joined) SearchFacts(_ context.Context, r *gatewayv1.SearchFactsRequest, _ ...grpc.CallOption) (*gatewayv1.SearchFactsResponse, error) {
	f.order, f.token = r.GetOrderBy(), r.GetPageToken()
	out := &gatewayv1.SearchFactsResponse{NextPageToken: f.next, Unavailable: f.unavailable, Labels: f.labels}
	for _, s := range f.statements {
		if strings.Contains(s.GetText(), r.GetQuery()) {
			out.Results = append(out.Results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Statement{Statement: s}})
		}
	}
	for _, g := range f.figures {
		if strings.Contains(g.GetReported().GetMultiplierText(), r.GetQuery()) {
			out.Results = append(out.Results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Figure{Figure: g}})
		}
	}
	return out, f.err
}

// CiteResource cites everything alike.
func (f joined) CiteResource(_ context.Context, r *gatewayv1.CiteResourceRequest, _ ...grpc.CallOption) (*gatewayv1.CiteResourceResponse, error) {
	f.cited = r
	at := r.GetReadTime()
	if at == nil {
		at = timestamppb.New(recorded)
	}
	csl, err := structpb.NewStruct(map[string]any{"id": r.GetName(), "type": "entry", "title": f.citation})
	if err != nil {
		return nil, err
	}
	return &gatewayv1.CiteResourceResponse{
		Name: r.GetName(), Text: f.citation, CslJson: csl, ReadTime: at,
		Permalink: "https://record.example/" + r.GetName() + "?read_time=" + at.AsTime().Format(time.RFC3339Nano),
	}, f.err
}

// ListCorrections knows the filters by subject and by document, and none.
func (f joined) ListCorrections(_ context.Context, r *gatewayv1.ListCorrectionsRequest, _ ...grpc.CallOption) (*gatewayv1.ListCorrectionsResponse, error) {
	out := &gatewayv1.ListCorrectionsResponse{Unavailable: f.unavailable}
	for _, c := range f.corrections {
		if r.GetFilter() == "" || r.GetFilter() == `subject = "`+c.GetSubject()+`"` || r.GetFilter() == `document = "`+c.GetSubject()+`"` || r.GetFilter() == `document = "`+c.GetDocument()+`"` {
			out.Corrections = append(out.Corrections, c)
		}
	}
	return out, f.editorialErr
}

func explorer(t testing.TB, r *record) http.Handler {
	t.Helper()
	return must.Get(pages.NewWith(pages.Deps{
		Documents: documents{record: r}, Entities: entities{record: r}, Statements: statements{record: r},
		Corrections: corrections{record: r}, Reviews: reviews{record: r},
		Metrics: metrics{record: r}, Figures: figures{record: r}, Places: places{}, Record: joined{record: r},
	}))(t)
}

// answer is a page that was got.
type answer struct {
	code   int
	header http.Header
	body   string
	root   *html.Node
}

func get(t *testing.T, h http.Handler, target string) answer {
	t.Helper()
	return do(t, h, http.MethodGet, target)
}

func do(t *testing.T, h http.Handler, method, target string) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, nil))
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	must.OK(t, err)
	return answer{code: w.Code, header: w.Header(), body: w.Body.String(), root: root}
}

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func bound(text string, inclusive bool) *metricsv1.Bound {
	return &metricsv1.Bound{Value: number(text), Inclusive: &inclusive}
}

func span(start, end int32, exact string, role typev1.TextSpan_Role) *typev1.TextSpan {
	return &typev1.TextSpan{Start: &start, End: end, Exact: exact, Role: role, AnchorState: typev1.TextSpan_ANCHORED}
}

func usd() *metricsv1.Unit { return &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"} }

func year(y int) *typev1.TimePeriod {
	start := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	return &typev1.TimePeriod{Edtf: start.Format("2006"), StartTime: timestamppb.New(start), EndTime: timestamppb.New(start.AddDate(1, 0, 0))}
}

func notStated() *typev1.TimePeriod {
	return &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
}
