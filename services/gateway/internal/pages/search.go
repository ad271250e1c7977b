package pages

import (
	"context"
	"net/http"
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
	// StatementsRankedOf and FiguresRankedOf are how many match, where they were too many
	// to rank all.
	StatementsRankedOf, FiguresRankedOf string
	Unavailable                         string
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
	switch in {
	case inStatements:
		err = e.searchStatements(r, p, v, filter, order)
	case inFigures:
		err = e.searchFigures(r, p, v, filter, order)
	default:
		err = e.searchFacts(r, p, v, order)
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
func (e *explorer) searchFacts(r *http.Request, p params, v *searchView, order string) error {
	ctx := r.Context()
	var counts found
	var counted sync.WaitGroup
	if p.get("page_token") == "" {
		counted.Go(func() { counts = e.countHits(ctx, v.Query) })
	}
	got, err := e.Record.SearchFacts(ctx, &gatewayv1.SearchFactsRequest{
		Query: v.Query, OrderBy: order, PageSize: listPage, PageToken: p.get("page_token"), ReadTime: readingOf(ctx).time, LanguageCode: readingOf(ctx).code(),
	})
	counted.Wait()
	if err != nil {
		return err
	}
	v.List = newList(r, e.foundRows(ctx, got, v.Query), got.GetNextPageToken())
	v.Unavailable = unavailable(got.GetUnavailable())
	v.rankedOf(got.GetStatementsRankedOf(), got.GetFiguresRankedOf())
	v.Kinds = e.kindLinks(r, "", countedBy(counts.statements, counts.statementsRanked), countedBy(counts.figures, counts.figuresRanked))
	v.Facets = e.facetsOfBoth(ctx, r, p, counts)
	return nil
}

// searchStatements looks in statements only.
func (e *explorer) searchStatements(r *http.Request, p params, v *searchView, filter, order string) error {
	ctx := r.Context()
	got, err := e.Statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{
		Query: v.Query, Filter: filter, OrderBy: order, PageSize: listPage, PageToken: p.get("page_token"), Facets: narrowingParams(inStatements), ReadTime: readingOf(ctx).time,
	})
	if err != nil {
		return err
	}
	found := &gatewayv1.SearchFactsResponse{}
	for _, result := range got.GetResults() {
		found.Results = append(found.Results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Statement{Statement: result.GetStatement()}})
	}
	tallies := statementTallies(got.GetFacets())
	v.List = newList(r, e.foundRows(ctx, found, v.Query), got.GetNextPageToken())
	v.rankedOf(got.GetRankedOf(), 0)
	v.Kinds, v.Facets = e.kindLinks(r, inStatements, countedBy(tallies, got.GetRankedOf()), ""), e.facetViews(ctx, r, p, inStatements, tallies)
	return nil
}

// searchFigures looks in figures only.
func (e *explorer) searchFigures(r *http.Request, p params, v *searchView, filter, order string) error {
	ctx := r.Context()
	got, err := e.Figures.SearchFigures(ctx, &metricsv1.SearchFiguresRequest{
		Query: v.Query, Filter: filter, OrderBy: order, PageSize: listPage, PageToken: p.get("page_token"), Facets: narrowingParams(inFigures), ReadTime: readingOf(ctx).time,
	})
	if err != nil {
		return err
	}
	found := &gatewayv1.SearchFactsResponse{}
	for _, result := range got.GetResults() {
		found.Results = append(found.Results, &gatewayv1.SearchFactsResponse_Result{Fact: &gatewayv1.SearchFactsResponse_Result_Figure{Figure: result.GetFigure()}})
	}
	tallies := figureTallies(got.GetFacets())
	v.List = newList(r, e.foundRows(ctx, found, v.Query), got.GetNextPageToken())
	v.rankedOf(0, got.GetRankedOf())
	v.Kinds, v.Facets = e.kindLinks(r, inFigures, "", countedBy(tallies, got.GetRankedOf())), e.facetViews(ctx, r, p, inFigures, tallies)
	return nil
}

// countedBy is how many hits there are, by the facet that has one value for each: the
// second of either kind.
func countedBy(tallies []tally, rankedOf int32) string {
	if len(tallies) < 2 {
		return ""
	}
	return hits(tallies[1].total(), rankedOf)
}

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
	for name, shown := range e.resolve(ctx, unknown(known, append(namesIn(statements...), figureNames(figures...)...))...) {
		known[name] = shown
	}
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
