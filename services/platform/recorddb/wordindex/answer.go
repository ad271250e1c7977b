package wordindex

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Answer ranks the newest matches and answers a page of them. values are those that a
// resource has of a facet, byID reads many resources.
func Answer[T any](
	x Index, conn recorddb.Conn, query recordsearch.Search, showRestricted bool, values func(resource *T, facet string) []string,
	byID func(ids []string, at recordtime.Time) (map[string]T, error),
) (out recordsearch.Found[T], err error) {
	found, err := x.Find(conn, query, showRestricted)
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
