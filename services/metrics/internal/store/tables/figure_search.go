package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
)

// SearchFigures ranks the newest matches and answers a page of them.
func (r reader) SearchFigures(query store.Search) (store.Found, error) {
	search, err := r.searchOf(query, r.showRestricted)
	if err != nil {
		return store.Found{}, err
	}
	found, err := r.words.Find(r.conn, search)
	if err != nil {
		return store.Found{}, err
	}
	out := store.Found{Matches: found.Matches}
	if out.Facets, err = r.facets(query, found.Ranked); err != nil {
		return store.Found{}, err
	}
	ids := make([]string, len(found.Page))
	for i, match := range found.Page {
		ids[i] = match.ID
	}
	figures, err := r.FiguresByID(ids, query.At)
	if err != nil {
		return store.Found{}, err
	}
	for _, match := range found.Page {
		out.Results = append(out.Results, store.Result{Figure: figures[match.ID], Rank: store.Rank(match)})
	}
	return out, nil
}

// searchOf says what to look for in the index of words.
func (d *dialect) searchOf(query store.Search, showRestricted bool) (search wordindex.Search, err error) {
	search = wordindex.Search{
		At: query.At, Query: query.Query, By: wordindex.Relevance, Ascending: query.Ascending,
		After: (*wordindex.Rank)(query.After), Limit: query.Limit, Counted: query.Counted, AllRanked: len(query.Facets) > 0,
		ShowRestricted: showRestricted,
	}
	switch query.Order {
	case store.ByCreateTime:
		search.By = wordindex.CreateTime
	case store.ByTimePeriod:
		search.By, search.Column = wordindex.Column, "s.period_order"
	case store.ByRelevance:
	}
	search.Filter, search.FilterArgs, err = listquery.SQL(query.Filter, d.figureColumns, listquery.Question)
	return search, err
}

// facets reads the values of fields that the ranked matches have.
func (r reader) facets(query store.Search, ranked []string) ([]store.Facet, error) {
	if len(query.Facets) == 0 {
		return nil, nil
	}
	facets := make([]store.Facet, len(query.Facets))
	for i, field := range query.Facets {
		facets[i] = store.Facet{Field: field, Values: make([][]string, 0, len(ranked))}
	}
	const piece = 512
	for ids := range slices.Chunk(ranked, piece) {
		figures, err := r.FiguresByID(ids, query.At)
		if err != nil {
			return nil, err
		}
		for _, figure := range figures {
			for i := range facets {
				facets[i].Values = append(facets[i].Values, figure.FacetValues(facets[i].Field))
			}
		}
	}
	return facets, nil
}
