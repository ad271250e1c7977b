package changefeed_test

import (
	"context"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// change is a change of the fake record.
type change struct{ place changefeed.Place }

// record is a record in memory. Nothing of it is settled before it is put.
type record struct {
	mu      sync.Mutex
	changes []change
	// clock is added to the newest time: how far the record is settled.
	clock recordtime.Time
	put   chan struct{} // closed by the next put
	limit int           // the greatest page that was asked for
	// sampled are how many questions were asked in a trace that is sent.
	sampled int
	// moved are the places whose changes are told elsewhere since they were erased, by the
	// time of that.
	moved map[changefeed.Place]recordtime.Time
}

func newRecord() *record { return &record{clock: 1000, put: make(chan struct{})} }

// add puts changes of one transaction on record.
func (r *record) add(places ...changefeed.Place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, place := range places {
		r.changes = append(r.changes, change{place})
	}
	slices.SortFunc(r.changes, func(a, b change) int { return a.place.Compare(b.place) })
	close(r.put)
	r.put = make(chan struct{})
}

// asked counts a question; mu is held.
func (r *record) asked(ctx context.Context) {
	if trace.SpanContextFromContext(ctx).IsSampled() {
		r.sampled++
	}
}

func (r *record) Present(ctx context.Context) (recordtime.Present, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked(ctx)
	return r.present(), nil
}

func (r *record) present() recordtime.Present {
	written := recordtime.Time(0)
	if len(r.changes) > 0 {
		written = r.changes[len(r.changes)-1].place.Time
	}
	return recordtime.Present{Written: written, Settled: written + r.clock}
}

func (r *record) Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error) {
	for {
		r.mu.Lock()
		r.asked(ctx)
		now, put := r.present(), r.put
		r.mu.Unlock()
		if now.Written > after {
			return now, nil
		}
		select {
		case <-put:
		case <-ctx.Done():
			return now, ctx.Err()
		}
	}
}

func (r *record) read(ctx context.Context, after changefeed.Place, upTo recordtime.Time, limit int) (page []change, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked(ctx)
	r.limit = max(r.limit, limit)
	for _, c := range r.changes {
		if len(page) < limit && c.place.Compare(after) > 0 && c.place.Time <= upTo {
			page = append(page, c)
		}
	}
	return page, nil
}

// erase tells a change anew, at a later place.
func (r *record) erase(was, now changefeed.Place) {
	r.mu.Lock()
	r.changes = slices.DeleteFunc(r.changes, func(c change) bool { return c.place == was })
	r.moved = map[changefeed.Place]recordtime.Time{was: now.Time}
	r.mu.Unlock()
	r.add(now)
}

func (r *record) hasMoved(_ context.Context, place changefeed.Place, settled recordtime.Time) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, found := r.moved[place]
	return found && at <= settled, nil
}

// request is where a watcher starts.
type request struct {
	token string
	time  *timestamppb.Timestamp
}

func (r request) GetResumeToken() string               { return r.token }
func (r request) GetStartTime() *timestamppb.Timestamp { return r.time }

// everything starts before the first change.
func everything() request { return request{time: &timestamppb.Timestamp{}} }

// watch runs one watcher on the record; each event is given to send.
func (r *record) watch(ctx context.Context, req request, options changefeed.Options, draining <-chan struct{}, send func(changefeed.Event[change]) error) error {
	return follow(ctx, r.feed(options, draining), req, send)
}

func (r *record) feed(options changefeed.Options, draining <-chan struct{}) changefeed.Feed[change] {
	return changefeed.Feed[change]{
		Service: service, Source: r, Read: r.read, Place: func(c change) changefeed.Place { return c.place },
		Moved: r.hasMoved, Options: options, Draining: draining,
	}
}

func follow(ctx context.Context, feed changefeed.Feed[change], req request, send func(changefeed.Event[change]) error) error {
	return changefeed.Serve(ctx, feed, req, func(e changefeed.Event[change]) changefeed.Event[change] { return e }, send)
}
