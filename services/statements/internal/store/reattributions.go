package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// ReattributionReader reads re-attributions.
type ReattributionReader interface {
	// Reattribution reads one, without what it made.
	Reattribution(id string, at recordtime.Time) (reattribution domain.Reattribution, found bool, err error)
	// Reattributions lists them, without what they made.
	Reattributions(query List) ([]domain.Reattribution, error)
	// Reattributed reads all statements that one changed, as it found and as it
	// made them, by id.
	Reattributed(id string) ([]Reattributed, error)
}

// Reattributed is a statement before and after it was re-attributed.
type Reattributed struct{ Before, Made domain.Statement }

// ReattributionWriter writes re-attributions.
type ReattributionWriter interface {
	// PutReattribution puts the next revision on record, of the first also all that
	// it made.
	PutReattribution(reattribution domain.Reattribution, caller string) error
	// PutNaming puts the next revisions of many statements on record, each once, that
	// differ from those before in whom they name, or in how their spans stand in a newer
	// version, only.
	PutNaming(statements []domain.Statement, caller string) error
	// Naming returns the ids, in order, of up to limit statements on record that are
	// not hidden and refer to a value in one of the ways.
	Naming(value string, limit int, kinds ...domain.RefKind) ([]string, error)
}
