package api

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// maxFacetValues is how many values of a facet are answered.
const maxFacetValues = 100

// facetToProto counts the values, the most frequent first, then by value.
func facetToProto(facet store.Facet) *statementsv1.Facet {
	counts := make(map[string]int32)
	for _, values := range facet.Values {
		for _, value := range values {
			counts[value]++
		}
	}
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	out := &statementsv1.Facet{Field: facet.Field}
	shown := values[:min(maxFacetValues, len(values))]
	for _, value := range shown {
		out.Values = append(out.Values, &statementsv1.ValueCount{Value: value, Count: counts[value]})
	}
	if len(shown) < len(values) {
		for _, has := range facet.Values {
			if !slices.ContainsFunc(has, func(value string) bool { return slices.Contains(shown, value) }) {
				out.OtherCount++
			}
		}
	}
	return out
}
