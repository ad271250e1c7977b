package pgdb

import (
	"context"
	"time"
)

// backoff is how long to wait before the next try: 20 ms, doubled to 1 s.
func backoff(try int) time.Duration {
	return min(20*time.Millisecond<<min(try-1, 10), time.Second)
}

// wait waits, or returns the error of a context that ends first; it is over too
// when stop is closed.
func wait(ctx context.Context, stop <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-stop:
		return nil
	case <-ctx.Done():
		return contextError(ctx.Err())
	}
}
