package pgdb

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// pollEvery is how often the database is asked for news while somebody waits.
// Writes of this process are told at once. (LISTEN would need a session of its
// own, which a pooler in transaction mode does not give.)
const pollEvery = 250 * time.Millisecond

// pollTimeout is how long one look for news may take: a server that hangs must
// not keep the next look from finding another one.
const pollTimeout = 2 * time.Second

// Await implements recorddb.Engine. Writes of other processes are seen within a
// quarter of a second. While the database cannot be reached it waits on; only
// the first look at it may fail.
func (db *DB) Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error) {
	// Listen first, then look: so nothing is missed between the two.
	news, leave, err := db.news.listen(db)
	if err != nil {
		return recordtime.Present{}, err
	}
	defer leave()
	present, err := db.Present(ctx)
	for err == nil && present.Written <= after {
		select {
		case <-news:
			present, news = db.news.latest()
		case <-ctx.Done():
			err = contextError(ctx.Err())
		case <-db.stopping:
			err = errClosed()
		}
	}
	if err != nil {
		return recordtime.Present{}, err
	}
	return present, nil
}

// news tells the waiting what is on record. It asks the database only while
// somebody waits.
type news struct {
	mu      sync.Mutex
	present recordtime.Present
	changed chan struct{} // closed when present grows
	waiting int
	stop    context.CancelFunc
	closed  bool
	polls   sync.WaitGroup
}

// listen returns a channel that is closed with the next news; leave ends the
// waiting.
func (n *news) listen(db *DB) (changed <-chan struct{}, leave func(), err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, nil, errClosed()
	}
	if n.waiting++; n.waiting == 1 {
		var ctx context.Context
		ctx, n.stop = context.WithCancel(context.Background())
		n.polls.Go(func() { n.poll(ctx, db) })
	}
	return n.changed, n.leave, nil
}

func (n *news) leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting--; n.waiting == 0 {
		n.stop()
	}
}

func (n *news) latest() (recordtime.Present, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.present, n.changed
}

// publish wakes the waiting if there is something new.
func (n *news) publish(present recordtime.Present) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if present.Written <= n.present.Written {
		return
	}
	n.present = present
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *news) poll(ctx context.Context, db *DB) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	away := false
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		present, err := look(ctx, db)
		switch {
		case err == nil:
			n.publish(present)
			if away {
				db.log.Info("news of the database are seen again")
			}
			away = false
		case ctx.Err() == nil && !away:
			// Once for one outage, however long it is.
			db.log.Warn("cannot look for news of the database until it is back", zap.Error(err))
			away = true
		}
	}
}

func look(ctx context.Context, db *DB) (recordtime.Present, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	return db.Present(ctx)
}

// close ends the polling.
func (n *news) close() {
	n.mu.Lock()
	n.closed = true
	if n.waiting > 0 {
		n.stop()
	}
	n.mu.Unlock()
	n.polls.Wait()
}
