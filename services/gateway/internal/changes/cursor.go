package changes

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// batch is how many changes a watcher takes from a ring at a time.
const batch = 64

// cursor is where a watcher stands in the changes of one service.
type cursor struct {
	hub    *Hub
	source *source
	// seesRestricted says what the watcher may hear of.
	seesRestricted bool
	// place is after everything that was sent or left out; token is where to
	// resume, of the last change that the watcher may hear of, or of the start.
	place changefeed.Place
	token string
	// start is the time that the watcher starts at, until it has a stream.
	start *timestamppb.Timestamp
	// record is the source's when the cursor joined it.
	record int
	// joined says that the cursor reads from the ring; else own is its stream, or
	// nil until it is opened.
	joined bool
	own    *stream
	// tried is when the own stream last worked.
	tried time.Time
	// queued is since when the cursor waits for one; zero while it does not.
	queued time.Time
	pause  time.Duration
	// settled and changed are those of the source, read together with the ring.
	settled recordtime.Time
	changed <-chan struct{}
}

// begin places the cursor: at a token, after a time, or at the present. It waits until
// the source follows the service, so that there is a ring to join.
func (c *cursor) begin(ctx context.Context, token string, start *timestamppb.Timestamp) error {
	if token != "" {
		place, err := changefeed.ParseToken(c.source.proto, token)
		if err != nil {
			return err
		}
		c.place, c.token = place, token
	}
	if start != nil {
		c.place = changefeed.Through(recordtime.FromTime(start.AsTime()))
		c.token, c.start = changefeed.Token(c.source.proto, c.place), start
	}
	if err := c.awaitRing(ctx); err != nil {
		return err
	}
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.ready: // it was restored meanwhile
	case c.token == "":
		c.place, _ = s.ring.last()
		c.token = s.ring.lastToken(c.seesRestricted)
		c.joined, c.record = true, s.record
	case start == nil && s.ring.knows(c.place):
		c.joined, c.record = true, s.record
	}
	return nil
}

// awaitRing waits until there is a ring. UNAVAILABLE, reason SERVICE_UNAVAILABLE, if
// the service does not answer for so long.
func (c *cursor) awaitRing(ctx context.Context) error {
	wait := time.NewTimer(startPatience)
	defer wait.Stop()
	for {
		s := c.source
		s.mu.Lock()
		ready, changed := s.ready, s.changed
		s.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-changed:
		case <-wait.C:
			return s.unavailable(nil)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// read takes changes from the ring. It leaves the ring if that does not have the
// cursor's place any more.
func (c *cursor) read() []*change {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.changed = s.changed
	if !s.ready || s.record != c.record || c.place.Compare(s.ring.floor) < 0 {
		c.joined = false
		return nil
	}
	changes := s.ring.after(c.place, batch)
	if len(changes) == 0 {
		c.settled = s.settled
	}
	return changes
}

// catchUp waits for the next change of the cursor's own stream, and opens it if
// need be. It answers nil when the cursor has joined the ring, when the stream had only
// a heartbeat, or when the cursor may have no stream yet.
func (c *cursor) catchUp(ctx context.Context) (*change, error) {
	if c.own == nil {
		if turn, err := c.queue(ctx); err != nil || !turn {
			return nil, err
		}
	}
	got, err := c.receive(ctx)
	if err != nil {
		c.leave()
		return nil, c.retry(ctx, err)
	}
	c.tried, c.pause = time.Now(), firstPause
	if got.change == nil {
		c.token, c.settled = got.token, got.settled
		err := c.awaitRing(ctx)
		if err == nil {
			c.place = c.join(c.place, got.settled)
		}
		return nil, err
	}
	c.join(got.place, 0)
	return got.change, nil
}

// queue waits for the turn to open a stream. RESOURCE_EXHAUSTED, reason
// TOO_MANY_WATCHERS, when it did not come for too long.
func (c *cursor) queue(ctx context.Context) (turn bool, err error) {
	turn, err = c.hub.slot(ctx)
	switch {
	case err != nil:
		return false, err
	case turn:
		c.queued = time.Time{}
	case c.queued.IsZero():
		c.queued = time.Now().Add(-slotTurn)
	case time.Since(c.queued) >= patience:
		return false, errs.New(errs.ResourceExhausted, tooManyWatchers, "too many watchers catch up with the record at a time: try later")
	}
	return turn, nil
}

// receive waits for what comes next of the cursor's own stream. Without one it opens it:
// the cursor's turn has come.
func (c *cursor) receive(ctx context.Context) (received, error) {
	if c.own == nil {
		token := c.token
		if c.start != nil {
			token = ""
		}
		own, err := c.source.open(ctx, token, c.start)
		if err != nil {
			c.hub.release()
			return received{}, err
		}
		c.own = own
	}
	got, err := c.own.next()
	if err == nil {
		c.start = nil
	}
	return got, err
}

// join leaves the own stream for the ring, if the ring has everything after a place, or
// begins after it but not after settled, up to which everything was sent. It answers the
// place to read the ring from: never one further on than it begins, since a service whose
// clock was set back may yet record what is before a time that it said is settled.
func (c *cursor) join(place changefeed.Place, settled recordtime.Time) changefeed.Place {
	s := c.source
	s.mu.Lock()
	if floor := s.ring.floor; s.ready && place.Compare(floor) < 0 && floor.Compare(changefeed.Through(settled)) <= 0 {
		place = floor
	}
	joined, record := s.ready && place.Compare(s.ring.floor) >= 0, s.record
	s.mu.Unlock()
	if joined {
		c.leave()
		c.joined, c.record = true, record
	}
	return place
}

// leave closes the own stream.
func (c *cursor) leave() {
	if c.own != nil {
		c.own.close()
		c.own = nil
		c.hub.release()
	}
}

// retry waits before the own stream is opened anew, or gives up.
func (c *cursor) retry(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case !passing(err):
		return err
	case time.Since(c.tried) >= patience:
		return c.source.unavailable(err)
	}
	sleep(ctx, c.pause)
	c.pause = min(2*c.pause, lastPause)
	return nil
}

// complete is the time up to which everything was sent or left out.
func (c *cursor) complete() recordtime.Time {
	return max(c.place.Time-1, c.settled)
}
