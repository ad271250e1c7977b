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
	"github.com/onrecord/onrecord/services/platform/rpcclient"
)

// watch follows the changes of statements, and resumes when its stream ends.
type watch struct {
	stop context.CancelFunc
	done chan struct{}

	mu      sync.Mutex
	seen    map[string]bool
	changes int
	opened  int
	last    error // of opening a stream, or that of the watch
}

// startWatch answers once the stream has begun, so that nothing recorded from now on
// is missed.
func startWatch(ctx context.Context, conn *grpc.ClientConn) (*watch, error) {
	ctx, stop := context.WithCancel(ctx)
	w := &watch{stop: stop, done: make(chan struct{}), seen: map[string]bool{}}
	begun := make(chan struct{})
	go func() {
		defer close(w.done)
		err := rpcclient.Follow(ctx, "", w.open(statementsv1.NewChangeServiceClient(conn)), w.take(sync.OnceFunc(func() { close(begun) })))
		w.mu.Lock()
		defer w.mu.Unlock()
		if ctx.Err() == nil {
			w.last = err
		}
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case <-begun:
		return w, nil
	case <-timer.C:
	case <-w.done:
	}
	stop()
	<-w.done
	return nil, fmt.Errorf("nothing can be watched: %w", w.last)
}

func (w *watch) open(client statementsv1.ChangeServiceClient) func(context.Context, string) (grpc.ServerStreamingClient[statementsv1.WatchResponse], error) {
	return func(ctx context.Context, token string) (grpc.ServerStreamingClient[statementsv1.WatchResponse], error) {
		stream, err := client.Watch(ctx, &statementsv1.WatchRequest{ResumeToken: token})
		w.mu.Lock()
		defer w.mu.Unlock()
		w.opened++
		w.last = err
		return stream, err
	}
}

func (w *watch) take(begun func()) func(*statementsv1.WatchResponse) error {
	return func(answer *statementsv1.WatchResponse) error {
		begun()
		if change := answer.GetChange(); change != nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.changes++
			w.seen[change.GetName()] = true
		}
		return nil
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
	report.Watched, report.Resumed = w.changes, w.opened-1
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
