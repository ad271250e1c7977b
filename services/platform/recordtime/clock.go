package recordtime

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Clock hands out record times for one writing process. It is safe for concurrent use.
type Clock struct {
	now func() time.Time

	mu sync.Mutex
	// last is the greatest Time ever begun or reported as settled; every later Begin is above it.
	last Time
	// begun is the greatest Time ever begun.
	begun Time
	// open holds the Times of transactions that may still commit. Writers are few, so a search for the least is cheap.
	open map[Time]struct{}
}

// New returns a clock that continues after last and reads the wall clock from now. last is the greatest record time in
// the store, 0 for an empty one. A Settled that was reported shortly before a restart is kept as long as the wall clock
// is not set back meanwhile; a store that must survive that too keeps the greatest Settled it reported and passes it as
// last.
func New(last Time, now func() time.Time) *Clock {
	return &Clock{now: now, last: last, begun: last, open: make(map[Time]struct{})}
}

// Begin returns the record time of a new write transaction: the clock's microsecond, or one above the last Time if the
// clock has not passed that. done must be called once the transaction has committed or rolled back for good; calling it
// again does nothing. Until then Settled stays below the returned Time.
func (c *Clock) Begin() (t Time, done func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t = max(FromTime(c.now()), c.last+1)
	c.last, c.begun = t, t
	c.open[t] = struct{}{}
	return t, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.open, t) // t is never given out twice, so a second call finds nothing
	}
}

// Settled returns a Time such that everything at or before it can no longer change, and such that every later Begin is
// above it. It never decreases. With no transaction open it is the current time.
func (c *Clock) Settled() Time { return c.Present().Settled }

// Present returns Settled and the newest Time at or before it at which something may be on record: the last Begin, if
// that is over. It stays the same until somebody begins.
func (c *Clock) Present() Present {
	c.mu.Lock()
	defer c.mu.Unlock()
	var settled Time
	if len(c.open) > 0 {
		settled = slices.Min(slices.Collect(maps.Keys(c.open))) - 1
	} else {
		// Reporting the present as settled is a promise, so the clock may not hand it out any more.
		c.last = max(c.last, FromTime(c.now()))
		settled = c.last
	}
	return Present{Written: min(settled, c.begun), Settled: settled}
}
