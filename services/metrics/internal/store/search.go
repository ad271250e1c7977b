package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
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

type (
	// Search asks for a page of a search.
	Search = recordsearch.Search
	// Found is a page of a search.
	Found = recordsearch.Found[domain.Figure]
)

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
