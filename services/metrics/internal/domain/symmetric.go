package domain

import "maps"

// SeriesFilters are the dimensions that series must have to be those with some dimensions. Of a symmetric metric that is one set if both of
// the exchangeable dimensions are asked for, or none; with one of them it is two sets: a series may have its code in either.
func (m Metric) SeriesFilters(dimensions map[string]string) []map[string]string {
	if exchanged := m.SeriesDimensionsOf(dimensions); exchanged != nil {
		return []map[string]string{exchanged}
	}
	filters := []map[string]string{dimensions}
	if len(m.Symmetric) != 2 {
		return filters
	}
	a, b := m.Symmetric[0], m.Symmetric[1]
	_, hasA := dimensions[a]
	_, hasB := dimensions[b]
	if hasA == hasB {
		return filters
	}
	if hasB {
		a, b = b, a
	}
	other := maps.Clone(dimensions)
	other[b] = dimensions[a]
	delete(other, a)
	return append(filters, other)
}
