package pgdb

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxQueue is how many statements wait at most to be sent together.
const maxQueue = 1024

// tx is the write transaction as one closure sees it. Statements wait in a queue
// and rows in buffers until a result is asked for: then all go at once, without
// a round trip for each.
type tx struct {
	conn
	at      recordtime.Time
	clock   time.Time
	queue   *pgx.Batch
	buffers buffers
	sent    bool  // something of the closure has reached the server
	broken  error // what failed, so that the closure cannot be committed
}

// RecordTime implements recorddb.Tx.
func (t *tx) RecordTime() recordtime.Time { return t.at }

// Clock implements recorddb.Tx.
func (t *tx) Clock() time.Time { return t.clock }

// Query implements recorddb.Conn.
func (t *tx) Query(sql string, fn func(recorddb.Row) error, args ...any) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.sent = true
	_, err := t.query(sql, fn, args)
	return t.note(err)
}

// QueryOne implements recorddb.Conn.
func (t *tx) QueryOne(sql string, fn func(recorddb.Row) error, args ...any) (found bool, err error) {
	err = t.Query(sql, one(&found, fn), args...)
	return found, err
}

// Insert implements recorddb.Tx.
func (t *tx) Insert(into *recorddb.Insert, values ...any) error {
	if len(values) != len(into.Columns) {
		return fmt.Errorf("%s: %d values for %d columns", into.Table, len(values), len(into.Columns))
	}
	bound, err := t.db.bind(values)
	if err != nil {
		return fmt.Errorf("%w, in %s", err, into.SQL)
	}
	if full := t.buffers.add(into, bound); full {
		return t.flush()
	}
	return nil
}

// Exec implements recorddb.Tx.
func (t *tx) Exec(sql string, args ...any) error { return t.enqueue(sql, nil, args) }

// ExecOne implements recorddb.Tx.
func (t *tx) ExecOne(sql string, args ...any) error {
	return t.enqueue(sql, func(tag pgconn.CommandTag) error {
		if n := tag.RowsAffected(); n != 1 {
			return fmt.Errorf("%d rows changed instead of one, in %s", n, sql)
		}
		return nil
	}, args)
}

// ExecCount implements recorddb.Tx.
func (t *tx) ExecCount(sql string, args ...any) (count int, err error) {
	err = t.enqueue(sql, func(tag pgconn.CommandTag) error {
		count = int(tag.RowsAffected())
		return nil
	}, args)
	if err == nil {
		err = t.flush()
	}
	return count, err
}

// Try implements recorddb.Tx.
func (t *tx) Try(fn func() error) error {
	if err := t.enqueue("SAVEPOINT attempt", nil, nil); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		err = t.flush()
	}
	t.discard()
	if undo := t.control("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt"); undo != nil {
		if err == nil {
			err = undo
		}
		return t.note(err)
	}
	t.broken = nil
	return err
}

func (t *tx) enqueue(sql string, result func(pgconn.CommandTag) error, args []any) error {
	bound, err := t.db.bind(args)
	if err != nil {
		return fmt.Errorf("%w, in %s", err, sql)
	}
	if err := t.buffers.drain(t); err != nil {
		return err
	}
	queued := t.queue.Queue(t.db.texts.get(sql), bound...)
	if result != nil {
		queued.Exec(result)
	}
	if t.queue.Len() >= maxQueue {
		return t.send()
	}
	return nil
}

// flush sends everything that waits.
func (t *tx) flush() error {
	if err := t.buffers.drain(t); err != nil {
		return err
	}
	return t.send()
}

// send sends the queue and takes its results.
func (t *tx) send() error {
	if t.queue.Len() == 0 {
		return nil
	}
	if err := t.idle(); err != nil {
		return t.note(err)
	}
	batch := t.queue
	t.queue, t.sent = &pgx.Batch{}, true
	err := t.raw().SendBatch(t.ctx, batch).Close()
	return t.note(t.fail(err, batch.QueuedQueries[0].SQL+" and what follows it"))
}

// discard forgets what was not sent.
func (t *tx) discard() {
	t.queue = &pgx.Batch{}
	t.buffers = buffers{}
}

// control runs statements about the transaction itself. They go by the simple
// protocol, which works in a transaction that has failed.
func (t *tx) control(sql string) error {
	if err := t.idle(); err != nil {
		return err
	}
	_, err := t.raw().PgConn().Exec(t.ctx, sql).ReadAll()
	return t.fail(err, sql)
}

// note remembers an error: a closure that passes over it must not be committed.
func (t *tx) note(err error) error {
	if err != nil && t.broken == nil {
		t.broken = err
	}
	return err
}
