package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Writer is one write transaction. It reads its own writes, at Newest.
type Writer interface {
	Reader
	CorrectionWriter
	// RecordTime is the transaction's place on the record axis.
	RecordTime() recordtime.Time
	// Try runs fn and undoes what it wrote, and only that. Until fn returns only the Writer that it gets is to be used: this one does not
	// know what that one writes.
	Try(fn func(Writer) error) error

	// PutMetric and PutFigure put the next revision of a resource on record: its Revision is one more than the newest. caller is who makes
	// the change. The metric of a figure need not be on record. A series shows of each figure what its revision at the time says.
	PutMetric(metric domain.Metric, caller string) error
	PutFigure(figure domain.Figure, caller string) error
	// PutFigures is PutFigure for the first revisions of many figures.
	PutFigures(figures []domain.Figure, caller string) error

	// SameFigures finds for each figure what is on record for the same series, period, source and release.
	SameFigures(figures []domain.Figure) ([]Same, error)
	// PutImported puts the next revisions of imported figures on record, each once. One without id is new: it gets its Meta. Such a figure
	// takes a twentieth of the room of another as long as its revisions have domain.TagImport; with another tag they are put by PutFigure.
	// One keeps no id, and is not put, if there is none left: there are 65,536 for the figures of one series, start, source and release,
	// retracted ones included, and 16,777,215 pairs of source and release for a metric.
	PutImported(figures []domain.Figure, caller string) error

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

// Same is what is on record for the series, period, source and release of a figure.
type Same struct {
	// Figure stands now, as its revision now; without id if none does.
	Figure domain.Figure
	// Others are the ids of those that stand too, in order. Figure is then one that only imports changed, if there is one, else the first
	// by name.
	Others []string
	// Retracted is the tombstone that was recorded last; nil if there is none, or a figure stands.
	Retracted *domain.Figure
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
	// CheckFree refuses names that a stage will create, CheckUnused also those
	// that one refers to: ABORTED, reason NAME_STAGED.
	CheckFree(names ...string) error
	CheckUnused(names ...string) error
}

// Request is a write as its caller named it.
type Request struct {
	// ID is the request_id; "" names nothing.
	ID string
	// Method is the RPC, such as "CreateFigure".
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
