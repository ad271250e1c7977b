package api

import (
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/tally"
)

const (
	// unknownGroup is the reason of a field that figures are not counted by.
	unknownGroup = "UNKNOWN_GROUP"
	// maxFacetValues is how many values of a facet are answered.
	maxFacetValues = 100
)

// checkFacets refuses what results are not counted by.
func checkFacets(fields []string) error {
	var faults errs.Violations
	for i, field := range fields {
		if !slices.Contains(domain.Facets, field) {
			faults.Add(errs.Index("facets", i), unknownGroup, "results are counted by %s", strings.Join(domain.Facets, ", "))
		}
	}
	return faults.Err()
}

// facetToProto counts the values, the most frequent first, then by value.
func facetToProto(facet store.Facet) *metricsv1.Facet {
	top, others := tally.Top(facet.Values, maxFacetValues)
	out := &metricsv1.Facet{Field: facet.Field, OtherCount: int32(others)} //nolint:gosec // at most store.RankLimit
	for _, value := range top {
		out.Values = append(out.Values, &metricsv1.ValueCount{Value: value.Value, Count: int32(value.Count)}) //nolint:gosec // see above
	}
	return out
}
