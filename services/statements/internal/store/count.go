package store

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Count asks how many statements match.
type Count struct {
	At     recordtime.Time
	Filter listquery.Expr
	// GroupBy is one of domain.GroupFields; "" asks for one number.
	GroupBy string
	// Limit is how many groups to answer at most.
	Limit int
	// ShowDeleted and ShowDeprecated are as in List.
	ShowDeleted, ShowDeprecated bool
}

// Counts are how many statements match.
type Counts struct {
	// Total counts each statement once.
	Total int
	// Groups are the values of the field, the most frequent first, then by value; a
	// statement with two values counts for each.
	Groups []Group
	// Others is how many values there are beyond those.
	Others int
}

// Group is how many statements have a value.
type Group struct {
	// Value is empty where the field is not set.
	Value string
	Count int
}
