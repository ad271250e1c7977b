package pgdb

import (
	"errors"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// savepoint is where the transaction stands after the writes so far. It always
// exists: each write moves it on with its own last statements.
const savepoint = "SAVEPOINT one_write"

// batch is the writes of one commit.
type batch struct {
	db      *DB
	conn    *pgxpool.Conn   // nil while no transaction is open
	next    recordtime.Time // of the next write
	waiting []*job
	// ran are the jobs that ran in the open transaction. Those that failed are
	// among them: their answers rest on what the others wrote.
	ran     []outcome
	answers []outcome

	began time.Time
	tries int
}

// age is for how long it has been tried.
func (b *batch) age() time.Duration { return b.db.now().Sub(b.began) }

type outcome struct {
	job *job
	err error
}

// runBatch runs the jobs in one transaction, and once more those that were lost
// with it. Callers are answered last, when it is known what was committed.
func (db *DB) runBatch(jobs []*job) {
	b := &batch{db: db, waiting: jobs, began: db.now()}
	defer b.finish()
	for len(b.waiting) > 0 {
		for len(b.waiting) > 0 {
			j := b.waiting[0]
			if err := j.ctx.Err(); err != nil {
				b.waiting = b.waiting[1:]
				b.answer(j, contextError(err))
			} else if b.conn != nil || b.begin(j) {
				b.waiting = b.waiting[1:]
				b.run(j)
			}
		}
		b.commit()
	}
}

// run runs one job.
func (b *batch) run(j *job) {
	t := &tx{conn: conn{db: b.db, ctx: j.ctx, pooled: b.conn}, at: b.next, clock: b.db.now(), queue: &pgx.Batch{}}
	err := b.call(j, t)
	b.next = t.at + 1
	switch {
	case err == nil:
		b.ran = append(b.ran, outcome{j, nil})
		return
	case b.conn.Conn().IsClosed() || canRunAgain(t.fault):
		b.lost(j, t.fault, err)
		return
	case t.sent:
		if undo := b.undo(); undo != nil {
			b.answer(j, notWritten(dryRun(err)))
			b.restart()
			return
		}
	}
	b.ran = append(b.ran, outcome{j, notWritten(dryRun(err))})
}

// call runs the closure and turns a panic into an error.
func (b *batch) call(j *job, t *tx) (err error) {
	j.running.Lock()
	defer j.running.Unlock()
	if err := j.ctx.Err(); err != nil {
		return contextError(err)
	}
	returned := false
	defer func() {
		if returned {
			return
		}
		cause := recover()
		b.db.log.Error("panic in a write", zap.Any("panic", cause), zap.ByteString("stack", debug.Stack()))
		err = errs.New(errs.Internal, "INTERNAL", "panic in a write: %v", cause)
		if cause == nil { // runtime.Goexit: this goroutine ends, finish must answer
			b.answer(j, notWritten(err))
		}
	}()
	err = j.write(t)
	returned = true
	if err == nil {
		err = t.end()
	}
	j.wrote = err == nil
	return err
}

// write runs the closure and sends all it wrote.
func (j *job) write(t *tx) error {
	var err error
	if j.past != nil {
		err = t.restore(j.past)
	} else {
		err = j.fn(t)
	}
	if err == nil || errors.Is(err, recorddb.ErrRollback) {
		if failed := t.flush(); failed != nil {
			return failed
		}
		if t.broken != nil {
			return t.broken
		}
	}
	return err
}

// end makes what the closure wrote part of the transaction.
func (t *tx) end() error {
	t.queue.Queue("RELEASE " + savepoint)
	t.queue.Queue(savepoint)
	return t.send()
}

// dryRun is the answer to a closure that asked to be undone.
func dryRun(err error) error {
	if errors.Is(err, recorddb.ErrRollback) {
		return nil
	}
	return err
}

// lost deals with a transaction that is beyond use. Its writes run again, in
// another one; the job that it was lost in does if that may help.
func (b *batch) lost(j *job, fault, err error) {
	if j.ctx.Err() != nil {
		b.answer(j, contextError(j.ctx.Err()))
		b.restart()
		return
	}
	if fault == nil {
		fault = err
	}
	b.ran = append(b.ran, outcome{j, err})
	if b.mayRetry(fault) {
		b.restart()
		return
	}
	b.ran = b.ran[:len(b.ran)-1]
	b.answer(j, notWritten(err))
	b.fail(fault, (*errs.Error).NotWritten)
}

// restart gives up the transaction and lets its jobs wait again.
func (b *batch) restart() {
	b.drop()
	again := make([]*job, 0, len(b.ran)+len(b.waiting))
	for _, o := range b.ran {
		o.job.undone()
		again = append(again, o.job)
	}
	b.ran, b.waiting = nil, append(again, b.waiting...)
}

// fail answers everybody who ran: the writes with an error that mark says the
// outcome of, and those that saw them.
func (b *batch) fail(cause error, mark func(*errs.Error) *errs.Error) {
	for _, o := range b.ran {
		if o.err == nil && o.job.wrote {
			b.answer(o.job, mark(sharedError(cause)))
		} else {
			b.answer(o.job, sharedError(cause).NotWritten())
		}
	}
	b.ran = nil
	b.drop()
}

func (b *batch) answer(j *job, err error) {
	b.answers = append(b.answers, outcome{j, err})
}

// finish answers everybody. Something is left to fail only if a closure ended
// the goroutine.
func (b *batch) finish() {
	for _, j := range b.waiting {
		b.answer(j, errs.New(errs.Unavailable, "WRITE_LOST", "another write ended the writer").NotWritten())
	}
	b.fail(errors.New("another write ended the writer"), (*errs.Error).NotWritten)
	b.db.room.note(b.answers, b.db.now())
	for _, a := range b.answers {
		a.job.done <- a.err
	}
}
