package sqlitedb

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Conn is a connection inside one transaction: a snapshot in Read, the write
// transaction in Write. It belongs to the goroutine that runs the closure and
// must not be kept after it.
//
// SQL is one statement with ? parameters. Arguments are string, int, int32,
// int64, bool, []byte, recordtime.Time or nil; floats are refused, because no
// stored value is one. Statements are cached by their text, the least recently
// used are dropped, so built SQL is safe as long as values are bound.
type Conn struct {
	raw   *sqlite.Conn
	stmts *stmtCache
	ctx   context.Context // of the running write, checked between statements; nil for reads

	alarm // of reads
}

func newConn(raw *sqlite.Conn) *Conn {
	return &Conn{raw: raw, stmts: newStmtCache(raw)}
}

// Query runs sql and calls each for each result row. A nil each reads the rows
// and ignores them. An error of each ends the query and is returned as it is.
func (c *Conn) Query(sql string, each func(recorddb.Row) error, args ...any) error {
	if c.ctx != nil && c.ctx.Err() != nil {
		return contextError(c.ctx.Err())
	}
	cached, err := c.stmts.take(sql)
	if err != nil {
		return mapError(err)
	}
	defer c.stmts.give(cached)
	stmt := cached.stmt
	if err := bind(stmt, args); err != nil {
		return fmt.Errorf("%w, in %s", err, sql)
	}
	current := row{stmt}
	for {
		more, err := stmt.Step()
		if err != nil {
			return mapError(err)
		}
		if !more {
			return nil
		}
		if each == nil {
			continue
		}
		if err := each(current); err != nil {
			if errors.Is(err, recorddb.ErrStop) {
				return nil
			}
			return err
		}
	}
}

// QueryOne is Query for at most one row; it reports whether there was one.
// Further rows are not read.
func (c *Conn) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (found bool, err error) {
	err = c.Query(sql, func(r recorddb.Row) error {
		found = true
		if row != nil {
			if err := row(r); err != nil {
				return err
			}
		}
		return recorddb.ErrStop
	}, args...)
	return found, err
}

// exec runs sql for its effect.
func (c *Conn) exec(sql string, args ...any) error {
	return c.Query(sql, nil, args...)
}

func (c *Conn) close() error {
	c.stmts.close()
	return mapError(c.raw.Close())
}

func bind(stmt *sqlite.Stmt, args []any) error {
	if want := stmt.BindParamCount(); want != len(args) {
		return fmt.Errorf("%d arguments for %d parameters", len(args), want)
	}
	for i, arg := range args {
		param := i + 1
		switch value := arg.(type) {
		case nil:
			stmt.BindNull(param)
		case string:
			stmt.BindText(param, value)
		case int:
			stmt.BindInt64(param, int64(value))
		case int32:
			stmt.BindInt64(param, int64(value))
		case int64:
			stmt.BindInt64(param, value)
		case recordtime.Time:
			stmt.BindInt64(param, int64(value))
		case bool:
			stmt.BindBool(param, value)
		case []byte:
			if value == nil {
				stmt.BindNull(param)
			} else {
				stmt.BindBytes(param, value)
			}
		default:
			return fmt.Errorf("argument %d has type %T, which cannot be bound", param, arg)
		}
	}
	return nil
}
