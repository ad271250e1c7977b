package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/tally"
)

const (
	// unknownGroup is the reason of a field that figures are not counted by.
	unknownGroup = "UNKNOWN_GROUP"
	// maxFacetValues is how many values of a facet are answered.
	maxFacetValues = 100
)

// facetToProto counts the values, the most frequent first, then by value.
func facetToProto(facet recordsearch.Facet) *metricsv1.Facet {
	top, others := tally.Top(facet.Values, maxFacetValues)
	out := &metricsv1.Facet{Field: facet.Field, OtherCount: int32(others)} //nolint:gosec // at most recordsearch.RankLimit
	for _, value := range top {
		out.Values = append(out.Values, &metricsv1.ValueCount{Value: value.Value, Count: int32(value.Count)}) //nolint:gosec // see above
	}
	return out
}
