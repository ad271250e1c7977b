package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

const (
	// RankLimit is how many matches of a search are ranked at most: those whose words were put on record last.
	RankLimit = 10_000
	// MatchLimit is how far matches are counted.
	MatchLimit = 100_000
)

// FigureSearcher finds and counts figures.
type FigureSearcher interface {
	// SearchFigures finds figures by domain.Figure.SearchParts, with the metric as it stood when the figure's words were put on record. Those
	// that are retracted, or that only imports changed, are not found.
	SearchFigures(query Search) (Found, error)
	// CountFigures counts figures, those that only imports changed too. FAILED_PRECONDITION, reason FILTER_TOO_WIDE, if too many of the latter
	// would have to be looked at one by one.
	CountFigures(query Count) (Counts, error)
}

// SearchOrder is what results are ordered by.
type SearchOrder int

// The orders. The greatest comes first unless Search.Ascending.
const (
	ByRelevance SearchOrder = iota
	ByCreateTime
	ByTimePeriod
)

// Search asks for a page of a search.
type Search struct {
	At     recordtime.Time
	Query  searchtext.Query
	Filter listquery.Expr
	Order  SearchOrder
	// Ascending has the least first. Relevance has no such order.
	Ascending bool
	// Facets are the fields of domain.Facets to count the ranked matches by.
	Facets []string
	// After is the last result of the page before; nil on the first.
	After *Rank
	Limit int
	// Counted is Found.Matches of the page before, which is then not counted again; 0 on the first.
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
type Found struct {
	Results []Result
	// Matches counts all figures that match, ranked or not; MatchLimit means that many or more.
	Matches int
	// Facets are what was asked for, in that order.
	Facets []Facet
}

// Result is a figure that matches.
type Result struct {
	Figure domain.Figure
	Rank
}

// Facet has the values of a field that the ranked matches have.
type Facet struct {
	Field string
	// Values are those of each match; see Figure.FacetValues.
	Values [][]string
}

// Count asks how many figures match.
type Count struct {
	At     recordtime.Time
	Filter listquery.Expr
	// GroupBy is one of domain.GroupFields; "" asks for one number.
	GroupBy string
	// Limit is how many groups to answer at most.
	Limit int
	// ShowDeleted counts tombstones too.
	ShowDeleted bool
}

// Counts are how many figures match.
type Counts struct {
	// Total counts each figure once.
	Total int
	// Groups are the values of the field, the most frequent first, then by value; a figure with two values counts for each.
	Groups []Group
	// Others is how many values there are beyond those.
	Others int
}

// Group is how many figures have a value.
type Group struct {
	// Value is as Figure.GroupValues has it; empty where the field is not set.
	Value string
	Count int
}
