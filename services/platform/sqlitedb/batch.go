package sqlitedb

import (
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"go.uber.org/zap"
	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// batch is the writes of one commit.
type batch struct {
	db      *DB
	waiting []*job // not yet looked at
	pending []*job // ran without error, wait for the commit
	// undone are the jobs that wrote nothing but saw what the pending ones wrote:
	// their answers hold only if that is committed.
	undone  []answer
	answers []answer
	ends    []func() // end the record times in flight
	last    recordtime.Time
}

type answer struct {
	job *job
	err error
}

// runBatch runs the jobs in one transaction. Callers are answered last, when
// the record times are no longer in flight: who is told of a write can read it.
func (db *DB) runBatch(jobs []*job) {
	b := &batch{db: db, waiting: jobs}
	defer b.finish()
	for len(b.waiting) > 0 {
		// Before its job is taken: a caller may leave while the file is locked from
		// outside.
		begun := b.begin()
		j := b.waiting[0]
		b.waiting = b.waiting[1:]
		if !j.claim() {
			continue
		}
		if err := j.ctx.Err(); err != nil {
			b.answer(j, contextError(err))
		} else if begun != nil {
			b.answer(j, notWritten(begun))
		} else {
			b.run(j)
		}
	}
	b.commit()
}

// begin opens the transaction unless it is open.
func (b *batch) begin() error {
	if b.db.writer != nil && !b.db.writer.raw.AutocommitEnabled() {
		return nil
	}
	if lost := b.db.findLost(); lost != nil {
		b.saveLog()
		return lost.refusal()
	}
	if b.db.writer == nil {
		if err := b.db.openWriter(); err != nil {
			return mapError(err)
		}
	}
	return b.db.writer.exec("BEGIN IMMEDIATE")
}

// run runs one job, inside a savepoint if writes before it wait for the commit: without
// them the transaction is its own, and SQLite need not keep what each page was before.
func (b *batch) run(j *job) {
	conn := b.db.writer
	shared := len(b.pending) > 0
	var err error
	if shared {
		err = conn.exec("SAVEPOINT one_write")
	}
	if err == nil {
		err = b.call(j)
	}
	if err == nil && shared {
		err = conn.exec("RELEASE one_write")
	}
	switch {
	case err == nil:
		b.pending = append(b.pending, j)
		return
	case conn.raw.AutocommitEnabled():
		// SQLite gave up the whole transaction (disk full, for example), and
		// with it the writes before this one.
		b.failPending(err)
	case shared:
		b.undo()
	default:
		b.rollback()
	}
	if errors.Is(err, recorddb.ErrRollback) {
		err = nil
	}
	if len(b.pending) > 0 {
		b.undone = append(b.undone, answer{j, notWritten(err)})
		return
	}
	b.answer(j, notWritten(err))
}

// call runs the closure and turns a panic into an error.
func (b *batch) call(j *job) (err error) {
	conn := b.db.writer
	recordTime, end := b.db.clock.Begin()
	b.ends = append(b.ends, end)
	b.last = recordTime
	conn.ctx = j.ctx
	returned := false
	defer func() {
		conn.ctx = nil
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
	err = j.fn(&Tx{Conn: conn, recordTime: recordTime, clock: b.db.now()})
	returned = true
	return err
}

// undo takes back the current savepoint. If even that fails the transaction is
// beyond use.
func (b *batch) undo() {
	conn := b.db.writer
	err := conn.exec("ROLLBACK TO one_write")
	if err == nil {
		err = conn.exec("RELEASE one_write")
	}
	if err != nil {
		b.failPending(err)
		b.rollback()
	}
}

// commit writes the newest record time and commits.
func (b *batch) commit() {
	if len(b.pending) == 0 {
		return
	}
	if err := saveClock(b.db.writer, b.last); err != nil {
		b.failPending(err)
		return
	}
	began := time.Now()
	if err := b.db.writer.exec("COMMIT"); err != nil {
		b.db.log.Error("commit failed", zap.Error(err), zap.Int("writes", len(b.pending)))
		b.fail(err, outcomeOf(err))
		return
	}
	b.db.refusal.Store(nil)
	b.db.commits.Add(len(b.pending), time.Since(began))
	for _, j := range b.pending {
		b.answer(j, nil)
	}
	b.answers = append(b.answers, b.undone...)
	b.pending, b.undone = nil, nil
}

// outcomeOf says what a failed commit left. What makes a transaction one stands in its
// last frame, so one whose frames found no room is not there (DESIGN.md). Of all other
// errors that is not known.
func outcomeOf(err error) func(*errs.Error) *errs.Error {
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultFull {
		return (*errs.Error).NotWritten
	}
	return (*errs.Error).MaybeWritten
}

// finish ends the transaction if it is still open, then answers everybody.
// Something is left to fail only if a closure ended the goroutine.
func (b *batch) finish() {
	for _, j := range b.waiting {
		if j.claim() {
			b.pending = append(b.pending, j)
		}
	}
	b.failPending(errors.New("another write ended the writer"))
	b.rollback()
	if lost := b.db.findLost(); lost != nil {
		b.saveLog()
		b.doubt(lost)
	} else if b.db.writer == nil {
		if err := b.db.openWriter(); err != nil { // the next write tries it again
			b.db.log.Error("the database cannot be opened for writing again", zap.Error(err))
		}
	}
	for _, end := range b.ends {
		end()
	}
	if len(b.ends) > 0 {
		b.db.changed.broadcast()
	}
	diskFault := sync.OnceValue(b.db.diskFault)
	for _, a := range b.answers {
		err := explainBy(a.err, diskFault)
		b.db.noteRefusal(err)
		a.job.done <- err
	}
}

// doubt tells everybody who was to hear of a write that it may be lost.
func (b *batch) doubt(lost *lostError) {
	for i, a := range b.answers {
		if a.err == nil {
			b.answers[i].err = lost.refusal().MaybeWritten()
		}
	}
}

// saveLog is that of the database. What it cannot save now it may save later.
func (b *batch) saveLog() {
	if err := b.db.saveLog(); err != nil {
		b.db.log.Warn("what the write-ahead log holds cannot be brought into the database yet", zap.Error(err))
	}
}

// rollback ends the transaction. One that it cannot end goes with its connection: else
// the next write would run in it, and commit what was to be undone.
func (b *batch) rollback() {
	conn := b.db.writer
	if conn == nil || conn.raw.AutocommitEnabled() {
		return
	}
	if err := conn.exec("ROLLBACK"); err != nil {
		b.db.writer = nil
		b.db.wal.Store(nil) // SQLite puts it away with the last connection
		b.db.log.Error("rollback failed: the connection is closed", zap.Error(err), zap.NamedError("close", conn.close()))
	}
}

// failPending answers the writes that ran and were lost before the commit.
func (b *batch) failPending(cause error) { b.fail(cause, (*errs.Error).NotWritten) }

// fail answers the pending writes with an error that mark says the outcome of,
// and whoever saw them.
func (b *batch) fail(cause error, mark func(*errs.Error) *errs.Error) {
	for _, j := range b.pending {
		b.answer(j, mark(sharedError(cause)))
	}
	for _, a := range b.undone {
		b.answer(a.job, sharedError(cause).NotWritten())
	}
	b.pending, b.undone = nil, nil
}

func (b *batch) answer(j *job, err error) {
	b.answers = append(b.answers, answer{j, err})
}
