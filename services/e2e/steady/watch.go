package steady

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// watch follows the changes of statements, and resumes when its stream ends.
type watch struct {
	client statementsv1.ChangeServiceClient
	stop   context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	token   string
	seen    map[string]bool
	changes int
	resumed int
	last    error
}

// startWatch answers once the stream has begun, so that nothing recorded from now on
// is missed.
func startWatch(ctx context.Context, conn *grpc.ClientConn) (*watch, error) {
	w := &watch{client: statementsv1.NewChangeServiceClient(conn), done: make(chan struct{}), seen: map[string]bool{}}
	first, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := again(first, func() error { return w.follow(first, true) }); err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	ctx, w.stop = context.WithCancel(ctx)
	go func() {
		defer close(w.done)
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for ctx.Err() == nil {
			err := w.follow(ctx, false)
			w.mu.Lock()
			w.resumed++
			w.last = err
			w.mu.Unlock()
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}()
	return w, nil
}

// follow reads a stream from where the one before ended, to its end or, if only the
// place to begin at is wanted, to its first answer.
func (w *watch) follow(ctx context.Context, first bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := w.client.Watch(ctx, &statementsv1.WatchRequest{ResumeToken: w.token})
	if err != nil {
		return err
	}
	for {
		answer, err := stream.Recv()
		if err != nil {
			return err
		}
		w.mu.Lock()
		w.token = answer.GetResumeToken()
		if change := answer.GetChange(); change != nil {
			w.changes++
			w.seen[change.GetName()] = true
		}
		w.mu.Unlock()
		if first {
			return nil
		}
	}
}

// finish waits until all of the names were seen that are of statements, ends the
// watch and reports.
func (w *watch) finish(ctx context.Context, names []string, report *Report) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	_ = again(ctx, func() error { // what is still missing in the end is reported
		report.Missed = w.missing(names)
		if len(report.Missed) > 0 {
			return fmt.Errorf("%d are missing", len(report.Missed))
		}
		return nil
	})
	w.stop()
	<-w.done
	report.Watched, report.Resumed = w.changes, w.resumed-1 // the last end is ours
	if len(report.Missed) > 0 {
		report.Missed = append(report.Missed, fmt.Sprintf("the watch ended last with: %v", w.last))
	}
}

func (w *watch) missing(names []string) (missing []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range names {
		if !strings.HasPrefix(name, "metrics/") && !w.seen[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

// gone says whether an error means that something is not on record.
func gone(err error) bool { return status.Code(err) == codes.NotFound }
