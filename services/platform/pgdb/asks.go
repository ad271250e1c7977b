package pgdb

import (
	"context"
	"sync"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxAsks is how many questions for the present are under way at once. Each read
// of the newest record asks one; under load they are most of what the server is
// asked.
const maxAsks = 4

// asks lets those who want to know the present share a question that was not
// sent yet: its answer is later than all of their wishes.
type asks struct {
	slots chan struct{}

	mu   sync.Mutex
	next *ask // waits to be sent
}

type ask struct {
	done      chan struct{}
	present   recordtime.Present
	err       error
	abandoned bool // it failed because its asker gave up
}

func newAsks() *asks { return &asks{slots: make(chan struct{}, maxAsks)} }

// join returns the next question; who leads must ask it.
func (a *asks) join() (next *ask, leads bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil {
		a.next, leads = &ask{done: make(chan struct{})}, true
	}
	return a.next, leads
}

// lead sends a question when there is room and answers all who joined it.
func (a *asks) lead(ctx context.Context, q *ask, send func(context.Context) (recordtime.Present, error)) {
	defer close(q.done)
	room := false
	select {
	case a.slots <- struct{}{}:
		room = true
		defer func() { <-a.slots }()
	case <-ctx.Done():
	}
	a.mu.Lock()
	a.next = nil // who comes now must ask anew
	a.mu.Unlock()
	if !room {
		q.err, q.abandoned = contextError(ctx.Err()), true
		return
	}
	q.abandoned = true // if send panics
	q.present, q.err = send(ctx)
	q.abandoned = q.err != nil && ctx.Err() != nil
}
