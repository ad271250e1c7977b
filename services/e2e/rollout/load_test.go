package rollout_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	// pace is the time from one call of a client to its next.
	pace = 40 * time.Millisecond
	// repeats is how often a client repeats a call itself, where it has to.
	repeats = 25
)

// call is one that clients make over and over.
type call struct {
	name string
	// do makes it, and answers the name of the resource that it wrote, "" for a read.
	// requestID is the same when the call is repeated.
	do func(ctx context.Context, requestID string) (written string, err error)
	// repeated says that the client repeats the call itself once a replica was killed:
	// nothing below it does.
	repeated bool
	// unrepeatable says that nobody may repeat it: it is not made once a replica was
	// killed, because some could only fail.
	unrepeatable bool
}

// load are clients that make calls all the time.
type load struct {
	t     *testing.T
	stop  atomic.Bool
	kills atomic.Bool
	// all are the clients, those apart whose calls nobody may repeat.
	all, unrepeatable sync.WaitGroup
	calls             []*tally
}

// tally is what became of the calls of one kind.
type tally struct {
	call

	mu       sync.Mutex
	answered int
	repeated int
	failed   []string
	written  []string
	slowest  time.Duration
}

// begin starts a client for each call.
func begin(t *testing.T, calls []call) *load {
	l := &load{t: t}
	for _, c := range calls {
		tally := &tally{call: c}
		l.calls = append(l.calls, tally)
		clients := &l.all
		if c.unrepeatable {
			clients = &l.unrepeatable
		}
		clients.Go(func() { l.run(tally) })
	}
	return l
}

func (l *load) run(c *tally) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for !l.stop.Load() && l.t.Context().Err() == nil {
		<-tick.C
		if c.unrepeatable && l.kills.Load() {
			return
		}
		l.once(c)
	}
}

// once makes a call until it is answered, if its client may repeat it now.
func (l *load) once(c *tally) {
	requestID := uuid.NewString()
	began := time.Now()
	written, err := c.do(l.t.Context(), requestID)
	repeated := 0
	for pause := time.NewTicker(pace); err != nil && c.call.repeated && l.kills.Load() && repeated < repeats; repeated++ {
		<-pause.C
		written, err = c.do(l.t.Context(), requestID)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.repeated += repeated
	c.slowest = max(c.slowest, time.Since(began))
	switch {
	case err != nil:
		c.failed = append(c.failed, fmt.Sprintf("%s: %v", time.Now().Format("05.000"), err))
	case written != "":
		c.written = append(c.written, written)
	}
	c.answered++
}

// progress waits until each client made so many calls more.
func (l *load) progress(count int) {
	l.t.Helper()
	want := make([]int, len(l.calls))
	for i, c := range l.calls {
		want[i] = c.count() + count
	}
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for !l.reached(want) {
		select {
		case <-tick.C:
		case <-l.t.Context().Done():
			l.t.Fatal("the clients never got there")
		}
	}
}

func (l *load) reached(want []int) bool {
	for i, c := range l.calls {
		if c.count() < want[i] && !(c.unrepeatable && l.kills.Load()) {
			return false
		}
	}
	return true
}

func (c *tally) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered
}

// beforeKills ends the clients whose calls nobody may repeat, once those under way are
// answered; the others repeat theirs from then on.
func (l *load) beforeKills() {
	l.kills.Store(true)
	l.unrepeatable.Wait()
}

// end has the clients finish what they began.
func (l *load) end() {
	l.stop.Store(true)
	l.all.Wait()
	l.unrepeatable.Wait()
}

// unharmed fails the test if any call failed so far, and says what was done.
func (l *load) unharmed(phase string) {
	l.t.Helper()
	answered, repeated, failed := 0, 0, 0
	for _, c := range l.calls {
		c.mu.Lock()
		answered, repeated, failed = answered+c.answered, repeated+c.repeated, failed+len(c.failed)
		l.t.Logf("%s: %s: %d calls, %d repeated by their client, %d failed, the slowest took %v",
			phase, c.name, c.answered, c.repeated, len(c.failed), c.slowest.Round(time.Millisecond))
		for _, failure := range c.failed[:min(len(c.failed), 5)] {
			l.t.Errorf("%s: %s", c.name, failure)
		}
		c.mu.Unlock()
	}
	l.t.Logf("%s: %d calls, %d repeated by their client, %d failed", phase, answered, repeated, failed)
	if failed > 0 {
		l.t.FailNow()
	}
}

// written are the resources of a collection that clients were told are on record.
func (l *load) written(collection string) []string {
	var names []string
	for _, c := range l.calls {
		c.mu.Lock()
		for _, name := range c.written {
			if strings.HasPrefix(name, collection) {
				names = append(names, name)
			}
		}
		c.mu.Unlock()
	}
	slices.Sort(names)
	return names
}
