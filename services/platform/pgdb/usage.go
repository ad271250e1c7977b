package pgdb

import (
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

var _ recorddb.Gauged = (*DB)(nil)

// tallies are what happened since the database was opened.
type tallies struct {
	commits, writes, committing atomic.Int64 // committing in nanoseconds
}

// committed notes a commit of what ran.
func (t *tallies) committed(ran []outcome, took time.Duration) {
	for _, o := range ran {
		if o.err == nil && o.job.wrote {
			t.writes.Add(1)
		}
	}
	t.commits.Add(1)
	t.committing.Add(int64(took))
}

// Usage implements recorddb.Gauged.
func (db *DB) Usage() recorddb.Usage {
	pool := db.pool.Stat()
	return recorddb.Usage{
		Engine: "postgresql", Schema: int(db.have.Load()), SchemaWanted: db.schema.version(),
		InUse: int(pool.AcquiredConns() + pool.ConstructingConns()), Idle: int(pool.IdleConns()), Most: int(pool.MaxConns()),
		Acquires: pool.AcquireCount(), Waits: pool.EmptyAcquireCount(), Waited: pool.EmptyAcquireWaitTime(),
		Queued: len(db.queue), QueueSize: cap(db.queue),
		Commits: db.tallies.commits.Load(), Writes: db.tallies.writes.Load(), Committing: time.Duration(db.tallies.committing.Load()),
	}
}
