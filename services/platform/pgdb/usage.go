package pgdb

import "github.com/onrecord/onrecord/services/platform/recorddb"

var _ recorddb.Gauged = (*DB)(nil)

// Usage implements recorddb.Gauged.
func (db *DB) Usage() recorddb.Usage {
	pool, found, want := db.pool.Stat(), db.found.Load(), db.schema.version()
	usage := recorddb.Usage{
		Engine: "postgresql", Schema: found.have, SchemaWanted: want, SchemaServed: found.serves(want) == nil,
		InUse: int(pool.AcquiredConns() + pool.ConstructingConns()), Idle: int(pool.IdleConns()), Most: int(pool.MaxConns()),
		Acquires: pool.AcquireCount(), Waits: pool.EmptyAcquireCount(), Waited: pool.EmptyAcquireWaitTime(),
		Queued: len(db.queue), QueueSize: cap(db.queue), ReloadFails: db.secrets.failing(),
	}
	db.commits.Into(&usage)
	return usage
}
