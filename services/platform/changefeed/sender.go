package changefeed

import (
	"context"
	"errors"
	"time"
)

// errTooSlow says that the watcher did not take a message in time.
var errTooSlow = errors.New("the watcher does not read")

// sender sends messages in a goroutine of its own, so that one that blocks can
// be given up. A send that was given up ends when the stream does.
type sender struct {
	patience time.Duration
	tasks    chan func() error
	done     chan error
}

func newSender(patience time.Duration) *sender {
	s := &sender{patience: patience, tasks: make(chan func() error), done: make(chan error, 1)}
	go func() {
		for task := range s.tasks {
			s.done <- task()
		}
	}()
	return s
}

// do sends one message and waits for it: errTooSlow if that took too long, the
// cause of ctx if that ended. After an error the sender can only be closed.
func (s *sender) do(ctx context.Context, task func() error) error {
	s.tasks <- task
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	select {
	case err := <-s.done:
		return err
	case <-timer.C:
		return errTooSlow
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *sender) close() { close(s.tasks) }
