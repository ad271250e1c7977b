package changefeed

import (
	"context"
	"time"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// watcher is the state of one watcher.
type watcher[C any] struct {
	Feed[C]
	emit func(context.Context, Event[C]) error
	// place is what was sent.
	place Place
	// last is when something was sent; zero before that.
	last     time.Time
	progress *progress
}

// follow sends what is there, then what comes, until an error.
func (w *watcher[C]) follow(ctx context.Context, present recordtime.Present) error {
	// The first wait is announced, so that the watcher knows that it has all.
	announced := false
	for {
		if err := w.catchUp(ctx, present); err != nil {
			return err
		}
		w.progress.hasAll()
		if !announced || time.Since(w.last) >= w.Options.Heartbeat {
			if err := w.heartbeat(ctx, present.Settled); err != nil {
				return err
			}
			announced = true
		}
		var err error
		before := present.Written
		if present, err = w.wait(ctx, before); err != nil {
			return err
		}
		if present.Written > before {
			w.progress.hasNews()
		}
	}
}

// catchUp sends everything that is settled, a page at a time.
func (w *watcher[C]) catchUp(ctx context.Context, present recordtime.Present) error {
	for {
		page, err := w.Read(ctx, w.place, present.Settled, w.Options.Page)
		if err != nil {
			return err
		}
		for i := range page {
			if err := w.send(ctx, w.Place(page[i]), Event[C]{Change: &page[i]}); err != nil {
				return err
			}
		}
		if len(page) < w.Options.Page {
			break
		}
	}
	// Whoever was sent a change stays at it: that it is on record is then a proof
	// that the record is still the one that was followed.
	if all := Through(present.Written); w.place.Kind == 0 && all.Compare(w.place) > 0 {
		w.place = all
	}
	return nil
}

func (w *watcher[C]) heartbeat(ctx context.Context, settled recordtime.Time) error {
	return w.send(ctx, w.place, Event[C]{Settled: settled})
}

// send sends an event, after which the watcher is at a place.
func (w *watcher[C]) send(ctx context.Context, place Place, event Event[C]) error {
	event.Token = Token(w.Service, place)
	if err := w.emit(ctx, event); err != nil {
		return err
	}
	w.place, w.last = place, time.Now()
	w.progress.sent(event.Change != nil)
	return nil
}

// wait returns the present once something is newer than written, or once a
// heartbeat is due.
func (w *watcher[C]) wait(ctx context.Context, written recordtime.Time) (recordtime.Present, error) {
	due, cancel := context.WithDeadline(ctx, w.last.Add(w.Options.Heartbeat))
	defer cancel()
	present, err := w.Source.Await(due, written)
	if err != nil && due.Err() != nil && ctx.Err() == nil {
		return w.Source.Present(ctx)
	}
	return present, err
}
