package api

import (
	"context"
	"errors"
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// SearchFigures finds figures by their words.
func (s *figures) SearchFigures(ctx context.Context, req *metricsv1.SearchFiguresRequest) (*metricsv1.SearchFiguresResponse, error) {
	search, err := parseSearch(req)
	if err != nil {
		return nil, err
	}
	p, err := recordread.Begin(ctx, s.store, "SearchFigures", req, req.GetQuery(), req.GetFilter(), req.GetOrderBy(),
		strconv.FormatBool(req.GetIncludeCorrections()), strconv.FormatBool(req.GetIncludePageTokens()), strings.Join(req.GetFacets(), ","))
	if err != nil {
		return nil, err
	}
	search.At, search.Limit = p.At, p.Size+1
	if search.After, search.Counted, err = rankOf(p); err != nil {
		return nil, err
	}
	var found store.Found
	var corrections []*typev1.Correction
	err = s.read(ctx, func(r store.Reader) error {
		if found, err = r.SearchFigures(search); err != nil || !req.GetIncludeCorrections() {
			return err
		}
		corrections, err = correctionsFor(r, found.Results[:min(p.Size, len(found.Results))], p.At)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := results(p, found, req.GetIncludePageTokens())
	if err != nil {
		return nil, err
	}
	out.Corrections = corrections
	return out, nil
}

// parseSearch reads what is asked for, but for its page.
func parseSearch(req *metricsv1.SearchFiguresRequest) (search store.Search, err error) {
	words, queryErr := parseQuery(req.GetQuery())
	filter, filterErr := listquery.ParseFilter(domain.FigureFields, req.GetFilter())
	order, ascending, orderErr := parseSearchOrder(req.GetOrderBy())
	if err := errs.Join(queryErr, filterErr, orderErr, checkFacets(req.GetFacets())); err != nil {
		return store.Search{}, err
	}
	// With stems, as a search of statements: so both rank by the same function.
	return store.Search{Query: words.Stemmed(""), Filter: filter, Order: order, Ascending: ascending, Facets: req.GetFacets()}, nil
}

// parseQuery reads the words to look for: INVALID_ARGUMENT for the field query.
func parseQuery(text string) (searchtext.Query, error) {
	query, err := searchtext.ParseQuery(text)
	var fault *searchtext.QueryError
	if errors.As(err, &fault) {
		return searchtext.Query{}, errs.Invalid("query", string(fault.Reason), "%s", fault.Error())
	}
	return query, err
}

// searchOrders are what results can be ordered by. The id decides between equals, whatever is asked for, so it is none of
// them.
var searchOrders = listquery.Schema{
	DefaultOrder: "relevance",
	Fields: []listquery.Field{
		{Name: "relevance", Sortable: true}, {Name: "create_time", Sortable: true}, {Name: "time_period", Sortable: true},
	},
}

// parseSearchOrder reads order_by.
func parseSearchOrder(text string) (order store.SearchOrder, ascending bool, err error) {
	field, err := listquery.ParseSearchOrder(searchOrders, text)
	if err != nil {
		return 0, false, err
	}
	switch field.Field {
	case "create_time":
		return store.ByCreateTime, !field.Desc, nil
	case "time_period":
		return store.ByTimePeriod, !field.Desc, nil
	default:
		return store.ByRelevance, false, nil
	}
}

// rankOf reads the last result of the page before, and how many were counted then.
func rankOf(p recordread.Page) (after *store.Rank, counted int, err error) {
	if len(p.After) == 0 {
		return nil, 0, nil
	}
	if len(p.After) == 4 {
		key, ok1 := p.After[0].(int64)
		created, ok2 := p.After[1].(int64)
		id, ok3 := p.After[2].(string)
		matches, ok4 := p.After[3].(int64)
		if ok1 && ok2 && ok3 && ok4 {
			return &store.Rank{Key: key, Created: recordtime.Time(created), ID: id}, int(max(0, min(matches, store.MatchLimit))), nil
		}
	}
	return nil, 0, paging.ErrMismatch()
}

// results writes a page; each result has its own token if withTokens says so.
func results(p recordread.Page, found store.Found, withTokens bool) (*metricsv1.SearchFiguresResponse, error) {
	results, more := paging.Trim(found.Results, p.Size)
	out := &metricsv1.SearchFiguresResponse{Results: make([]*metricsv1.SearchFiguresResponse_Result, len(results))}
	for i, result := range results {
		written := &metricsv1.SearchFiguresResponse_Result{Figure: figureToProto(result.Figure), Relevance: result.Relevance}
		out.Results[i] = written
		last := i == len(results)-1
		if !withTokens && (!last || !more) {
			continue
		}
		token, err := p.Next(result.Key, int64(result.Created), result.ID, int64(found.Matches))
		if err != nil {
			return nil, err
		}
		if withTokens {
			written.PageToken = token
		}
		if last && more {
			out.NextPageToken = token
		}
	}
	if found.Matches > store.RankLimit {
		out.RankedOf = int32(found.Matches) //nolint:gosec // at most store.MatchLimit
	}
	for _, facet := range found.Facets {
		out.Facets = append(out.Facets, facetToProto(facet))
	}
	return out, nil
}

const (
	// pageCorrections is how many corrections of each figure an answer has at most, maxPageCorrections how many of all together.
	pageCorrections    = 10
	maxPageCorrections = 1_000
)

// correctionsFor reads the corrections of results.
func correctionsFor(r store.HistoryReader, results []store.Result, at recordtime.Time) (corrections []*typev1.Correction, err error) {
	names := make([]string, len(results))
	for i, result := range results {
		names[i] = domain.FigureName.Format(result.ID)
	}
	found, err := r.CorrectionsOf(names, at, pageCorrections)
	for _, correction := range found[:min(len(found), maxPageCorrections)] {
		corrections = append(corrections, correctionProto(correction))
	}
	return corrections, err
}
