package changefeed

import (
	"context"
	"errors"
	"time"
)

// ErrTooSlow says that the watcher did not take a message in time.
var ErrTooSlow = errors.New("the watcher does not read")

// Sender sends messages in a goroutine of its own, so that one that blocks can
// be given up. A send that was given up ends when the stream does.
type Sender struct {
	patience time.Duration
	tasks    chan func() error
	done     chan error
}

// NewSender starts a sender that waits for one message as long as patience. Close
// it.
func NewSender(patience time.Duration) *Sender {
	s := &Sender{patience: patience, tasks: make(chan func() error), done: make(chan error, 1)}
	go func() {
		for task := range s.tasks {
			s.done <- task()
		}
	}()
	return s
}

// Do sends one message and waits for it: ErrTooSlow if that took too long, the
// cause of ctx if that ended. After an error the sender can only be closed.
func (s *Sender) Do(ctx context.Context, task func() error) error {
	s.tasks <- task
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	select {
	case err := <-s.done:
		return err
	case <-timer.C:
		return ErrTooSlow
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends the sender once its last send has ended.
func (s *Sender) Close() { close(s.tasks) }
