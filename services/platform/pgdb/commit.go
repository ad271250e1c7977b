package pgdb

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

const (
	// lockTimeout is how long a transaction waits for that of another process.
	lockTimeout = 10 * time.Second
	// idleTimeout is how long the server keeps a transaction whose client is silent,
	// because its machine is gone: until then nobody else can write. Closures do no
	// I/O, so a live one is never silent for long.
	idleTimeout = 15 * time.Second
	// stepTimeout is how long the writer waits for the server to begin or commit,
	// above lockTimeout. Callers wait as long as their contexts let them.
	stepTimeout = 20 * time.Second
	// retryFor is how long the writes of a batch are tried again.
	retryFor = 10 * time.Second
	// answerTime is what is left of a caller's time for another try and the way of its answer.
	answerTime = 250 * time.Millisecond
	// pauseAsked is how long a client is asked to wait that was kept waiting already.
	pauseAsked = 5 * time.Second
	// leastPatience is how long to wait for a lock where callers have less time.
	leastPatience = 50 * time.Millisecond
	// closeTimeout is how long a connection may take to say goodbye.
	closeTimeout = time.Second
)

// begin opens the transaction for the first of those that wait. Without one they are
// answered, all or the first. The contexts of the jobs do not bound it: whoever cannot wait leaves.
func (b *batch) begin(first *job) bool {
	for {
		err := b.tryBegin(first)
		if err == nil {
			return true
		}
		b.drop()
		if !b.mayRetry(err) {
			for _, j := range b.waiting {
				b.answer(j, b.gaveUp(err))
			}
			b.waiting = nil
			return false
		}
		if len(b.waiting) == 0 || b.waiting[0] != first {
			return false
		}
	}
}

func (b *batch) tryBegin(first *job) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), stepTimeout)
	defer cancel()
	if b.conn, err = b.db.pool.Acquire(ctx); err != nil {
		return err
	}
	var at any // NULL: now
	if first.past != nil {
		at = int64(first.past[0].At)
	}
	var start pgx.Batch
	// Each statement of begin_write must see what was committed before it.
	start.Queue("BEGIN ISOLATION LEVEL READ COMMITTED")
	start.Queue(b.db.sql.begin, int64(b.db.Settled()), b.patience().Milliseconds(), idleTimeout.Milliseconds(), at).
		QueryRow(func(row pgx.Row) error { return row.Scan((*int64)(&b.next)) })
	// A migration is the writer, too: who is now sees all that it did.
	var found version
	start.Queue(b.db.sql.version).QueryRow(func(row pgx.Row) error { return row.Scan(&found.have, &found.oldest) })
	start.Queue(savepoint)
	if err := b.conn.SendBatch(ctx, &start).Close(); err != nil {
		return err
	}
	b.db.setFound(found)
	if found.serves(b.db.schema.version()) != nil {
		return unserved(found)
	}
	return nil
}

// unserved is a version of the database that the program cannot write to.
type unserved version

func (unserved) Error() string { return "the database has a schema that the program does not know" }

// patience is how long to wait for the transaction of another process: not longer than
// somebody waits for the answer, who then hears that it is this.
func (b *batch) patience() time.Duration {
	longest := time.Duration(0)
	for _, j := range b.waiting {
		deadline, bounded := j.ctx.Deadline()
		if !bounded {
			return lockTimeout
		}
		longest = max(longest, time.Until(deadline)-answerTime)
	}
	return min(max(longest, leastPatience), lockTimeout)
}

// mayRetry waits before another try and says whether there should be one. Who cannot wait
// for that one is told now what it is that fails, and not that time is up.
func (b *batch) mayRetry(err error) bool {
	if !canRunAgain(err) || b.age() > retryFor {
		return false
	}
	pause := backoff(b.tries + 1)
	b.waiting = slices.DeleteFunc(b.waiting, func(j *job) bool {
		deadline, bounded := j.ctx.Deadline()
		if !bounded || time.Until(deadline) > pause+answerTime {
			return false
		}
		j.done <- b.gaveUp(err)
		return true
	})
	if len(b.waiting)+len(b.ran) == 0 {
		return false
	}
	if sqlState(err) == codeReadOnly {
		b.db.pool.Reset() // the connections may lead to a server that is no longer the first
	}
	b.tries++
	b.db.log.Warn("writes are tried again", zap.Error(err), zap.Int("try", b.tries))
	select {
	case <-b.db.stopping:
		return false
	default:
		return wait(context.Background(), b.db.stopping, pause) == nil
	}
}

// gaveUp is the error of a write that was not begun, of each one of its own. One that was tried for long already asks
// for a pause, or clients would try again themselves until their time is up.
func (b *batch) gaveUp(err error) error {
	if found, is := errors.AsType[unserved](err); is {
		return version(found).serves(b.db.schema.version()) // no pause mends it
	}
	err = notWritten(mapError(context.Background(), err))
	if known, is := errors.AsType[*errs.Error](err); is && b.age() > time.Second {
		_ = known.Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(pauseAsked)})
	}
	return err
}

// undo takes back what the last job wrote.
func (b *batch) undo() error {
	ctx, cancel := context.WithTimeout(context.Background(), stepTimeout)
	defer cancel()
	_, err := b.conn.Conn().PgConn().Exec(ctx, "ROLLBACK TO "+savepoint).ReadAll()
	return err
}

// commit writes the newest record time and commits. Jobs that were lost before
// that wait again.
func (b *batch) commit() {
	if len(b.ran) == 0 {
		b.rollback()
		return
	}
	writes := 0
	for _, o := range b.ran {
		if o.err == nil && o.job.wrote {
			writes++
		}
	}
	if writes == 0 {
		b.rollback()
		b.succeed()
		return
	}
	last := b.next - 1
	began := time.Now()
	err := b.sendCommit(last)
	switch {
	case err == nil:
		b.db.commits.Add(writes, time.Since(began))
		b.release()
		b.db.settled.raise(last)
		b.db.news.publish(recordtime.Present{Written: last, Settled: last})
		b.succeed()
		return
	case pgconn.SafeToRetry(err) && b.mayRetry(err):
		b.restart()
		return
	}
	b.db.log.Error("commit failed", zap.Error(err), zap.Int("writes", len(b.ran)))
	if refused(err) {
		b.fail(err, (*errs.Error).NotWritten)
	} else {
		b.fail(err, (*errs.Error).MaybeWritten)
	}
}

// errRolledBack is a COMMIT that the server answered with ROLLBACK.
var errRolledBack = errors.New("the server rolled the transaction back")

func (b *batch) sendCommit(last recordtime.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), stepTimeout)
	defer cancel()
	var end pgx.Batch
	end.Queue(b.db.sql.saveClock, int64(last))
	end.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return errRolledBack
		}
		return nil
	})
	return b.conn.SendBatch(ctx, &end).Close()
}

// refused says that the server answered that it did not commit. An answer that
// ends the session may come after the commit.
func refused(err error) bool {
	var answer *pgconn.PgError
	return errors.Is(err, errRolledBack) || errors.As(err, &answer) && !lostConnection(err) &&
		(answer.SeverityUnlocalized == "ERROR" || answer.Severity == "ERROR")
}

// succeed answers everybody who ran.
func (b *batch) succeed() {
	b.answers = append(b.answers, b.ran...)
	b.ran = nil
}

// rollback ends a transaction in which nothing is to be kept.
func (b *batch) rollback() {
	if b.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if _, err := b.conn.Conn().PgConn().Exec(ctx, "ROLLBACK").ReadAll(); err != nil {
		b.drop()
		return
	}
	b.release()
}

func (b *batch) release() {
	b.conn.Release()
	b.conn = nil
}

// drop closes the connection, and so ends its transaction.
func (b *batch) drop() {
	if b.conn == nil {
		return
	}
	hangUp(b.conn.Conn())
	b.release()
}

func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = conn.Close(ctx) // it is given up whatever it says
}
