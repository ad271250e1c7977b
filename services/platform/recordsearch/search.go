// Package recordsearch says what a search of the record asks for, and what it finds: the
// same for every kind of resource and on every engine.
//
// What may go here: the question and the answer. How a caller writes it, and where its pages
// end, is in package recordread, how it is answered in package wordindex.
package recordsearch

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

const (
	// RankLimit is how many matches of a search are ranked at most: those whose words were
	// put on record last.
	RankLimit = 10_000
	// CountLimit is how far matches are counted.
	CountLimit = 100_000
)

// Order is what results are ordered by.
type Order int

// The orders. The greatest comes first unless Search.Ascending.
const (
	ByRelevance Order = iota
	ByCreateTime
	// ByOwnTime is by the time that the resource is about.
	ByOwnTime
)

// Search asks for a page of a search. What is retracted or merged is not found.
type Search struct {
	At     recordtime.Time
	Query  searchtext.Query
	Filter listquery.Expr
	// ShowDeprecated finds those of rank DEPRECATED too.
	ShowDeprecated bool
	Order          Order
	// Ascending has the least first. Relevance has no such order.
	Ascending bool
	// Facets are the fields to count the ranked matches by.
	Facets []string
	// After is the last result of the page before; nil on the first.
	After *Rank
	Limit int
	// Counted is Found.Matches of the page before, which is then not counted again; 0 on
	// the first.
	Counted int
}

// Rank is the place of a result: by Key, then the newest first, then by id.
type Rank struct {
	// Key is what the results are ordered by: the relevance, or a time as an integer.
	Key     int64
	Created recordtime.Time
	ID      string
	// Relevance is a function of query and words alone, at least 1.
	Relevance int32
}

// Found is a page of a search.
type Found[T any] struct {
	Results []Result[T]
	// Matches counts all that match, ranked or not; CountLimit means that many or more.
	Matches int
	// Facets are what was asked for, in that order.
	Facets []Facet
}

// RankedOf is of how many matches only the newest were ranked; 0 if all were.
func (f Found[T]) RankedOf() int32 {
	if f.Matches <= RankLimit {
		return 0
	}
	return int32(f.Matches) //nolint:gosec // at most CountLimit
}

// First are the resources of the first results, up to limit.
func (f Found[T]) First(limit int) []T {
	var resources []T
	for _, result := range f.Results[:min(limit, len(f.Results))] {
		resources = append(resources, result.Resource)
	}
	return resources
}

// Result is a resource that matches.
type Result[T any] struct {
	Resource T
	Rank
}

// Facet has the values of a field that the ranked matches have.
type Facet struct {
	Field string
	// Values are those of each match.
	Values [][]string
}
