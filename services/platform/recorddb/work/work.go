// Package work keeps what recordwrite needs of a store, in the tables of packages writeonce
// and staging: the readers and writers of a service embed it.
package work

import (
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/staging"
	"github.com/onrecord/onrecord/services/platform/recorddb/writeonce"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// Reader implements recordwrite.Reader.
type Reader struct{ Conn recorddb.Conn }

// Replay returns what a request named if it was done before.
func (r Reader) Replay(request recordwrite.Request) (recordwrite.Done, bool, error) {
	return writeonce.Replay(r.Conn, request)
}

// Staged returns what is staged under a request id.
func (r Reader) Staged(requestID string) (recordwrite.Stage, bool, error) {
	return staging.Get(r.Conn, requestID)
}

// StageEnd returns how the newest stage under a request id ended.
func (r Reader) StageEnd(requestID string) (recordwrite.StageEnd, bool, error) {
	return staging.LastEnd(r.Conn, requestID)
}

// ExpiredStages returns request ids staged before a time.
func (r Reader) ExpiredStages(before recordtime.Time, limit int) ([]string, error) {
	return staging.Expired(r.Conn, before, limit)
}

// CheckFree refuses names that a stage will create.
func (r Reader) CheckFree(names ...string) error { return staging.CheckFree(r.Conn, names...) }

// CheckUnused refuses names that a stage needs.
func (r Reader) CheckUnused(names ...string) error { return staging.CheckUnused(r.Conn, names...) }

// Writer implements what recordwrite.Writer has beyond its Reader.
type Writer struct{ Tx recorddb.Tx }

// RecordTime is the transaction's place on the record axis.
func (w Writer) RecordTime() recordtime.Time { return w.Tx.RecordTime() }

// Clock is what this machine's clock showed when the transaction began.
func (w Writer) Clock() time.Time { return w.Tx.Clock() }

// Remember records that a request is done.
func (w Writer) Remember(request recordwrite.Request, names ...string) error {
	return writeonce.Remember(w.Tx, request, names...)
}

// Forget drops old requests and ends of stages.
func (w Writer) Forget(before recordtime.Time, limit int) (int, error) {
	requests, err := writeonce.Forget(w.Tx, before, limit)
	if err != nil {
		return 0, err
	}
	ends, err := staging.Forget(w.Tx, before, limit)
	return requests + ends, err
}

// Stage sets writes aside.
func (w Writer) Stage(stage recordwrite.Stage) error { return staging.Put(w.Tx, stage) }

// EndStage ends a stage.
func (w Writer) EndStage(requestID string, outcome recordwrite.Outcome, caller string, names ...string) error {
	return staging.Finish(w.Tx, requestID, outcome, caller, names...)
}
