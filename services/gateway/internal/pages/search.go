package pages

import (
	"context"
	"net/http"
	"strings"
	"sync"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// searchView is the result of a search.
type searchView struct {
	Query  string
	Orders []choice
	List   listView[factView]
	// In is the kind of facts that it is narrowed to; Kinds leads to the others.
	In     string
	Kinds  []facetCount
	Facets []facetView
	// Metrics are those that are called by the words.
	Metrics beginning[*metricRow]
	// StatementsRankedOf and FiguresRankedOf are how many match, where they were too many
	// to rank all.
	StatementsRankedOf, FiguresRankedOf string
	Unavailable                         string
	// Problem says why nothing can be looked for.
	Problem string
}

// newestFirst is the other order of a search beside the best first.
const newestFirst = "newest"

// search looks for words in statements and figures. Parameters: q, order and page_token;
// in, the kind of facts, and then those of narrowings. Without words it shows the form.
func (e *explorer) search(r *http.Request) (*page, error) {
	in := r.URL.Query().Get("in")
	p, err := readParams(r, append([]string{"q", "in", "order", "page_token", readTimeParam}, narrowingParams(in)...)...)
	if err != nil {
		return nil, err
	}
	if in != "" && narrowings[in] == nil {
		return nil, errs.Invalid("in", "UNKNOWN_ENUM_VALUE", "%q is not one of %s, %s", in, inStatements, inFigures)
	}
	order := ""
	switch p.get("order") {
	case "":
	case newestFirst:
		order = "create_time desc"
	default:
		return nil, errs.Invalid("order", "UNKNOWN_ENUM_VALUE", "%q is not %s", p.get("order"), newestFirst)
	}
	filter, err := narrowFilter(p, in)
	if err != nil {
		return nil, err
	}
	v := &searchView{Query: p.get("q"), In: in, Orders: []choice{
		{Text: "the best first"}, {Value: newestFirst, Text: "the newest on record first", Selected: order != ""},
	}}
	out := &page{Template: "search", Title: "Search", Section: "search", Query: v.Query, Data: v}
	if v.Query == "" {
		return out, nil
	}
	request := &gatewayv1.SearchFactsRequest{
		Query: v.Query, OrderBy: order, PageSize: listPage, PageToken: p.get("page_token"), ReadTime: readingOf(r.Context()).time,
		LanguageCode: readingOf(r.Context()).code(),
	}
	var called sync.WaitGroup
	if in != inStatements && filter == "" && request.GetPageToken() == "" {
		called.Go(func() { v.Metrics = e.metricsCalled(r.Context(), v.Query) })
	}
	if in == "" {
		err = e.searchFacts(r, p, v, request)
	} else {
		err = e.searchOneKind(r, p, v, filter, request)
	}
	called.Wait()
	if faultIn(err, "query") {
		v.Problem = out.keepForm(r.Context(), err)
	}
	if v.Problem != "" {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.Title = v.Query + " – search"
	searched := "facts"
	if in != "" {
		searched = in
	}
	out.API = apiQuery("/v1/"+searched+":search", "query", v.Query, "filter", filter, "order_by", order)
	return out, nil
}

// searchFacts looks in both kinds.
func (e *explorer) searchFacts(r *http.Request, p params, v *searchView, request *gatewayv1.SearchFactsRequest) error {
	ctx := r.Context()
	var statements, figures found // none of a kind that cannot be had
	var counted sync.WaitGroup
	if request.GetPageToken() == "" {
		count := &gatewayv1.SearchFactsRequest{Query: request.GetQuery(), PageSize: 1, ReadTime: request.GetReadTime()}
		counted.Go(func() { statements, _ = e.searchKind(ctx, inStatements, "", count) })
		counted.Go(func() { figures, _ = e.searchKind(ctx, inFigures, "", count) })
	}
	got, err := e.Record.SearchFacts(ctx, request)
	counted.Wait()
	if err != nil {
		return err
	}
	v.List = newList(r, e.foundRows(ctx, got, v.Query), got.GetNextPageToken())
	v.Unavailable = unavailable(got.GetUnavailable())
	v.rankedOf(got.GetStatementsRankedOf(), got.GetFiguresRankedOf())
	v.Kinds = kindLinks(r, "", statements, figures)
	for _, of := range []struct {
		kind, title string
		found       found
	}{{inStatements, "Statements", statements}, {inFigures, "Figures", figures}} {
		facets := e.facetViews(ctx, r, p, of.kind, of.found.tallies)
		for _, facet := range facets[:min(offeredFacets, len(facets))] {
			facet.Title = of.title + ", " + strings.ToLower(facet.Title)
			v.Facets = append(v.Facets, facet)
		}
	}
	return nil
}

// offeredFacets is how many facets of each kind a search of both offers.
const offeredFacets = 3

// searchOneKind looks in the facts of the kind that is asked for.
func (e *explorer) searchOneKind(r *http.Request, p params, v *searchView, filter string, request *gatewayv1.SearchFactsRequest) error {
	ctx := r.Context()
	got, err := e.searchKind(ctx, v.In, filter, request)
	if err != nil {
		return err
	}
	v.List = newList(r, e.foundRows(ctx, &gatewayv1.SearchFactsResponse{Results: got.results}, v.Query), got.next)
	if v.In == inStatements {
		v.rankedOf(got.rankedOf, 0)
		v.Kinds = kindLinks(r, v.In, got, found{})
	} else {
		v.rankedOf(0, got.rankedOf)
		v.Kinds = kindLinks(r, v.In, found{}, got)
	}
	v.Facets = e.facetViews(ctx, r, p, v.In, got.tallies)
	return nil
}

// found is what a search of one kind found, and how many there are by each of its narrowings.
type found struct {
	results  []*gatewayv1.SearchFactsResponse_Result
	next     string
	rankedOf int32
	tallies  []tally
}

// searchKind asks the service of one kind.
func (e *explorer) searchKind(ctx context.Context, kind, filter string, r *gatewayv1.SearchFactsRequest) (f found, err error) {
	if kind == inStatements {
		got, err := e.Statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{
			Query: r.GetQuery(), Filter: filter, OrderBy: r.GetOrderBy(), PageSize: r.GetPageSize(), PageToken: r.GetPageToken(),
			Facets: narrowingParams(kind), ReadTime: r.GetReadTime(),
		})
		if err != nil {
			return f, err
		}
		for _, result := range got.GetResults() {
			f.results = append(f.results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Statement{Statement: result.GetStatement()}})
		}
		f.next, f.rankedOf, f.tallies = got.GetNextPageToken(), got.GetRankedOf(), tallies(got.GetFacets())
		return f, nil
	}
	got, err := e.Figures.SearchFigures(ctx, &metricsv1.SearchFiguresRequest{
		Query: r.GetQuery(), Filter: filter, OrderBy: r.GetOrderBy(), PageSize: r.GetPageSize(), PageToken: r.GetPageToken(),
		Facets: narrowingParams(kind), ReadTime: r.GetReadTime(),
	})
	if err != nil {
		return f, err
	}
	for _, result := range got.GetResults() {
		f.results = append(f.results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Figure{Figure: result.GetFigure()}})
	}
	f.next, f.rankedOf, f.tallies = got.GetNextPageToken(), got.GetRankedOf(), tallies(got.GetFacets())
	return f, nil
}

// count is how many facts match, as far as the API counts them, by the facet that has one
// value for each: the second of either kind.
func (f found) count() string {
	switch {
	case len(f.tallies) < 2:
		return ""
	case f.rankedOf >= mostRanked:
		return words.Grouped(mostRanked) + " or more"
	case f.rankedOf > 0:
		return words.Grouped(int(f.rankedOf))
	default:
		return words.Grouped(int(f.tallies[1].total()))
	}
}

// mostRanked is up to how many matches the API counts.
const mostRanked = 100_000

// rankedOf notes that not all that match were ranked.
func (v *searchView) rankedOf(statements, figures int32) {
	if statements > 0 {
		v.StatementsRankedOf = words.Grouped(int(statements))
	}
	if figures > 0 {
		v.FiguresRankedOf = words.Grouped(int(figures))
	}
}

// foundRows are the facts that a search found, with the words that were looked for.
func (e *explorer) foundRows(ctx context.Context, got *gatewayv1.SearchFactsResponse, query string) []factView {
	known := names{}
	known.label(got.GetLabels())
	var statements []*statementsv1.Statement
	var figures []*metricsv1.Figure
	for _, result := range got.GetResults() {
		if s := result.GetStatement(); s != nil {
			statements = append(statements, s)
		} else {
			figures = append(figures, result.GetFigure())
		}
	}
	e.addNames(ctx, known, append(namesIn(statements...), figureNames(figures...)...)...)
	e.addPlaces(ctx, known, figures...)
	finder := newFinder(query)
	rows := make([]factView, len(got.GetResults()))
	for i, result := range got.GetResults() {
		if s := result.GetStatement(); s != nil {
			rows[i].Statement = newStatementView(s, known)
			rows[i].Statement.Found = finder.find(s.GetText())
			continue
		}
		rows[i].Figure = newFigureView(result.GetFigure(), known)
		rows[i].Figure.Found = finder.find(rows[i].Figure.Printed)
	}
	return rows
}

// figureNames are the resources that figures name, but for places (addPlaces).
func figureNames(figures ...*metricsv1.Figure) (wanted []string) {
	for _, f := range figures {
		wanted = append(wanted, f.GetMetric(), documentOf(f.GetDocumentVersion()), f.GetClaimant())
	}
	return wanted
}
