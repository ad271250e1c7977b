package sqlitedb

import (
	"context"
	"sync"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Settled returns the newest record time at or before which nothing can commit
// any more. Take it before a Read: the snapshot then holds all of it.
func (db *DB) Settled() recordtime.Time { return db.clock.Settled() }

// Present says how far the record goes. This process is the only writer, so it
// is known without asking the file.
func (db *DB) Present(context.Context) (recordtime.Present, error) {
	if err := db.usable(); err != nil {
		return recordtime.Present{}, err
	}
	return db.clock.Present(), nil
}

// Await returns the present as soon as something newer than after is on record.
// It ends with the error of ctx, or when the database is closed.
func (db *DB) Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error) {
	for {
		changed := db.changed.next() // before the look: what comes after it is not missed
		present, err := db.Present(ctx)
		if err != nil || present.Written > after {
			return present, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return recordtime.Present{}, contextError(ctx.Err())
		}
	}
}

// signal tells everybody who waits that something changed. The zero value is
// ready for use.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// next returns a channel that the next broadcast closes.
func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) broadcast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
