package pgdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// conn runs queries on one connection, under the context of one Read or Write.
// When that ends in the middle of a query the connection is closed and the
// server told to give the query up: a server that hangs cannot hold the caller.
type conn struct {
	db     *DB
	ctx    context.Context
	pooled *pgxpool.Conn // nil in a Read that has none at the moment
	open   *cursor       // the query whose rows are being read
	fault  error         // the first error of the driver, as it came
}

func (c *conn) raw() *pgx.Conn { return c.pooled.Conn() }

// idle makes the connection free for another statement.
func (c *conn) idle() error {
	if err := c.ctx.Err(); err != nil {
		return contextError(err)
	}
	if c.open == nil {
		return nil
	}
	return c.open.drain()
}

// query runs sql, whose rows a callback gets; begun says that it got some. An
// error of the callback is returned as it is.
func (c *conn) query(sql string, fn func(recorddb.Row) error, args []any) (begun bool, err error) {
	bound, err := c.db.bind(args)
	if err != nil {
		return false, fmt.Errorf("%w, in %s", err, sql)
	}
	if err := c.idle(); err != nil {
		return false, err
	}
	rows, err := c.raw().Query(c.ctx, c.db.texts.get(sql), bound...)
	if err != nil {
		return false, c.fail(err, sql)
	}
	cur := &cursor{rows: rows, outer: c.open}
	c.open = cur
	defer func() {
		rows.Close()
		c.open = cur.outer
	}()
	for cur.next() {
		begun = true
		if fn == nil {
			continue
		}
		err := fn(&cur.row)
		stop := errors.Is(err, recorddb.ErrStop)
		if err != nil && !stop {
			return true, err
		}
		// Also of the last row: a column that could not be read was read as zero.
		if stop || cur.row.err != nil {
			return true, c.fail(cur.row.err, sql)
		}
	}
	return begun, c.fail(rows.Err(), sql)
}

// fail maps an error of the driver; one that is not about storage gets the
// statement that it is about.
func (c *conn) fail(err error, sql string) error {
	if err == nil {
		return nil
	}
	if c.fault == nil {
		c.fault = err
	}
	if storageError(err) == nil {
		err = fmt.Errorf("%w, in %s", err, sql)
	}
	return mapError(c.ctx, err)
}

// one is a callback that stops after one row.
func one(found *bool, fn func(recorddb.Row) error) func(recorddb.Row) error {
	return func(r recorddb.Row) error {
		*found = true
		if fn != nil {
			if err := fn(r); err != nil {
				return err
			}
		}
		return recorddb.ErrStop
	}
}
