package changefeed

import (
	"context"
	"errors"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Options are how often a watcher hears something and how long it may block. A
// zero value takes the default.
type Options struct {
	// Heartbeat is after how much silence a heartbeat is sent: 10 s.
	Heartbeat time.Duration
	// Patience is how long the watcher may take for one message: 30 s.
	Patience time.Duration
	// Page is how many changes are read, and held in memory, at a time: 100.
	Page int
	// Watchers counts those who watch; nil counts nobody.
	Watchers *Watchers
}

func (o Options) withDefaults() Options {
	if o.Heartbeat == 0 {
		o.Heartbeat = 10 * time.Second
	}
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	if o.Page == 0 {
		o.Page = 100
	}
	return o
}

// Source is the record that is followed. The stores implement it.
type Source interface {
	// Present asks how far the record goes now.
	Present(ctx context.Context) (recordtime.Present, error)
	// Await returns the present as soon as something newer than after is on
	// record, or the error of ctx.
	Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error)
}

// Feed is what one watcher follows. C is a change of the service.
type Feed[C any] struct {
	// Service is the proto package of the service. Its tokens are its own.
	Service string
	Source  Source
	// Read reads up to limit changes after a place, recorded up to a time, in
	// order; fewer only if there are no more.
	Read func(ctx context.Context, after Place, upTo recordtime.Time, limit int) ([]C, error)
	// Place is where a change stands.
	Place func(C) Place
	// Moved says whether a change was told at a place where there is none any more, since it
	// was erased by a settled time and is told at that of the erasure: who has it goes on,
	// and hears that. nil never is.
	Moved   func(ctx context.Context, place Place, settled recordtime.Time) (bool, error)
	Options Options
	// Draining is closed when the server stops; nil never is.
	Draining <-chan struct{}
}

// Event is what a watcher is told.
type Event[C any] struct {
	// Change is nil in a heartbeat.
	Change *C
	// Token is where to resume after this event.
	Token string
	// Settled is the time up to which everything was sent; only in a heartbeat.
	Settled recordtime.Time
}

// errDraining is the cause of an end that the server wants.
var errDraining = errors.New("the server drains")

// Serve sends events from where the request says until ctx ends. It never
// returns nil. ABORTED, reason WATCH_TOO_SLOW, for a watcher that does not read;
// UNAVAILABLE, reason SERVER_STOPPING, when the server drains: both carry
// resume_token in their metadata. INVALID_ARGUMENT for a start that is none; the
// errors of the record and of send as they are.
//
// A send that blocks is left behind: it must end when the caller's stream does.
func Serve[C, M any](ctx context.Context, feed Feed[C], req Request, message func(Event[C]) M, send func(M) error) error {
	feed.Options = feed.Options.withDefaults()
	present, err := feed.Source.Present(ctx)
	if err != nil {
		return err
	}
	place, err := start(feed.Service, req, present)
	if err != nil {
		return err
	}
	if err := feed.onRecord(ctx, place); err != nil {
		return err
	}
	// Where it starts was asked for in the caller's trace. What follows would add to that
	// for as long as the stream is open.
	ctx, stop := untilDraining(telemetry.Untraced(ctx), feed.Draining)
	defer stop()
	out := NewSender(feed.Options.Patience)
	defer out.Close()
	progress := feed.Options.Watchers.begin()
	defer progress.end()
	w := &watcher[C]{Feed: feed, place: place, progress: progress, emit: func(ctx context.Context, event Event[C]) error {
		m := message(event)
		return out.Do(ctx, func() error { return send(m) })
	}}
	err = w.follow(ctx, present)
	token := Token(feed.Service, w.place)
	switch {
	case errors.Is(err, ErrTooSlow):
		progress.why = tooSlow
		return errs.New(errs.Aborted, "WATCH_TOO_SLOW",
			"nothing was read for %s: go on after resume_token", feed.Options.Patience).With("resume_token", token)
	case errors.Is(context.Cause(ctx), errDraining):
		progress.why = stopping
		return errs.New(errs.Unavailable, "SERVER_STOPPING",
			"the service stops: go on after resume_token").With("resume_token", token)
	case ctx.Err() != nil:
		progress.why = gone
		return err
	default:
		return err
	}
}

// onRecord refuses to go on after a change that the record does not have: it was
// put back to an earlier time, and has other changes since than the watcher saw.
func (f Feed[C]) onRecord(ctx context.Context, place Place) error {
	if place.Kind == 0 {
		return nil // nothing was sent yet
	}
	before := place
	before.Revision--
	page, err := f.Read(ctx, before, place.Time, 1)
	if err != nil {
		return err
	}
	if len(page) > 0 && f.Place(page[0]) == place {
		return nil
	}
	if moved, err := f.moved(ctx, place); err != nil || moved {
		return err
	}
	return errs.Invalid("resume_token", "INVALID_RESUME_TOKEN",
		"the change of %s that the token stands for is not on this record, which was perhaps restored: start anew", place.Time)
}

// moved asks Moved about a place where no change was read. It asks how far the record goes
// once more: the erasure may be newer than the start.
func (f Feed[C]) moved(ctx context.Context, place Place) (bool, error) {
	if f.Moved == nil {
		return false, nil
	}
	present, err := f.Source.Present(ctx)
	if err != nil {
		return false, err
	}
	return f.Moved(ctx, place, present.Settled)
}

// untilDraining is ctx, ended with errDraining when draining is closed.
func untilDraining(ctx context.Context, draining <-chan struct{}) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-draining:
			cancel(errDraining)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}
