package pgdb

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

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
	// closeTimeout is how long a connection may take to say goodbye.
	closeTimeout = time.Second
)

// begin opens the transaction for a job that waits; without one the waiting are
// answered. The contexts of the jobs do not bound it: whoever cannot wait leaves.
func (b *batch) begin(first *job) bool {
	for {
		err := b.tryBegin(first)
		if err == nil {
			return true
		}
		b.drop()
		if !b.mayRetry(err) {
			for _, j := range b.waiting {
				b.answer(j, notWritten(mapError(context.Background(), err)))
			}
			b.waiting = nil
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
	start.Queue(b.db.sql.begin, int64(b.db.Settled()), lockTimeout.Milliseconds(), idleTimeout.Milliseconds(), at).
		QueryRow(func(row pgx.Row) error { return row.Scan((*int64)(&b.next)) })
	// A migration is the writer, too: who is now sees all that it did.
	var found version
	start.Queue(b.db.sql.version).QueryRow(func(row pgx.Row) error { return row.Scan(&found.have, &found.oldest) })
	start.Queue(savepoint)
	if err := b.conn.SendBatch(ctx, &start).Close(); err != nil {
		return err
	}
	b.db.setFound(found)
	return found.serves(b.db.schema.version())
}

// mayRetry waits before another try and says whether there should be one.
func (b *batch) mayRetry(err error) bool {
	if !canRunAgain(err) || time.Since(b.began) > retryFor {
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
		return wait(context.Background(), b.db.stopping, backoff(b.tries)) == nil
	}
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
