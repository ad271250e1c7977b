package sqlitedb

import (
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// DefaultReaders is the number of reading connections when Options names none.
const DefaultReaders = 8

// Options are the settings of Open. The zero value is usable.
type Options struct {
	// Now is the clock behind record times; nil means time.Now.
	Now func() time.Time
	// Log receives migrations, panics in writes and failed commits; nil means
	// no log. SQL parameters are never logged.
	Log *zap.Logger
	// Migrate allows Open to bring an older schema up to date. When false a
	// database with an older schema opens, but Check, Read and Write answer
	// SCHEMA_TOO_OLD.
	Migrate bool
	// Progress is told of the migrations; nil is told nothing.
	Progress recorddb.Progress
	// Restore opens the database to be filled by WriteAt, or to be read for that:
	// the clock stands still, so the newest record time stays that of the newest
	// write. Now is not used.
	Restore bool
	// LockWait is how long Open waits for a process that has the database open and may
	// be about to end, one that is being replaced for example.
	LockWait time.Duration
	// Readers is the largest number of concurrent reads; 0 means
	// DefaultReaders. Connections are opened when first needed.
	Readers int
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Readers < 1 {
		o.Readers = DefaultReaders
	}
	return o
}
