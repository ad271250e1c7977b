package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// enough is the time after which no new try of a call begins: a failover of the
	// database, or one release taking another's place, is over by then.
	enough = 2 * time.Minute
	// firstPause is about the first pause; they grow to about maxPause.
	firstPause = 500 * time.Millisecond
	maxPause   = 10 * time.Second
	// maxAsked caps the pause that a server may ask for.
	maxAsked = 30 * time.Second
	// worthTelling is the shortest pause that is told of.
	worthTelling = time.Second
)

// Patient returns the client as one for work that takes hours: a call that found the
// server away, or unable for now, is made again, the same to the byte, but with no new try
// after two minutes. So give every write a request_id: it then happens once, whatever became
// of the answer. waits is told for what it waits, and nil when no call waits any more.
//
// A server that never answered is not waited for: its address may be wrong.
func (c *Client) Patient(waits func(cause error)) *Client {
	patient := *c
	patient.patience = &patience{answered: c.answered, waits: waits}
	return &patient
}

// patience tries calls again, several at a time.
type patience struct {
	answered *atomic.Bool
	waits    func(cause error)

	mu sync.Mutex
	// waiting is how many calls failed and are made again.
	waiting int
	// told is for what they wait as it was told last, "" if nothing was.
	told string
}

func (p *patience) retry(ctx context.Context, call func() (answer, error)) (answer, error) {
	pauses := &pauses{ExponentialBackOff: backoff.NewExponentialBackOff()}
	pauses.InitialInterval, pauses.MaxInterval = firstPause, maxPause
	waited := false
	got, err := backoff.Retry(ctx, func() (answer, error) {
		got, err := call()
		if err != nil && !p.temporary(err) {
			err = backoff.Permanent(err)
		}
		pauses.failed = err
		return got, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(enough), backoff.WithNotify(func(cause error, pause time.Duration) {
		p.failed(cause, pause, !waited)
		waited = true
	}))
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("interrupted: %w", ctx.Err())
	}
	if waited {
		p.ended(err == nil || ctx.Err() == nil && !p.temporary(err))
	}
	return got, err
}

func (p *patience) temporary(err error) bool {
	if answered, is := errors.AsType[*Error](err); is {
		return answered.Temporary()
	}
	_, away := errors.AsType[*UnreachableError](err)
	return away && p.answered.Load()
}

// failed is a call that is made again after a pause: it tells why, where that is worth it
// and new. first says that the call did not wait yet.
func (p *patience) failed(cause error, pause time.Duration, first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first {
		p.waiting++
	}
	if text := cause.Error(); pause >= worthTelling && text != p.told {
		p.told = text
		p.waits(cause)
	}
}

// ended is a call that waited and does no more, since it was answered or gave up: the last
// of them that is answered tells that it goes on.
func (p *patience) ended(answered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
	if p.waiting > 0 || p.told == "" {
		return
	}
	p.told = ""
	if answered {
		p.waits(nil)
	}
}

// pauses grow, and are no shorter than the server asks.
type pauses struct {
	*backoff.ExponentialBackOff

	failed error
}

// NextBackOff implements backoff.BackOff.
func (p *pauses) NextBackOff() time.Duration {
	pause := p.ExponentialBackOff.NextBackOff()
	if answered, is := errors.AsType[*Error](p.failed); is {
		pause = max(pause, min(answered.RetryAfter, maxAsked))
	}
	return pause
}
