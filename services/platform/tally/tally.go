// Package tally counts how often values occur, in the one order in which answers name them.
//
// What may go here: counting what is in memory. A store counts what it holds itself.
package tally

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Count is how often a value occurs.
type Count struct {
	Value string
	Count int
}

// Top counts how many of all have each value, of which none has one twice, and returns the limit most frequent, then by value. others is how
// many have none of those.
func Top(all [][]string, limit int) (top []Count, others int) {
	counts := make(map[string]int)
	for _, values := range all {
		for _, value := range values {
			counts[value]++
		}
	}
	for _, value := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	}) {
		top = append(top, Count{value, counts[value]})
	}
	if len(top) <= limit {
		return top, 0
	}
	top = top[:limit]
	for _, values := range all {
		if !slices.ContainsFunc(values, func(value string) bool {
			return slices.ContainsFunc(top, func(c Count) bool { return c.Value == value })
		}) {
			others++
		}
	}
	return top, others
}
