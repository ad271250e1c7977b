package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Kinds of changes, as in a Place: what is written first in a transaction comes first, so that a reader knows what a change refers to.
// Tokens carry the numbers: one never gets another meaning.
const (
	MetricChange = iota + 1
	FigureChange
	CorrectionChange
	// ImportedFigureChange is a figure too: a revision that an import made of one that only imports changed.
	ImportedFigureChange
	// ErasureChange is that the words of a document were erased from figures, or from notices of corrections.
	ErasureChange
)

// ChangeReader reads the record in the order in which it was made.
type ChangeReader interface {
	// Changes reads a page of what was put on record, tombstones and revisions that were replaced in their own transaction included, in
	// the order of the places. It has fewer than Limit only at the end.
	Changes(query Changes) ([]Change, error)
}

// Changes asks for a page of changes.
type Changes struct {
	// After is the place of the last change of the page before.
	After changefeed.Place
	// UpTo is the newest record time; it must be settled, or Newest in a Writer.
	UpTo  recordtime.Time
	Limit int
}

// Change is a revision as it was put on record.
type Change struct {
	// Place has the record time, a kind from above, the id and the revision.
	Place changefeed.Place
	// Caller is who made the change.
	Caller string

	// The resource after the change: the one of the kind is set.
	Metric     *domain.Metric
	Figure     *domain.Figure
	Correction *domain.Correction
	// Erased is the id of the document whose words were erased.
	Erased string
}
