package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// nowOf is what a statement is found by now.
func nowOf(s domain.Statement) wordindex.Now {
	now := wordindex.Now{ID: s.ID, Created: s.Created, First: s.Revision == 1, Hidden: s.IsHidden(), Deprecated: s.IsDeprecated(), Restricted: s.Restricted}
	if !now.Hidden {
		now.Tokens = searchtext.Entry(s.SearchParts()...)
	}
	return now
}

// reindex makes the words of an entry anew, if one begins with the revision that
// was recorded then.
func (w writer) reindex(s domain.Statement, recorded recordtime.Time) error {
	return w.words.Remake(w.tx, s.ID, recorded, searchtext.Entry(s.SearchParts()...))
}

// Search ranks the newest matches and answers a page of them.
func (r reader) Search(query store.Search) (store.Found, error) {
	search, err := r.searchOf(query)
	if err != nil {
		return store.Found{}, err
	}
	search.ShowRestricted = r.showRestricted
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
	statements, err := r.StatementsByID(ids, query.At)
	if err != nil {
		return store.Found{}, err
	}
	for _, match := range found.Page {
		out.Results = append(out.Results, store.Result{Statement: statements[match.ID], Rank: store.Rank(match)})
	}
	return out, nil
}

// searchOf says what to look for in the index of words.
func (d *dialect) searchOf(query store.Search) (search wordindex.Search, err error) {
	search = wordindex.Search{
		At: query.At, Query: query.Query, ShowDeprecated: query.ShowDeprecated, By: wordindex.Relevance, Ascending: query.Ascending,
		After: (*wordindex.Rank)(query.After), Limit: query.Limit, Counted: query.Counted, AllRanked: len(query.Facets) > 0,
	}
	switch query.Order {
	case store.ByCreateTime:
		search.By = wordindex.CreateTime
	case store.ByStatementTime:
		search.By, search.Column = wordindex.Column, "s.time_order"
	case store.ByRelevance:
	}
	search.Filter, search.FilterArgs, err = listquery.SQL(query.Filter, d.statementColumns, listquery.Question)
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
		statements, err := r.StatementsByID(ids, query.At)
		if err != nil {
			return nil, err
		}
		for _, statement := range statements {
			for i := range facets {
				facets[i].Values = append(facets[i].Values, statement.FacetValues(facets[i].Field))
			}
		}
	}
	return facets, nil
}
