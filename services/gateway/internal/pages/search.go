package pages

import (
	"context"
	"net/http"

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
	// StatementsRankedOf and FiguresRankedOf are how many match, where they were too many
	// to rank all.
	StatementsRankedOf, FiguresRankedOf string
	Unavailable                         string
}

// newestFirst is the other order of a search beside the best first.
const newestFirst = "newest"

// search looks for words in statements and figures. Parameters: q, order and page_token.
// Without words it shows the form.
func (e *explorer) search(r *http.Request) (*page, error) {
	p, err := readParams(r, "q", "order", "page_token")
	if err != nil {
		return nil, err
	}
	order := ""
	switch p.get("order") {
	case "":
	case newestFirst:
		order = "create_time desc"
	default:
		return nil, errs.Invalid("order", "UNKNOWN_ENUM_VALUE", "%q is not %s", p.get("order"), newestFirst)
	}
	v := &searchView{Query: p.get("q"), Orders: []choice{
		{Text: "the best first"}, {Value: newestFirst, Text: "the newest on record first", Selected: order != ""},
	}}
	out := &page{Template: "search", Title: "Search", Section: "search", Query: v.Query, Data: v}
	if v.Query == "" {
		return out, nil
	}
	ctx := r.Context()
	got, err := e.Record.SearchFacts(ctx, &gatewayv1.SearchFactsRequest{
		Query: v.Query, OrderBy: order, PageSize: listPage, PageToken: p.get("page_token"), LanguageCode: readingOf(ctx).code(),
	})
	if err != nil {
		return nil, err
	}
	v.List = newList(r, e.foundRows(ctx, got, v.Query), got.GetNextPageToken())
	v.Unavailable = unavailable(got.GetUnavailable())
	if n := got.GetStatementsRankedOf(); n > 0 {
		v.StatementsRankedOf = words.Grouped(int(n))
	}
	if n := got.GetFiguresRankedOf(); n > 0 {
		v.FiguresRankedOf = words.Grouped(int(n))
	}
	out.Title = v.Query + " – search"
	out.API = apiQuery("/v1/facts:search", "query", v.Query, "order_by", order)
	return out, nil
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

// figureNames are the resources that figures name.
func figureNames(figures ...*metricsv1.Figure) (wanted []string) {
	for _, f := range figures {
		wanted = append(wanted, f.GetMetric(), documentOf(f.GetDocumentVersion()), f.GetClaimant())
	}
	return wanted
}
