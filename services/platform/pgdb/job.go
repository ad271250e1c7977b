package pgdb

import (
	"context"
	"sync"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// Write runs fn in the write transaction and returns once the write is on disk.
//
// fn runs on the writer's goroutine, one write at a time: it must be short, do
// no I/O of its own, and never call Write (it would wait for itself). Writes that
// wait together are committed together; each runs in its own savepoint, so an
// error or panic of one undoes that one only. fn sees the writes before it; if
// those are lost, so is this one. fn may run again, when the transaction was lost
// before its commit: it must have no effect but by its Tx.
//
// A statement that fails ends the closure: what it does after that fails too,
// and it is undone even if it returns nil. Try is for what may fail.
//
// An error of fn is returned as it is; recorddb.ErrRollback becomes nil. When
// ctx ends, Write returns, and the running statement of fn is given up: a server
// that hangs does not hold the caller.
//
// A commit that was not answered leaves the outcome open, and so does a ctx that
// ends between fn and the commit: errs.WriteUnknown says so. Every other error
// means that nothing was written.
func (db *DB) Write(ctx context.Context, fn func(recorddb.Tx) error) error {
	if db.restore {
		return errs.New(errs.Internal, "INTERNAL", "the database was opened to be restored").NotWritten()
	}
	return db.submit(&job{ctx: ctx, fn: fn})
}

func (db *DB) submit(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return contextError(err)
	}
	j.done = make(chan error, 1)
	if err := db.enqueue(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-j.ctx.Done():
		return j.leave()
	}
}

func (db *DB) enqueue(j *job) error {
	if err := db.usable(); err != nil {
		return err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return errClosed()
	}
	select {
	case db.queue <- j:
		return nil
	case <-j.ctx.Done():
		return contextError(j.ctx.Err())
	}
}

// job is one queued write.
type job struct {
	ctx  context.Context
	fn   func(recorddb.Tx) error
	past []recorddb.Past // instead of fn, in a restore
	done chan error      // buffered: the answer never blocks the writer

	// running is held while the closure runs: nobody leaves it behind.
	running sync.Mutex
	// wrote says that the closure has run without error and may be committed.
	wrote bool
}

// leave returns the answer of a caller whose context has ended. The writer runs
// no closure whose context has ended, so what was not written never is.
func (j *job) leave() error {
	j.running.Lock()
	defer j.running.Unlock()
	select {
	case err := <-j.done:
		return err
	default:
	}
	err := contextError(j.ctx.Err())
	if j.wrote {
		return err.MaybeWritten()
	}
	return err
}

// undone says that what the closure wrote is not there any more.
func (j *job) undone() {
	j.running.Lock()
	defer j.running.Unlock()
	j.wrote = false
}
