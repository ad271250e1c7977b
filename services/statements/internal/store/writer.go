package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Writer is one write transaction. It reads its own writes, at Newest.
type Writer interface {
	Reader
	CorrectionWriter
	ErasureWriter
	ReviewWriter
	ReattributionWriter
	// RecordTime is the transaction's place on the record axis.
	RecordTime() recordtime.Time
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

	// Remember records that a request is done, with the names of its answer.
	// A request without an id is not remembered.
	Remember(request Request, names ...string) error
	// Forget drops up to limit requests and ends of stages recorded before a
	// time, and returns how many.
	Forget(before recordtime.Time, limit int) (int, error)

	// Stage sets writes aside. ABORTED, reason NAME_STAGED, if another stage will
	// create one of the names.
	Stage(stage Stage) error
	// EndStage ends a stage and frees its names. It fails if nothing is staged.
	EndStage(requestID string, outcome Outcome, caller string, names ...string) error
}

// WorkReader reads what the service keeps about writes.
type WorkReader interface {
	// Replay returns what a request named if it was done before; a request
	// without an id never was. INVALID_ARGUMENT, reason REQUEST_ID_REUSED, if
	// the id named another.
	Replay(request Request) (done Done, found bool, err error)
	// Staged returns what is staged under a request id.
	Staged(requestID string) (stage Stage, found bool, err error)
	// StageEnd returns how the newest stage under a request id ended.
	StageEnd(requestID string) (end StageEnd, found bool, err error)
	// ExpiredStages returns up to limit request ids staged before a time.
	ExpiredStages(before recordtime.Time, limit int) ([]string, error)
	// EndedEmbargoes returns up to limit ids of documents that are restricted, not
	// retracted or erased, and whose embargo ends at or before a time, the first to end
	// first.
	EndedEmbargoes(by recordtime.Time, limit int) ([]string, error)
	// CheckFree refuses names that a stage will create, CheckUnused also those
	// that one refers to: ABORTED, reason NAME_STAGED.
	CheckFree(names ...string) error
	CheckUnused(names ...string) error
}

// Request is a write as its caller named it.
type Request struct {
	// ID is the request_id; "" names nothing.
	ID string
	// Method is the RPC, such as "CreateStatement".
	Method string
	// Fingerprint identifies the content of the request.
	Fingerprint string
}

// Done is what a write named when it was done.
type Done struct {
	Names      []string
	RecordTime recordtime.Time
}

// Stage is a set of writes that was checked and set aside.
type Stage struct {
	RequestID   string
	Fingerprint string
	Caller      string
	Payload     []byte
	// Creates are the names that publishing puts on record, Uses those it
	// refers to. Staged leaves both out.
	Creates, Uses []string
	RecordTime    recordtime.Time
}

// Outcome is how a stage ended.
type Outcome string

// The outcomes.
const (
	Published Outcome = "PUBLISHED"
	Discarded Outcome = "DISCARDED"
)

// StageEnd is the end of a stage.
type StageEnd struct {
	Outcome     Outcome
	Fingerprint string
	Names       []string
	RecordTime  recordtime.Time
}
