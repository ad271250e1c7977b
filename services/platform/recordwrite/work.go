package recordwrite

import (
	"time"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Reader reads what is kept about writes.
type Reader interface {
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
	// CheckFree refuses names that a stage will create, CheckUnused also those
	// that one refers to: ABORTED, reason NAME_STAGED.
	CheckFree(names ...string) error
	CheckUnused(names ...string) error
}

// Writer is a write transaction as far as it keeps what is kept about writes.
type Writer interface {
	Reader
	// RecordTime is the transaction's place on the record axis.
	RecordTime() recordtime.Time
	// Clock is what this machine's clock showed when the transaction began: only what ends
	// by the clock goes by it, and what is recorded of that stays.
	Clock() time.Time
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

// Request is a write as its caller named it.
type Request struct {
	// ID is the request_id, a UUID; case does not count. "" names nothing.
	ID string
	// Method is the RPC, such as "CreateFigure".
	Method string
	// Fingerprint identifies the content of the request, without its id.
	Fingerprint string
	// Sent identifies what its author sent, if somebody may have completed it since; else "".
	// A request with either is the same.
	Sent string
}

// Done is what a write named when it was done.
type Done struct {
	// Names are the resources of the answer, in its order.
	Names []string
	// RecordTime is when it was done: read the names at it.
	RecordTime recordtime.Time
}

// Stage is a set of writes that was checked and set aside.
type Stage struct {
	// RequestID names the stage: a UUID, case does not count.
	RequestID string
	// Fingerprint identifies the content of the request.
	Fingerprint string
	// Caller is who staged it.
	Caller string
	// Payload is all that publishing needs, in the service's own encoding.
	Payload []byte
	// Creates are the names that publishing will put on record, Uses the names
	// on record that it refers to. Both are written, but not read back.
	Creates, Uses []string
	// RecordTime is when it was staged.
	RecordTime recordtime.Time
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
	// Names are what was published, in the service's own order.
	Names []string
	// RecordTime is when the stage ended.
	RecordTime recordtime.Time
}
