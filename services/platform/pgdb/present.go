package pgdb

import (
	"context"
	"sync/atomic"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Settled implements recorddb.Engine.
func (db *DB) Settled() recordtime.Time { return db.settled.get() }

// Present implements recorddb.Engine. It asks the database, so it knows of the
// writes of every process: all that were acknowledged to anybody before the call
// are at or before Written. A database that is open for restoring has its newest
// record time for both.
func (db *DB) Present(ctx context.Context) (recordtime.Present, error) {
	if err := db.usable(); err != nil {
		return recordtime.Present{}, err
	}
	for {
		a, leads := db.asks.join()
		if leads {
			db.asks.lead(ctx, a, db.askPresent)
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return recordtime.Present{}, contextError(ctx.Err())
		}
		if !a.abandoned || leads {
			return a.present, a.err
		}
	}
}

func (db *DB) askPresent(ctx context.Context) (present recordtime.Present, err error) {
	var found version
	err = db.read(ctx, func(conn recorddb.Conn) error {
		_, err := conn.QueryOne(db.sql.present, func(row recorddb.Row) error {
			present.Written, present.Settled = recorddb.Time(row, 0), recorddb.Time(row, 1)
			found = version{int(row.Int64(2)), int(row.Int64(3))}
			return nil
		})
		return err
	})
	if err == nil {
		err = db.note(found)
	}
	if err != nil {
		return recordtime.Present{}, err
	}
	if db.restore {
		present.Settled = present.Written
	}
	db.settled.raise(present.Settled)
	return present, nil
}

// latest is the greatest of the times given to it.
type latest struct{ at atomic.Int64 }

func (l *latest) get() recordtime.Time { return recordtime.Time(l.at.Load()) }

func (l *latest) raise(to recordtime.Time) {
	for {
		at := l.at.Load()
		if int64(to) <= at || l.at.CompareAndSwap(at, int64(to)) {
			return
		}
	}
}
