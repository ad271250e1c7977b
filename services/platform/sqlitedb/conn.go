package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Row is the current row of a query. Its Column methods are valid until the
// callback returns: ColumnText, ColumnInt64, ColumnBool, ColumnIsNull, …
type Row = sqlite.Stmt

// ErrStop ends a Query early without an error when a row callback returns it.
var ErrStop = errors.New("stop reading rows")

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
}

func newConn(raw *sqlite.Conn) *Conn {
	return &Conn{raw: raw, stmts: newStmtCache(raw)}
}

// Query runs sql and calls row for each result row. A nil row reads the rows
// and ignores them. An error of row ends the query and is returned as it is.
func (c *Conn) Query(sql string, row func(*Row) error, args ...any) error {
	if c.ctx != nil && c.ctx.Err() != nil {
		return contextError(c.ctx.Err())
	}
	stmt, err := c.stmts.take(sql)
	if err != nil {
		return mapError(err)
	}
	defer c.stmts.give(sql, stmt)
	if err := bind(stmt, args); err != nil {
		return fmt.Errorf("%w, in %s", err, sql)
	}
	for {
		more, err := stmt.Step()
		if err != nil {
			return mapError(err)
		}
		if !more {
			return nil
		}
		if row == nil {
			continue
		}
		if err := row(stmt); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
	}
}

// QueryOne is Query for at most one row; it reports whether there was one.
// Further rows are not read.
func (c *Conn) QueryOne(sql string, row func(*Row) error, args ...any) (found bool, err error) {
	err = c.Query(sql, func(r *Row) error {
		found = true
		if row != nil {
			if err := row(r); err != nil {
				return err
			}
		}
		return ErrStop
	}, args...)
	return found, err
}

// Exec runs sql for its effect.
func (c *Conn) Exec(sql string, args ...any) error {
	return c.Query(sql, nil, args...)
}

// Changes returns how many rows the last INSERT, UPDATE or DELETE touched.
func (c *Conn) Changes() int { return c.raw.Changes() }

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

// Time reads column col as a record time.
func Time(row *Row, col int) recordtime.Time { return recordtime.Time(row.ColumnInt64(col)) }

// Bytes reads a copy of the blob in column col, nil for NULL.
func Bytes(row *Row, col int) []byte {
	if row.ColumnIsNull(col) {
		return nil
	}
	buf := make([]byte, row.ColumnLen(col))
	row.ColumnBytes(col, buf)
	return buf
}

// NullText is the argument that stores "" as NULL.
func NullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Limit is a LIMIT with a parameter. After a plain "LIMIT ?" SQLite compiles the
// statement anew each time that the parameter is bound, to plan for the number;
// the sign keeps it from that.
const Limit = "LIMIT +?"

// Placeholders returns "?,?,?" for n values, for an IN list.
func Placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}
