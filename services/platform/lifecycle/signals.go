package lifecycle

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Signals turns SIGTERM, SIGINT and SIGHUP (a terminal that is closed, unless nohup has
// it ignored) into a context and a force channel: the first signal ends the context, the
// second closes force. Call it in main and
// nowhere else, and release when done.
func Signals(parent context.Context) (ctx context.Context, force <-chan struct{}, release func()) {
	received := make(chan os.Signal, 2)
	signal.Notify(received, syscall.SIGTERM, os.Interrupt)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(received, syscall.SIGHUP)
	}
	ctx, cancel := context.WithCancel(parent)
	forced := make(chan struct{})
	done := make(chan struct{})
	go func() {
		for step := range 2 {
			select {
			case <-received:
			case <-done:
				return
			}
			if step == 0 {
				cancel()
			} else {
				close(forced)
			}
		}
	}()
	return ctx, forced, func() {
		signal.Stop(received)
		close(done)
		cancel()
	}
}
