package pgdb

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// readTries is how often a query is tried whose connection turns out to be lost.
const readTries = 4

// Read runs fn with a connection to read from. Each query is a statement of its
// own, without a transaction around them: what stood on record at a settled time
// never changes, so no snapshot is needed to read it twice. fn may query from
// inside a row callback; it cannot write.
//
// When ctx ends, the running query does too and Read answers with the context's
// error. A query whose connection is lost before its first row is run again, a
// few times.
func (db *DB) Read(ctx context.Context, fn func(recorddb.Conn) error) error {
	if err := db.usable(); err != nil {
		return err
	}
	return db.read(ctx, fn)
}

func (db *DB) read(ctx context.Context, fn func(recorddb.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return contextError(err)
	}
	r := &reader{conn{db: db, ctx: ctx}}
	defer r.release()
	return fn(r)
}

// reader is the recorddb.Conn of a Read. It takes a connection with its first
// query and keeps it.
type reader struct{ conn }

// Query implements recorddb.Conn.
func (r *reader) Query(sql string, fn func(recorddb.Row) error, args ...any) error {
	for try := 1; ; try++ {
		begun, err := r.tryQuery(sql, fn, args)
		if err == nil {
			return nil
		}
		if begun || !lostConnection(err) || try == readTries {
			return err
		}
		r.release()
		if err := wait(r.ctx, nil, backoff(try)); err != nil {
			return err
		}
	}
}

func (r *reader) tryQuery(sql string, fn func(recorddb.Row) error, args []any) (begun bool, err error) {
	if r.pooled == nil {
		if r.pooled, err = r.db.pool.Acquire(r.ctx); err != nil {
			return false, mapError(r.ctx, err)
		}
	}
	return r.query(sql, fn, args)
}

// QueryOne implements recorddb.Conn.
func (r *reader) QueryOne(sql string, fn func(recorddb.Row) error, args ...any) (found bool, err error) {
	err = r.Query(sql, one(&found, fn), args...)
	return found, err
}

// release gives the connection back; the pool drops one that is closed.
func (r *reader) release() {
	if r.pooled != nil {
		r.pooled.Release()
		r.pooled = nil
	}
}
