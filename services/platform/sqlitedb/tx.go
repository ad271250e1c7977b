package sqlitedb

import (
	"fmt"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Tx is the write transaction as one closure sees it.
type Tx struct {
	*Conn
	recordTime recordtime.Time
	clock      time.Time
}

var _ recorddb.Tx = (*Tx)(nil)

// RecordTime is the write's own place on the record axis: unique, greater than
// that of every write before it, and greater than Settled until the write is
// committed.
func (tx *Tx) RecordTime() recordtime.Time { return tx.recordTime }

// Clock is what the clock behind record times showed when the write began.
func (tx *Tx) Clock() time.Time { return tx.clock }

// Insert inserts one row.
func (tx *Tx) Insert(into *recorddb.Insert, values ...any) error { return tx.exec(into.SQL, values...) }

// Exec runs sql for its effect.
func (tx *Tx) Exec(sql string, args ...any) error { return tx.exec(sql, args...) }

// ExecCount is Exec that tells how many rows it changed.
func (tx *Tx) ExecCount(sql string, args ...any) (int, error) {
	if err := tx.exec(sql, args...); err != nil {
		return 0, err
	}
	return tx.raw.Changes(), nil
}

// ExecOne is Exec for a change of exactly one row.
func (tx *Tx) ExecOne(sql string, args ...any) error {
	count, err := tx.ExecCount(sql, args...)
	if err == nil && count != 1 {
		err = fmt.Errorf("%d rows changed instead of one, in %s", count, sql)
	}
	return err
}

// Try runs fn within the transaction and undoes what it wrote, and only that.
func (tx *Tx) Try(fn func() error) error {
	if err := tx.exec("SAVEPOINT attempt"); err != nil {
		return err
	}
	err := fn()
	if undo := tx.exec("ROLLBACK TO attempt"); err == nil {
		err = undo
	}
	if end := tx.exec("RELEASE attempt"); err == nil {
		err = end
	}
	return err
}
