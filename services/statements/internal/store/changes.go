package store

import (
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Kinds of changes, as in a Place: what is written first in a transaction comes
// first, so that a reader knows what a change refers to. Tokens carry the
// numbers: one never gets another meaning.
const (
	DocumentChange = iota + 1
	VersionChange
	EntityChange
	StatementChange
)

// CorrectionChange is the kind of a correction.
const CorrectionChange = 5

// ReviewChange is the kind of a change of a review.
const ReviewChange = 6

// ReattributionChange is the kind of a change of a re-attribution.
const ReattributionChange = 7

// MaxChangeTexts is after how many bytes of texts a page of changes ends.
const MaxChangeTexts = 8 << 20

// ChangeReader reads the record in the order in which it was made.
type ChangeReader interface {
	// Changes reads a page of what was put on record, tombstones and revisions that
	// were replaced in their own transaction included, in the order of the places.
	// It has fewer than Limit only at the end. With texts it may end earlier, and
	// is empty only at the end.
	Changes(query Changes) ([]Change, error)
}

// Changes asks for a page of changes.
type Changes struct {
	// After is the place of the last change of the page before.
	After changefeed.Place
	// UpTo is the newest record time; it must be settled, or Newest in a Writer.
	UpTo  recordtime.Time
	Limit int
	// WithText reads the texts of versions.
	WithText bool
}

// Change is a revision as it was put on record.
type Change struct {
	// Place has the record time, a kind from above, the id and the revision; of a
	// version the document's id and the number.
	Place changefeed.Place
	// Caller is who made the change.
	Caller string

	// The resource after the change: the one of the kind is set.
	Document   *domain.Document
	Version    *domain.Version
	Entity     *domain.Entity
	Statement  *domain.Statement
	Correction *domain.Correction
	Review     *domain.Review
	// Reattribution has what it made if texts were asked for.
	Reattribution *domain.Reattribution
}
