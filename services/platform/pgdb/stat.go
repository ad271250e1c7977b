package pgdb

import "time"

// Stat is how busy the connections are.
type Stat struct {
	// Max is the size of the pool, InUse and Idle how many of it are open.
	Max, InUse, Idle int
	// Waits counts the times that somebody had to wait for a connection since Open,
	// Waited is how long all of that took.
	Waits  int64
	Waited time.Duration
}

// Stat returns the state of the pool. With InUse at Max and Waits growing, the
// process wants more connections.
func (db *DB) Stat() Stat {
	s := db.pool.Stat()
	return Stat{
		Max: int(s.MaxConns()), InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
	}
}
