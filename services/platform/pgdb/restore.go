package pgdb

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

var _ recorddb.Restorer = (*DB)(nil)

// WriteAt runs writes at record times that are given, all of them or none, in
// one commit: each sees those before it. Only a database that was opened with
// Options.Restore can do it.
//
// FAILED_PRECONDITION, reason RECORD_TIME_PASSED, if a time is not later than
// the one before it, or than the newest on record. Other errors are those of
// Write; one of a function undoes them all.
func (db *DB) WriteAt(ctx context.Context, writes []recorddb.Past) error {
	if !db.restore {
		return errs.New(errs.Internal, "INTERNAL", "the database was not opened to be restored")
	}
	if len(writes) == 0 {
		return nil
	}
	for i := 1; i < len(writes); i++ {
		if writes[i].At <= writes[i-1].At {
			return errs.New(errs.FailedPrecondition, "RECORD_TIME_PASSED",
				"the record is beyond %s already", writes[i].At).NotWritten()
		}
	}
	return db.submit(&job{ctx: ctx, past: writes})
}

// restore runs the writes of a job, which has a transaction of its own.
func (t *tx) restore(writes []recorddb.Past) error {
	for _, write := range writes {
		t.at = write.At
		if err := write.Fn(t); err != nil {
			return err
		}
	}
	return nil
}
