package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// ReattributionType is the type of the resource, as errors name it.
const ReattributionType = "onrecord.dev/Reattribution"

var reattributionPattern = resource.Name("reattributions", "{reattribution}")

// Limits of a re-attribution.
const (
	// MaxReattributed is how many statements are changed at once.
	MaxReattributed = 5000
	// maxNamed is how many of them are named in the resource.
	maxNamed = 100
)

// Reattribution is a change of the speaker of many statements, or what a merge of
// entities did to the statements that named one.
type Reattribution struct {
	Record
	Caller string // who made it
	Filter string // that chose the statements; empty of a merge
	// From and To are names of entities.
	From, To string
	Reason   string
	Merge    bool
	// Statements are the ids of the first of Count that were changed.
	Statements []string
	Count      int
	// Aliases are those that a merge gave To.
	Aliases []string
	// Undone is when it was undone, 0 while it holds, by whom and why.
	Undone                 recordtime.Time
	UndoCaller, UndoReason string
	// Skipped are the ids of the first of SkippedCount that undoing left alone.
	Skipped      []string
	SkippedCount int
	// Partly says that statements were under embargo when they were changed. Public are
	// then those that were not, what readers are told; else it is empty.
	Partly bool
	Public Part
	// Made are all revisions that it made, by the ids of the statements. They are
	// kept apart: only a first revision that is put on record or copied has them.
	Made []Made
}

// Part is what of a re-attribution some may read: as Statements, Count, Skipped and
// SkippedCount.
type Part struct {
	Statements   []string
	Count        int
	Skipped      []string
	SkippedCount int
}

// Made is the revision of a statement that a re-attribution made.
type Made struct {
	Statement string // id
	Revision  int64
}

// ReattributionName is the name of a re-attribution.
func ReattributionName(id string) string { return "reattributions/" + id }

// ParseReattribution returns the id in the name of a re-attribution.
func ParseReattribution(name string) (id string, err error) { return one(reattributionPattern, name) }

// Name is the resource name.
func (r Reattribution) Name() string { return ReattributionName(r.ID) }

// OrderKey is the value of a field that re-attributions can be ordered by.
func (r Reattribution) OrderKey(field string) any { return r.orderKey(field) }

// ReattributionFields are what ListReattributions filters and orders by.
var ReattributionFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		name("from_entity", ParseEntity), name("to_entity", ParseEntity), listquery.Field{Name: "merge", Kind: listquery.Bool},
	),
}

// Add counts a statement that was changed, in the order of the ids.
func (r *Reattribution) Add(statement Statement) {
	r.Made = append(r.Made, Made{statement.ID, statement.Revision})
	if statement.Restricted && !r.Partly {
		r.Partly, r.Public = true, Part{Statements: slices.Clone(r.Statements), Count: r.Count}
	}
	count(&r.Statements, &r.Count, statement.ID)
	if r.Partly && !statement.Restricted {
		count(&r.Public.Statements, &r.Public.Count, statement.ID)
	}
}

// Skip counts a statement that undoing leaves alone, in the order of the ids.
func (r *Reattribution) Skip(statement Statement) {
	count(&r.Skipped, &r.SkippedCount, statement.ID)
	if r.Partly && !statement.Restricted {
		count(&r.Public.Skipped, &r.Public.SkippedCount, statement.ID)
	}
}

// count counts an id, and names the first ones.
func count(named *[]string, all *int, id string) {
	*all++
	if *all <= maxNamed {
		*named = append(*named, id)
	}
}

// ForReaders is what readers are told: without the statements that were under embargo,
// and without the filter, which may name what is, though it found nothing there. It is left
// out of all, or who misses it would know.
func (r Reattribution) ForReaders() Reattribution {
	r.Filter = ""
	if !r.Partly {
		return r
	}
	r.Statements, r.Count = r.Public.Statements, r.Public.Count
	r.Skipped, r.SkippedCount = r.Public.Skipped, r.Public.SkippedCount
	r.Partly, r.Public = false, Part{}
	return r
}
