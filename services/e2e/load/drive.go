package main

import (
	"context"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Of the histograms: from a microsecond to ten minutes, three digits.
const (
	lowest  = int64(1)
	highest = int64(maxDuration / time.Microsecond)
	digits  = 3
)

// plan says when calls are due.
type plan struct {
	interval time.Duration
	calls    int
	parallel int
}

// outcome is what became of a plan.
type outcome struct {
	// latency counts from when a call was due, service from when it was made.
	latency, service *hdrhistogram.Histogram
	done             int
	failed           int
	firstError       error
	took             time.Duration
}

func newOutcome() *outcome {
	return &outcome{latency: hdrhistogram.New(lowest, highest, digits), service: hdrhistogram.New(lowest, highest, digits)}
}

// due is a call whose time has come.
type due struct {
	n  int
	at time.Time
}

// drive makes the calls of a plan, each when it is due or as soon as fewer than
// parallel are under way, and waits for them. When ctx ends, what is not yet due
// is left out.
func drive(ctx context.Context, p plan, call func(ctx context.Context, n int) error) *outcome {
	// Room for all of them: pacing never waits for the calls.
	queue := make(chan due, p.calls)
	parts := make([]*outcome, p.parallel)
	start := time.Now()
	var workers sync.WaitGroup
	for i := range parts {
		parts[i] = newOutcome()
		workers.Go(func() {
			for d := range queue {
				parts[i].record(d, func() error { return call(ctx, d.n) })
			}
		})
	}
	pace(ctx, p, start, queue)
	workers.Wait()

	whole := newOutcome()
	for _, part := range parts {
		whole.merge(part)
	}
	whole.took = time.Since(start)
	return whole
}

// pace puts calls into the queue when they are due, and closes it.
func pace(ctx context.Context, p plan, start time.Time, queue chan<- due) {
	defer close(queue)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := range p.calls {
		at := start.Add(time.Duration(n) * p.interval)
		// A late wake-up is made good at once, with the times that were due.
		if wait := time.Until(at); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		queue <- due{n: n, at: at}
	}
}

func (o *outcome) record(d due, call func() error) {
	begun := time.Now()
	err := call()
	ended := time.Now()
	if err != nil {
		o.failed++
		if o.firstError == nil {
			o.firstError = err
		}
		return
	}
	o.done++
	observe(o.latency, ended.Sub(d.at))
	observe(o.service, ended.Sub(begun))
}

// observe records a duration; one beyond the histogram counts as its end.
func observe(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(d.Microseconds(), lowest), highest)) // always inside
}

func (o *outcome) merge(other *outcome) {
	o.latency.Merge(other.latency)
	o.service.Merge(other.service)
	o.done += other.done
	o.failed += other.failed
	if o.firstError == nil {
		o.firstError = other.firstError
	}
}
