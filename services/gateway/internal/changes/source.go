package changes

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

const (
	// patience is how long a service may be silent, or a watcher not read, before
	// it is given up.
	patience = 30 * time.Second
	// firstPause and lastPause bound the wait before a stream is opened anew; it
	// doubles.
	firstPause = 50 * time.Millisecond
	lastPause  = 3 * time.Second
)

// source follows one service for all watchers.
type source struct {
	upstream
	log    *zap.Logger
	erased func(name string)

	mu   sync.Mutex
	ring ring
	// ready says that the ring has a floor.
	ready bool
	// record counts the records that were followed: it changes when the service's
	// was restored to an earlier time.
	record int
	// settled is what the last heartbeat said, heard when something came last,
	// complete that a heartbeat came since the stream was opened.
	settled  recordtime.Time
	heard    time.Time
	began    time.Time
	complete bool
	// changed is closed, and replaced, when there is something new.
	changed chan struct{}
}

func newSource(u upstream, log *zap.Logger, onErased func(string)) *source {
	return &source{upstream: u, log: log, erased: onErased, changed: make(chan struct{}), heard: time.Now(), began: time.Now()}
}

// run follows the service until ctx ends.
func (s *source) run(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		heard, err := s.follow(ctx)
		s.lost()
		if ctx.Err() != nil {
			return
		}
		if restored(err) {
			s.log.Warn("the record was restored: following anew", zap.String("service", s.name), zap.Error(err))
			s.forget()
		}
		if heard {
			pause = firstPause
		}
		s.log.Debug("the stream of changes ended", zap.String("service", s.name), zap.Error(err))
		sleep(ctx, pause)
		pause = min(2*pause, lastPause)
	}
}

// follow reads one stream to its end. heard says whether anything came.
func (s *source) follow(ctx context.Context) (heard bool, err error) {
	stream, err := s.open(ctx, s.token(), nil)
	if err != nil {
		return false, err
	}
	defer stream.close()
	for {
		got, err := stream.next()
		if err != nil {
			return heard, err
		}
		heard = true
		s.take(got)
	}
}

// token is where to go on; "" at the present.
func (s *source) token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		return ""
	}
	_, token := s.ring.last()
	return token
}

func (s *source) take(got received) {
	// Whoever keeps answers must have dropped what was erased before anything says
	// that the erasure was heard of.
	if got.change != nil && tellsErasure(got.change.answer) {
		s.erased(nameOf(got.change.answer))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	news := !s.ready
	if !s.ready {
		s.ready = true
		if s.ring.start(got.place, got.token); got.change != nil {
			// The stream began at the present, before the transaction of the first change.
			floor := changefeed.Place{Time: got.place.Time}
			s.ring.start(floor, changefeed.Token(s.proto, floor))
		}
	}
	s.heard = time.Now()
	if got.change == nil {
		// A service whose clock was set back may yet record what is before a time that it said
		// in an earlier stream.
		if !s.complete || got.settled > s.settled {
			s.settled = got.settled
		}
		s.complete = true
	} else if last, _ := s.ring.last(); got.place.Compare(last) > 0 { // after a reconnect some may come again
		s.ring.add(got.change)
		news = true
	}
	if news {
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

// drop keeps none of the changes so far. Who has sent them all goes on from here.
func (s *source) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ring.drop()
}

// lost says that the stream has ended.
func (s *source) lost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complete = false
}

// forget starts anew on another record.
func (s *source) forget() {
	s.erased("")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ring, s.ready, s.settled = ring{}, false, 0
	s.record++
	close(s.changed)
	s.changed = make(chan struct{})
}

// live reports whether everything that is settled was heard of, and not too long
// ago.
func (s *source) live() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.complete && time.Since(s.heard) < patience
}

// silent reports whether nothing was heard for too long.
func (s *source) silent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.heard) >= patience
}

// sleep waits, shorter if ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// touch counts the service as heard now: following begins.
func (s *source) touch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = time.Now()
}
