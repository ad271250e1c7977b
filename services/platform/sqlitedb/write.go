package sqlitedb

import (
	"context"
	"sync/atomic"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// maxBatch is how many queued writes share one commit at most. It bounds how
// long the first of them waits for the others.
const maxBatch = 64

// Write runs fn in the write transaction and returns once the write is on disk.
//
// fn runs on the writer's goroutine, one write at a time: it must be short, do
// no I/O of its own, and never call Write (it would wait for itself) or end the
// transaction. Writes that wait together are committed together, but an error or
// panic of one undoes that one only. fn runs
// at most once, and sees the writes before it; if those are lost, Write fails
// whatever fn made of them.
//
// An error of fn is returned as it is; recorddb.ErrRollback becomes nil. When ctx ends
// before fn starts, fn does not run. When it ends later, the next statement of
// fn fails; a write whose fn has returned nil is committed all the same.
//
// A failed commit leaves the outcome open: errs.WriteUnknown says so. Every
// other error means that nothing was written.
func (db *DB) Write(ctx context.Context, fn func(tx recorddb.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return contextError(err)
	}
	j := &job{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := db.enqueue(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.claim() {
			return contextError(ctx.Err())
		}
		return <-j.done
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
	ctx     context.Context
	fn      func(recorddb.Tx) error
	claimed atomic.Bool
	done    chan error // buffered: the answer never blocks the writer
}

// claim decides who has the job: the writer to run it, or the caller to give
// it up. The first wins.
func (j *job) claim() bool { return j.claimed.CompareAndSwap(false, true) }

// runWriter commits batches until the queue is closed. A closure that ends the
// goroutine (t.FailNow does, in a test) must not end all writing: the batch
// answers its callers and a new goroutine goes on.
func (db *DB) runWriter() {
	finished := false
	defer func() {
		if finished {
			close(db.writerDone)
		} else {
			go db.runWriter()
		}
	}()
	for first := range db.queue {
		db.runBatch(db.collect(first))
	}
	finished = true
}

// collect returns the writes that wait now.
func (db *DB) collect(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case next, open := <-db.queue:
			if !open {
				return jobs
			}
			jobs = append(jobs, next)
		default:
			return jobs
		}
	}
	return jobs
}
