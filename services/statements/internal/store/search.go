package store

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

const (
	// RankLimit is how many matches of a search are ranked at most: those whose
	// words were put on record last.
	RankLimit = 10_000
	// CountLimit is how far matches are counted.
	CountLimit = 100_000
)

// SearchOrder is what results are ordered by.
type SearchOrder int

// The orders. The greatest comes first unless Search.Ascending.
const (
	ByRelevance SearchOrder = iota
	ByCreateTime
	ByStatementTime
)

// Search asks for a page of a search. Retracted and merged statements are not
// found.
type Search struct {
	At     recordtime.Time
	Query  searchtext.Query
	Filter listquery.Expr
	// ShowDeprecated finds statements of rank DEPRECATED too.
	ShowDeprecated bool
	Order          SearchOrder
	Ascending      bool
	// Facets are the fields of domain.Facets to count the ranked matches by.
	Facets []string
	// After is the last result of the page before; nil on the first.
	After *Rank
	Limit int
	// Counted is Found.Matches of the page before, which is then not counted again;
	// 0 on the first.
	Counted int
}

// Rank is the place of a result: by Key, then the newest first, then by id.
type Rank struct {
	// Key is what the results are ordered by: the relevance, or a time as an
	// integer.
	Key     int64
	Created recordtime.Time
	ID      string
	// Relevance is a function of query and statement alone, at least 1.
	Relevance int32
}

// Found is a page of a search.
type Found struct {
	Results []Result
	// Matches counts all statements that match, ranked or not; CountLimit means that
	// many or more.
	Matches int
	// Facets are what was asked for, in that order.
	Facets []Facet
}

// Statements are those of the first results, up to limit.
func (f Found) Statements(limit int) []domain.Statement {
	var statements []domain.Statement
	for _, result := range f.Results[:min(limit, len(f.Results))] {
		statements = append(statements, result.Statement)
	}
	return statements
}

// Result is a statement that matches.
type Result struct {
	Statement domain.Statement
	Rank
}

// Facet has the values of a field that the ranked matches have.
type Facet struct {
	Field string
	// Values are those of each match; see Statement.FacetValues.
	Values [][]string
}
