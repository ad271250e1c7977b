package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// ReviewReader reads reviews.
type ReviewReader interface {
	// Review reads the review of a statement, both by id.
	Review(statement, id string, at recordtime.Time) (review domain.Review, found bool, err error)
	// Reviews lists the reviews of some statements, by id; of all without any.
	Reviews(query List, statements ...string) ([]domain.Review, error)
	// StandingReviews reads up to limit reviews of some statements, by id, that were
	// not retracted, in the order of their keys.
	StandingReviews(statements []string, at recordtime.Time, limit int) ([]domain.Review, error)
}

// ReviewWriter writes reviews.
type ReviewWriter interface {
	// ReviewNaming returns the name of a review on record, not retracted, that names
	// an entity as its reviewer; with ever also one that did in an earlier revision
	// or was retracted. found is false if there is none.
	ReviewNaming(entity string, ever bool) (name string, found bool, err error)
	// PutReview puts the next revision of a review on record.
	PutReview(review domain.Review, caller string) error
	// EraseReviews erases all reviews of a statement, by id, that are not erased yet:
	// of every revision the name, the uid and the times are left, and a last revision
	// says that it was erased. names are those of what was erased.
	EraseReviews(statement string, erasure domain.Erasure, caller string) (names []string, err error)
}
