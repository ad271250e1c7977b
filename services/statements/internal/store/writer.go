package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Writer is one write transaction. It reads its own writes, at Newest.
type Writer interface {
	Reader
	recordwrite.Writer
	CorrectionWriter
	ErasureWriter
	ReviewWriter
	ReattributionWriter
	// Try runs fn and undoes what it wrote, and only that.
	Try(fn func(Writer) error) error

	// PutDocument, PutEntity and PutStatement put the next revision of a
	// resource on record: its Revision is one more than the newest. caller is
	// who makes the change.
	PutDocument(document domain.Document, caller string) error
	PutEntity(entity domain.Entity, caller string) error
	PutStatement(statement domain.Statement, caller string) error
	// PutVersion puts a version on record, with its text if that is not empty.
	PutVersion(version domain.Version, caller string) error
	// PublishVersion tells a restricted version of an earlier transaction again, at its
	// Published, which is the record time: for readers its document is on record from then
	// on.
	PublishVersion(version domain.Version, caller string) error
	// Referring returns the id of a statement on record, not retracted but perhaps
	// merged, that refers to value in one of the ways; found is false if there is none.
	Referring(value string, kinds ...domain.RefKind) (id string, found bool, err error)
}

// WorkReader reads what the service keeps about writes, and what is due.
type WorkReader interface {
	recordwrite.Reader
	// EndedEmbargoes returns up to limit ids of documents that are restricted, not
	// retracted or erased, and whose embargo ends at or before a time, the first to end
	// first.
	EndedEmbargoes(by recordtime.Time, limit int) ([]string, error)
}

type (
	// Request is a write as its caller named it.
	Request = recordwrite.Request
	// Done is what a write named when it was done.
	Done = recordwrite.Done
	// Stage is a set of writes that was checked and set aside.
	Stage = recordwrite.Stage
	// Outcome is how a stage ended.
	Outcome = recordwrite.Outcome
	// StageEnd is the end of a stage.
	StageEnd = recordwrite.StageEnd
)

// The outcomes of stages.
const (
	Published = recordwrite.Published
	Discarded = recordwrite.Discarded
)
