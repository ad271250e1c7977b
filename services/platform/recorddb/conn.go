package recorddb

import (
	"context"
	"errors"
	"time"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ErrStop ends a Query early without an error when a row callback returns it.
var ErrStop = errors.New("stop reading rows")

// Conn reads. Arguments are string, int, int32, int64, bool, []byte,
// recordtime.Time or nil; floats are refused, because no stored value is one. It
// belongs to the goroutine that runs the closure and must not be kept after it.
type Conn interface {
	// Query runs sql and calls row for each result row, which is valid until row
	// returns. A nil row reads the rows and ignores them. An error of row ends the
	// query and is returned as it is; ErrStop ends it without one.
	Query(sql string, row func(Row) error, args ...any) error
	// QueryOne is Query for at most one row; further rows are not read.
	QueryOne(sql string, row func(Row) error, args ...any) (found bool, err error)
}

// Row is the current row of a query. Columns count from 0. NULL reads as the
// zero value.
type Row interface {
	// Text returns a text, or the bytes of a blob as they are: one copy less than
	// Bytes where a string is wanted.
	Text(column int) string
	Int64(column int) int64
	Bool(column int) bool
	// Bytes returns a copy, nil for NULL.
	Bytes(column int) []byte
	IsNull(column int) bool
}

// Time reads a column as a record time.
func Time(row Row, column int) recordtime.Time { return recordtime.Time(row.Int64(column)) }

// Tx is one write transaction. It reads its own writes.
//
// An engine may send writes later than they are asked for, at the latest with
// the next query or at the end of the closure: then that is where their error
// appears.
type Tx interface {
	Conn
	// RecordTime is the write's own place on the record axis: unique, and greater
	// than that of every write before it.
	RecordTime() recordtime.Time
	// Clock is what this machine's clock showed when the write began. It is no place on the
	// record: that goes on in order where clocks differ, or are set back.
	Clock() time.Time
	// Insert inserts one row.
	Insert(into *Insert, values ...any) error
	// Exec runs sql for its effect.
	Exec(sql string, args ...any) error
	// ExecOne is Exec for a change of exactly one row: any other number is an error.
	ExecOne(sql string, args ...any) error
	// ExecCount is Exec that tells how many rows it changed.
	ExecCount(sql string, args ...any) (int, error)
	// Try runs fn and undoes what it wrote, and only that.
	Try(fn func() error) error
}

// Engine is an open database seen through the interfaces of one service.
// It is what a service's store needs beyond its reader and its writer; each
// engine documents its own errors.
type Engine interface {
	// Settled returns a time at or before which nothing can commit any more, from
	// memory: the newest that this process knows of. What it was told is written is
	// at or before it.
	Settled() recordtime.Time
	// Present asks how far the record goes now, whoever wrote it. Read at
	// Present.Written to see everything.
	Present(ctx context.Context) (recordtime.Present, error)
	// Await returns the present as soon as something newer than after is on
	// record, whoever wrote it, or the error of ctx.
	Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error)
	// Check says whether the database can serve: it answers and its schema is
	// right.
	Check(ctx context.Context) error
	// Close ends the use of the database.
	Close() error
}
