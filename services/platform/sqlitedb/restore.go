package sqlitedb

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

var _ recorddb.Restorer = (*DB)(nil)

// handClock is the clock of a database that is restored: it shows what WriteAt
// was told, so that no wall clock gets on the record.
type handClock struct{ at atomic.Int64 }

func (c *handClock) now() time.Time { return time.UnixMicro(c.at.Load()) }

// WriteAt runs writes at record times that are given, in one commit. Only a
// database that was opened with Options.Restore can do it, one call at a time;
// after an error it must be opened anew.
//
// FAILED_PRECONDITION, reason RECORD_TIME_PASSED, if a time is not later than
// the one before it, or than the newest on record.
func (db *DB) WriteAt(ctx context.Context, writes []recorddb.Past) error {
	if db.restore == nil {
		return errs.New(errs.Internal, "INTERNAL", "the database was not opened to be restored")
	}
	if len(writes) == 0 {
		return nil
	}
	db.restore.at.Store(int64(writes[len(writes)-1].At))
	return db.Write(ctx, func(tx recorddb.Tx) error {
		previous, err := loadClock(tx.(*Tx).Conn) //nolint:forcetypeassert // it is ours
		if err != nil {
			return err
		}
		for _, write := range writes {
			if write.At <= previous || write.At > tx.RecordTime() {
				return errs.New(errs.FailedPrecondition, "RECORD_TIME_PASSED", "the record is beyond %s already", write.At).NotWritten()
			}
			if err := write.Fn(recorddb.At(tx, write.At)); err != nil {
				return err
			}
			previous = write.At
		}
		return nil
	})
}
