package rollout_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// watcher follows the changes of the record across the ends of its streams.
type watcher struct {
	name string

	mu      sync.Mutex
	begun   bool
	created map[string]int
	// ends are how its streams ended.
	ends []string
}

// serverStopping is the reason with which a stream ends in a rollout.
const serverStopping = "SERVER_STOPPING"

// take notes what came. It is called for heartbeats with "".
func (w *watcher) take(name string, created bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	if created {
		w.created[name]++
	}
}

func (w *watcher) ended(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, reason)
}

// watch follows the record in every way there is, until the context ends.
func watch(ctx context.Context, t *testing.T, c *clients) (watchers []*watcher, wait func()) {
	var all sync.WaitGroup
	for name, follow := range map[string]func(context.Context, *watcher) error{
		"statements": c.followStatements, "metrics": c.followMetrics, "gateway": c.followGateway, "REST": c.followEvents,
	} {
		w := &watcher{name: name, created: make(map[string]int)}
		watchers = append(watchers, w)
		all.Go(func() {
			if err := follow(ctx, w); !errors.Is(err, context.Canceled) {
				t.Errorf("the watch of %s ended: %v", w.name, err)
			}
		})
	}
	for _, w := range watchers {
		until(t, func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.begun
		})
	}
	return watchers, all.Wait
}

// until waits until something is so.
func until(t *testing.T, is func() bool) {
	t.Helper()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it was never so")
		}
	}
}

// noted is a stream that notes how it ended.
type noted[A any] struct {
	grpc.ServerStreamingClient[A]
	w *watcher
}

func (n noted[A]) Recv() (*A, error) {
	answer, err := n.ServerStreamingClient.Recv()
	if err != nil {
		n.w.ended(errs.ReasonOf(err) + " " + err.Error())
	}
	return answer, err
}

func note[A any](w *watcher, stream grpc.ServerStreamingClient[A], err error) (grpc.ServerStreamingClient[A], error) {
	if err != nil {
		return nil, err
	}
	return noted[A]{stream, w}, nil
}

func (c *clients) followStatements(ctx context.Context, w *watcher) error {
	client := statementsv1.NewChangeServiceClient(c.statements)
	return rpcclient.Follow(ctx, "", func(ctx context.Context, token string) (grpc.ServerStreamingClient[statementsv1.WatchResponse], error) {
		stream, err := client.Watch(ctx, &statementsv1.WatchRequest{ResumeToken: token})
		return note(w, stream, err)
	}, func(answer *statementsv1.WatchResponse) error {
		w.take(answer.GetChange().GetName(), answer.GetChange().GetType() == statementsv1.Change_CREATED)
		return nil
	})
}

func (c *clients) followMetrics(ctx context.Context, w *watcher) error {
	client := metricsv1.NewChangeServiceClient(c.metrics)
	return rpcclient.Follow(ctx, "", func(ctx context.Context, token string) (grpc.ServerStreamingClient[metricsv1.WatchResponse], error) {
		stream, err := client.Watch(ctx, &metricsv1.WatchRequest{ResumeToken: token})
		return note(w, stream, err)
	}, func(answer *metricsv1.WatchResponse) error {
		w.take(answer.GetChange().GetName(), answer.GetChange().GetType() == metricsv1.Change_CREATED)
		return nil
	})
}

func (c *clients) followGateway(ctx context.Context, w *watcher) error {
	client := gatewayv1.NewChangeServiceClient(c.gateway)
	return rpcclient.Follow(ctx, "", func(ctx context.Context, token string) (grpc.ServerStreamingClient[gatewayv1.WatchResponse], error) {
		stream, err := client.Watch(ctx, &gatewayv1.WatchRequest{ResumeToken: token})
		return note(w, stream, err)
	}, func(answer *gatewayv1.WatchResponse) error {
		w.takeEither(answer)
		return nil
	})
}

func (w *watcher) takeEither(answer *gatewayv1.WatchResponse) {
	w.take(answer.GetStatements().GetName()+answer.GetMetrics().GetName(),
		answer.GetStatements().GetType() == statementsv1.Change_CREATED || answer.GetMetrics().GetType() == metricsv1.Change_CREATED)
}

// followEvents follows server-sent events as a browser does.
func (c *clients) followEvents(ctx context.Context, w *watcher) error {
	last := ""
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for ctx.Err() == nil {
		reason, err := c.events(ctx, w, &last)
		select {
		case <-tick.C:
			w.ended(fmt.Sprintf("%s %v", reason, err))
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// events follows one stream to its end; reason is what its last event says.
func (c *clients) events(ctx context.Context, w *watcher, last *string) (reason string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/changes", nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Last-Event-ID", *last)
	response, err := c.http.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(response.Body)
		return string(body), err
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	id, name := "", ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "event":
			name = value
		case field == "id":
			id = value
		case field == "data" && name == "error":
			reason = value
		case field == "data":
			answer := &gatewayv1.WatchResponse{}
			if err := protojson.Unmarshal([]byte(value), answer); err != nil {
				return "", err
			}
			w.takeEither(answer)
			*last = id
		}
	}
	return reason, lines.Err()
}

// polite fails the test unless the streams of every watcher ended, and only by servers
// that said so.
func polite(t *testing.T, watchers []*watcher) {
	t.Helper()
	for _, w := range watchers {
		w.mu.Lock()
		must.True(t, len(w.ends) > 0, "the watch of %s never lost its server", w.name)
		for _, end := range w.ends {
			must.Contains(t, end, serverStopping)
		}
		t.Logf("the watch of %s: %d streams ended, all with %s", w.name, len(w.ends), serverStopping)
		w.mu.Unlock()
	}
}

// heard waits until a watcher heard of every name, and fails the test if it heard of
// one twice.
func (w *watcher) heard(t *testing.T, names []string) {
	t.Helper()
	until(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, name := range names {
			if w.created[name] == 0 {
				return false
			}
		}
		return true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, times := range w.created {
		must.True(t, times == 1, "the watch of %s heard of %s %d times", w.name, name, times)
	}
}
