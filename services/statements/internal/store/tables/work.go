package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/staging"
	"github.com/onrecord/onrecord/services/platform/recorddb/writeonce"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Replay returns what a request named if it was done before.
func (r reader) Replay(request store.Request) (store.Done, bool, error) {
	return writeonce.Replay(r.conn, request)
}

// Remember records that a request is done.
func (w writer) Remember(request store.Request, names ...string) error {
	return writeonce.Remember(w.tx, request, names...)
}

// Forget drops old requests and ends of stages.
func (w writer) Forget(before recordtime.Time, limit int) (int, error) {
	requests, err := writeonce.Forget(w.tx, before, limit)
	if err != nil {
		return 0, err
	}
	ends, err := staging.Forget(w.tx, before, limit)
	return requests + ends, err
}

// Staged returns what is staged under a request id.
func (r reader) Staged(requestID string) (store.Stage, bool, error) {
	return staging.Get(r.conn, requestID)
}

// StageEnd returns how the newest stage under a request id ended.
func (r reader) StageEnd(requestID string) (store.StageEnd, bool, error) {
	return staging.LastEnd(r.conn, requestID)
}

// ExpiredStages returns request ids staged before a time.
func (r reader) ExpiredStages(before recordtime.Time, limit int) ([]string, error) {
	return staging.Expired(r.conn, before, limit)
}

// CheckFree refuses names that a stage will create.
func (r reader) CheckFree(names ...string) error { return staging.CheckFree(r.conn, names...) }

// CheckUnused refuses names that a stage needs.
func (r reader) CheckUnused(names ...string) error { return staging.CheckUnused(r.conn, names...) }

// Stage sets writes aside.
func (w writer) Stage(stage store.Stage) error { return staging.Put(w.tx, stage) }

// EndStage ends a stage.
func (w writer) EndStage(requestID string, outcome store.Outcome, caller string, names ...string) error {
	return staging.Finish(w.tx, requestID, outcome, caller, names...)
}
