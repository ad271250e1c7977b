package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/tally"
)

// maxFacetValues is how many values of a facet are answered.
const maxFacetValues = 100

// facetToProto counts the values, the most frequent first, then by value.
func facetToProto(facet recordsearch.Facet) *statementsv1.Facet {
	top, others := tally.Top(facet.Values, maxFacetValues)
	out := &statementsv1.Facet{Field: facet.Field, OtherCount: int32(others)} //nolint:gosec // at most recordsearch.RankLimit
	for _, value := range top {
		out.Values = append(out.Values, &statementsv1.ValueCount{Value: value.Value, Count: int32(value.Count)}) //nolint:gosec // see above
	}
	return out
}
