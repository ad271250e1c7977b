package sqlitedb

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

var _ recorddb.Gauged = (*DB)(nil)

// tallies are how connections were taken since the pool was made.
type tallies struct {
	acquires, waits, waited atomic.Int64 // waited in nanoseconds
}

// Usage implements recorddb.Gauged.
func (db *DB) Usage() recorddb.Usage {
	inUse, idle := db.readers.count()
	usage := recorddb.Usage{
		Engine: "sqlite", Schema: db.schemaHave, SchemaWanted: db.schemaWant, SchemaServed: db.schemaHave >= db.schemaWant,
		InUse: inUse, Idle: idle, Most: cap(db.readers.slots),
		Acquires: db.readers.tallies.acquires.Load(), Waits: db.readers.tallies.waits.Load(), Waited: time.Duration(db.readers.tallies.waited.Load()),
		Queued: len(db.queue), QueueSize: cap(db.queue),
		File: db.fileUsage(),
	}
	db.commits.Into(&usage)
	return usage
}

// count returns how many connections are in use, and how many wait to be.
func (p *pool) count() (inUse, idle int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.slots), len(p.idle)
}

func (db *DB) fileUsage() *recorddb.FileUsage {
	usage := &recorddb.FileUsage{Database: sizeOf(db.path), Log: sizeOf(logPath(db.path))}
	usage.Disk, usage.Free = diskOf(filepath.Dir(db.path))
	return usage
}

// sizeOf is the size of a file, 0 of one that is not there.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
