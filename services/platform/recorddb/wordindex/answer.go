package wordindex

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Scope is what the searches of a kind of resource go by.
type Scope struct {
	// Columns are those of a filter, OwnTime is that of recordsearch.ByOwnTime: s and an
	// integer.
	Columns        listquery.Columns
	OwnTime        string
	ShowRestricted bool
}

// Search says what to look for.
func (s Scope) Search(query recordsearch.Search) (search Search, err error) {
	search = Search{
		At: query.At, Query: query.Query, ShowDeprecated: query.ShowDeprecated, ShowRestricted: s.ShowRestricted,
		By: Relevance, Ascending: query.Ascending,
		After: query.After, Limit: query.Limit, Counted: query.Counted, AllRanked: len(query.Facets) > 0,
	}
	switch query.Order {
	case recordsearch.ByCreateTime:
		search.By = CreateTime
	case recordsearch.ByOwnTime:
		search.By, search.Column = Column, s.OwnTime
	case recordsearch.ByRelevance:
	}
	search.Filter, search.FilterArgs, err = listquery.SQL(query.Filter, s.Columns, listquery.Question)
	return search, err
}

// Answer ranks the newest matches and answers a page of them. values are those that a
// resource has of a facet, byID reads many resources.
func Answer[T any](
	x Index, conn recorddb.Conn, scope Scope, query recordsearch.Search, values func(resource *T, facet string) []string,
	byID func(ids []string, at recordtime.Time) (map[string]T, error),
) (out recordsearch.Found[T], err error) {
	search, err := scope.Search(query)
	if err != nil {
		return out, err
	}
	found, err := x.Find(conn, search)
	if err != nil {
		return out, err
	}
	out.Matches = found.Matches
	for _, field := range query.Facets {
		out.Facets = append(out.Facets, recordsearch.Facet{Field: field, Values: make([][]string, 0, len(found.Ranked))})
	}
	const piece = 512
	for ids := range slices.Chunk(found.Ranked, piece) {
		resources, err := byID(ids, query.At)
		if err != nil {
			return recordsearch.Found[T]{}, err
		}
		for _, resource := range resources {
			for i, field := range query.Facets {
				out.Facets[i].Values = append(out.Facets[i].Values, values(&resource, field))
			}
		}
	}
	ids := make([]string, len(found.Page))
	for i, match := range found.Page {
		ids[i] = match.ID
	}
	resources, err := byID(ids, query.At)
	if err != nil {
		return recordsearch.Found[T]{}, err
	}
	for _, match := range found.Page {
		out.Results = append(out.Results, recordsearch.Result[T]{Resource: resources[match.ID], Rank: match})
	}
	return out, nil
}
