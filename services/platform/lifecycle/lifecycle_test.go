package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// timeline records what happened and when, in virtual time from the start of
// the stop.
type timeline struct {
	mu     sync.Mutex
	start  time.Time
	events []string
}

func (l *timeline) add(event string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, fmt.Sprintf("%v %s", time.Since(l.start), event))
}

// component serves until stopped; its work takes a while to finish.
func (l *timeline) component(name string, work time.Duration) lifecycle.Component {
	stopped := make(chan struct{})
	return lifecycle.Component{
		Serve: func(context.Context) error {
			<-stopped
			return nil
		},
		Stop: func(ctx context.Context) error {
			defer close(stopped)
			l.add("stop " + name)
			timer := time.NewTimer(work)
			defer timer.Stop()
			select {
			case <-timer.C:
				l.add("finished " + name)
				return nil
			case <-ctx.Done():
				l.add("forced " + name)
				return ctx.Err()
			}
		},
	}
}

// run starts the group, lets it settle, stops it and returns Run's error.
func (l *timeline) run(t *testing.T, group *lifecycle.Group, readiness *health.Readiness, stop func()) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if stop == nil {
		stop = cancel
	}
	done := make(chan error, 1)
	go func() { done <- group.Run(ctx) }()
	synctest.Wait()
	if readiness != nil {
		must.True(t, readiness.Probe(t.Context()).Ready)
	}
	l.start = time.Now()
	watcher := make(chan struct{})
	go func() {
		defer close(watcher)
		<-group.Draining()
		l.add("draining")
	}()
	stop()
	synctest.Wait()
	if readiness != nil {
		must.False(t, readiness.Probe(t.Context()).Ready)
	}
	err := <-done
	<-watcher
	return err
}

func options(readiness *health.Readiness, force <-chan struct{}) lifecycle.Options {
	return lifecycle.Options{
		Readiness: readiness, DrainDelay: 5 * time.Second, DrainTimeout: 25 * time.Second, Force: force,
	}
}

func TestStopInFiveSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		readiness := health.New(zap.NewNop())
		group := lifecycle.New(options(readiness, nil))
		group.OnClose("store", func() error { l.add("close store"); return nil })
		group.OnClose("client", func() error { l.add("close client"); return nil })
		group.Add("grpc", l.component("grpc", 2*time.Second))
		group.Add("rest", l.component("rest", time.Second))
		must.OK(t, l.run(t, group, readiness, nil))
		// "draining" is seen by another goroutine, at the same instant as the first stop.
		must.Equal(t, len(l.events), 7)
		must.Equal(t, without(l.events, "5s draining"), []string{
			"5s stop rest", "6s finished rest",
			"6s stop grpc", "8s finished grpc",
			"8s close client", "8s close store",
		})
	})
}

func without(events []string, event string) []string {
	var rest []string
	for _, e := range events {
		if e != event {
			rest = append(rest, e)
		}
	}
	return rest
}

func TestDrainTimeoutCountsFromTheSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		group := lifecycle.New(options(nil, nil))
		group.OnClose("store", func() error { l.add("close store"); return nil })
		group.Add("grpc", l.component("grpc", time.Hour))
		err := l.run(t, group, nil, nil)
		must.ErrorIs(t, err, lifecycle.ErrForced)
		must.Equal(t, without(l.events, "5s draining"), []string{"5s stop grpc", "25s forced grpc", "25s close store"})
	})
}

func TestSecondSignalForces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		force := make(chan struct{})
		group := lifecycle.New(options(nil, force))
		group.Add("grpc", l.component("grpc", time.Hour))
		time.AfterFunc(7*time.Second, func() { close(force) })
		err := l.run(t, group, nil, nil)
		must.ErrorIs(t, err, lifecycle.ErrForced)
		must.Equal(t, without(l.events, "5s draining"), []string{"5s stop grpc", "7s forced grpc"})
	})
}

func TestSecondSignalEndsTheDelayToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		force := make(chan struct{})
		group := lifecycle.New(options(nil, force))
		group.Add("grpc", l.component("grpc", time.Hour))
		time.AfterFunc(time.Second, func() { close(force) })
		must.ErrorIs(t, l.run(t, group, nil, nil), lifecycle.ErrForced)
		must.Equal(t, without(l.events, "1s draining"), []string{"1s stop grpc", "1s forced grpc"})
	})
}

func TestAComponentThatEndsStopsTheProgram(t *testing.T) {
	broken := errors.New("port taken")
	for name, tt := range map[string]struct{ err, want error }{
		"with an error": {broken, broken},
		"without":       {nil, lifecycle.ErrEnded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l timeline
				end := make(chan struct{})
				group := lifecycle.New(options(nil, nil))
				group.OnClose("store", func() error { l.add("close store"); return errors.New("disk full") })
				group.Add("grpc", l.component("grpc", time.Second))
				group.Add("rest", lifecycle.Component{Serve: func(context.Context) error {
					<-end
					return tt.err
				}})
				err := l.run(t, group, nil, func() { close(end) })
				must.ErrorIs(t, err, tt.want)
				must.Contains(t, err.Error(), "rest: ")
				must.Contains(t, err.Error(), "close store: disk full")
				must.Equal(t, without(l.events, "0s draining"), []string{"0s stop grpc", "1s finished grpc", "1s close store"})
			})
		})
	}
}

func TestAComponentMayNeedOnlyItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		group := lifecycle.New(lifecycle.Options{DrainTimeout: time.Second})
		group.Add("sweeper", lifecycle.Component{Serve: func(ctx context.Context) error {
			<-ctx.Done()
			l.add("sweeper ends")
			return ctx.Err()
		}})
		must.OK(t, l.run(t, group, nil, nil))
		must.Equal(t, without(l.events, "0s draining"), []string{"0s sweeper ends"})
	})
}

func TestAComponentThatDoesNotEndIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l timeline
		stuck := make(chan struct{})
		group := lifecycle.New(lifecycle.Options{DrainTimeout: time.Second})
		group.OnClose("store", func() error { l.add("close store"); return nil })
		group.Add("stuck", lifecycle.Component{Serve: func(context.Context) error {
			<-stuck
			return nil
		}})
		must.ErrorIs(t, l.run(t, group, nil, nil), lifecycle.ErrForced)
		must.Equal(t, without(l.events, "0s draining"), []string{"2s close store"})
		close(stuck)
	})
}

func TestCloseWithoutRun(t *testing.T) {
	closed := 0
	group := lifecycle.New(lifecycle.Options{})
	group.OnClose("store", func() error { closed++; return nil })
	must.OK(t, group.Close())
	must.OK(t, group.Close())
	must.Equal(t, closed, 1)
}
