package recorddb

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Restorer is a database that can be filled with what another one recorded.
type Restorer interface {
	Database
	// WriteAt runs writes that have their record times already, in the order of
	// these and in one commit: all are written or none. The last time is then the
	// newest on record. Functions may run more than once.
	//
	// FAILED_PRECONDITION, reason RECORD_TIME_PASSED, if a time is not later than
	// the one before it, or than the newest on record.
	WriteAt(ctx context.Context, writes []Past) error
}

// Past is a write with the record time that it has.
type Past struct {
	At recordtime.Time
	Fn func(Tx) error
}

// At returns the transaction as it looks at another record time, so that one
// commit can hold several.
func At(tx Tx, at recordtime.Time) Tx { return pastTx{tx, at} }

type pastTx struct {
	Tx
	at recordtime.Time
}

func (tx pastTx) RecordTime() recordtime.Time { return tx.at }

// Reader returns the service's view of a reading connection.
func (s *Store[R, W]) Reader(conn Conn) R { return s.reader(conn) }

// Writer returns the service's view of a write transaction.
func (s *Store[R, W]) Writer(tx Tx) W { return s.writer(tx) }
