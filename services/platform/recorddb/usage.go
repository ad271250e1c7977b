package recorddb

import (
	"sync/atomic"
	"time"
)

// Usage is how much of what a database has is in use now. Counts are since it was
// opened.
type Usage struct {
	// Engine is "sqlite" or "postgresql".
	Engine string
	// Schema is the version of the schema that was found, SchemaWanted that which the
	// program needs.
	Schema, SchemaWanted int
	// SchemaServed is whether the program serves a database of the schema that was found:
	// the one that it needs, or a newer one that is declared to serve it, too.
	SchemaServed bool

	// InUse and Idle are the open connections for reading (of PostgreSQL: all), Most is
	// how many there may be.
	InUse, Idle, Most int
	// Acquires counts connections that were taken, Waits those that were waited for, and
	// Waited is for how long in all.
	Acquires, Waits int64
	Waited          time.Duration

	// Queued is how many writes wait for the writer, QueueSize how many can; then
	// callers wait to get in.
	Queued, QueueSize int
	// Commits counts transactions that were committed, Writes the writes in them, and
	// Committing is how long the commits took in all.
	Commits, Writes int64
	Committing      time.Duration

	// ReloadFails is whether files that a connection needs, such as that of its password,
	// could not be read when one was made last: what was read before is in use.
	ReloadFails bool

	// File is nil where the database is not a file of this machine.
	File *FileUsage
}

// FileUsage is the room that a database of one file takes, in bytes.
type FileUsage struct {
	// Database is the file, Log its write-ahead log.
	Database, Log int64
	// Disk is the size of the disk that it is on, Free what of that this process may
	// still take; both 0 if the system does not say.
	Disk, Free int64
}

// Commits counts what was committed since a database was opened. It is safe for
// concurrent use.
type Commits struct{ commits, writes, committing atomic.Int64 }

// Add counts a commit of so many writes.
func (c *Commits) Add(writes int, took time.Duration) {
	c.commits.Add(1)
	c.writes.Add(int64(writes))
	c.committing.Add(int64(took))
}

// Into says it in the usage of the database.
func (c *Commits) Into(usage *Usage) {
	usage.Commits, usage.Writes, usage.Committing = c.commits.Load(), c.writes.Load(), time.Duration(c.committing.Load())
}

// Gauged is a database that can say what it uses.
type Gauged interface {
	Usage() Usage
}
