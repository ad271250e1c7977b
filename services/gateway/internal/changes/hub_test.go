package changes_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errEnough = errors.New("enough")

// record is both services, and a gateway's hub over them.
type record struct {
	t                   must.TB
	statements, metrics *service
	hub                 *changes.Hub
}

func newRecord(t must.TB, options changes.Options) *record {
	r := &record{t: t, statements: newService("onrecord.statements.v1"), metrics: newService("onrecord.metrics.v1")}
	r.hub = changes.New(r.statements, r.metrics, options)
	return r
}

// another is a second gateway over the same services.
func (r *record) another() *record {
	return &record{t: r.t, statements: r.statements, metrics: r.metrics, hub: changes.New(r.statements, r.metrics, changes.Options{})}
}

func (r *record) close() { must.OK(r.t, r.hub.Close()) }

// watching is a watcher in the background.
type watching struct {
	got    chan *gatewayv1.WatchResponse
	end    chan error
	cancel context.CancelFunc
}

// watch watches as a reader.
func (r *record) watch(req *gatewayv1.WatchRequest) *watching {
	return r.watchAs(auth.Reader, req)
}

func (r *record) watchAs(role auth.Role, req *gatewayv1.WatchRequest) *watching {
	traced := trace.ContextWithSpanContext(context.Background(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
	ctx, cancel := context.WithCancel(auth.With(traced, auth.Identity{Caller: "somebody", Role: role}))
	w := &watching{got: make(chan *gatewayv1.WatchResponse), end: make(chan error, 1), cancel: cancel}
	go func() {
		w.end <- r.hub.Watch(ctx, req, func(m *gatewayv1.WatchResponse) error {
			select {
			case w.got <- m:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return w
}

// until collects the names of changes before the next heartbeat, and that.
func (w *watching) until(t must.TB) (names []string, beat *gatewayv1.WatchResponse) {
	t.Helper()
	for {
		select {
		case m := <-w.got:
			if m.GetChange() == nil {
				return names, m
			}
			names = append(names, nameOf(m))
		case err := <-w.end:
			w.end <- err
			t.Fatalf("the watcher ended: %v", err)
		}
	}
}

func (w *watching) stop() {
	w.cancel()
	if <-w.end == nil {
		panic("a watcher ended without an error")
	}
}

func nameOf(m *gatewayv1.WatchResponse) string {
	if c := m.GetMetrics(); c != nil {
		return c.GetName()
	}
	return m.GetStatements().GetName()
}

// everything starts before all changes.
func everything() *gatewayv1.WatchRequest {
	return &gatewayv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}
}

// read watches from a start to the first heartbeat.
func (r *record) read(req *gatewayv1.WatchRequest) (names []string, token string) {
	began := time.Now()
	w := r.watch(req)
	defer w.stop()
	names, beat := w.until(r.t)
	must.True(r.t, time.Since(began) < time.Second, "the heartbeat that says that all is there took %v", time.Since(began))
	return names, beat.GetResumeToken()
}

func TestAWatcherHearsBothServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.add(statement("old", "entities/a", "documents/d"))
		w := r.watch(&gatewayv1.WatchRequest{})
		defer w.stop()
		names, beat := w.until(t)
		must.Equal(t, len(names), 0) // from the present
		must.True(t, beat.GetSettledTime() != nil, "a heartbeat says how far")

		r.statements.add(statement("new", "entities/a", "documents/d"), statement("newer", "entities/a", "documents/d"))
		last := r.metrics.add(figure("f", "metrics/m")) // the service that is behind
		got := map[string]bool{}
		for range 3 {
			m := <-w.got
			got[nameOf(m)] = true
			must.True(t, m.GetSettledTime() == nil, "a change says no settled time")
		}
		must.Equal(t, got, map[string]bool{"statements/new": true, "statements/newer": true, "figures/f": true})
		began := time.Now()
		w.until(t)
		must.Equal(t, time.Since(began), 10*time.Second)
		_, beat = w.until(t) // the services' own heartbeats came meanwhile
		must.True(t, !beat.GetSettledTime().AsTime().Before(last.Time()), "the heartbeat covers what was sent")
	})
}

func TestAllWatchersShareOneStreamToEachService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		var all []*watching
		for range 50 {
			w := r.watch(&gatewayv1.WatchRequest{})
			defer w.stop()
			w.until(t)
			all = append(all, w)
		}
		r.metrics.add(figure("f", "metrics/m"))
		for _, w := range all {
			must.Equal(t, nameOf(<-w.got), "figures/f")
		}
		for _, s := range []*service{r.statements, r.metrics} {
			total, _ := s.opened()
			must.Equal(t, total, 1)
		}
	})
}

func TestAWatcherResumesOnAnotherGateway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		r.statements.add(statement("a", "entities/a", "documents/d"), statement("b", "entities/a", "documents/d"))
		r.metrics.add(figure("f", "metrics/m"), figure("g", "metrics/m"))
		w := r.watch(everything())
		seen := []string{nameOf(<-w.got), nameOf(<-w.got)}
		token := (<-w.got).GetResumeToken() // the third
		w.stop()
		r.close() // that gateway is gone
		r.statements.add(statement("c", "entities/a", "documents/d"))

		second := r.another()
		defer second.close()
		rest, beat := second.read(&gatewayv1.WatchRequest{ResumeToken: token})
		must.Equal(t, len(seen)+1+len(rest), 5)
		must.True(t, slices.Contains(rest, "statements/c"), "what came meanwhile is missing: %v", rest)
		again, _ := second.read(&gatewayv1.WatchRequest{ResumeToken: beat})
		must.Equal(t, len(again), 0)
	})
}

// TestOnceCaughtUpAChangeComesAtOnce: however a watcher began.
func TestOnceCaughtUpAChangeComesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		r.statements.add(statement("a", "entities/a", "documents/d"))
		r.metrics.add(figure("f", "metrics/m"), figure("g", "metrics/m"))
		_, token := r.read(everything())
		r.close()
		for i, req := range []*gatewayv1.WatchRequest{
			{}, everything(), {ResumeToken: token}, {StartTime: &timestamppb.Timestamp{}, Documents: []string{"documents/d"}, Metrics: []string{"metrics/m"}},
		} {
			r = r.another() // it knows nothing of what was before
			one, two := r.watch(req), r.watch(req)
			one.until(t)
			two.until(t)
			began := time.Now()
			id := fmt.Sprintf("x%d", i)
			r.metrics.add(figure(id, "metrics/m"))
			must.Equal(t, nameOf(<-two.got), "figures/"+id)
			must.Equal(t, nameOf(<-one.got), "figures/"+id)
			r.statements.add(statement(id, "entities/a", "documents/d"))
			must.Equal(t, nameOf(<-one.got), "statements/"+id)
			must.Equal(t, nameOf(<-two.got), "statements/"+id)
			must.Equal(t, time.Since(began), 0)
			one.stop()
			two.stop()
			r.close()
		}
	})
}

// A service that was killed, on a machine whose clock was set back meanwhile, goes on after
// the newest change, which may be long before the time that it last said is settled.
func TestNothingIsMissedAfterAClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.add(statement("a", "entities/x", "documents/d"))
		r.statements.setClock(5_000_000)
		r.metrics.setClock(5_000_000)
		w := r.watch(everything())
		defer w.stop()
		names, _ := w.until(t)
		must.Equal(t, names, []string{"statements/a"})
		r.statements.stop()
		r.statements.setClock(2_000_000)
		r.statements.start()
		r.statements.add(statement("b", "entities/x", "documents/d"))
		names, _ = w.until(t)
		must.Equal(t, names, []string{"statements/b"})

		late := r.watch(&gatewayv1.WatchRequest{})
		defer late.stop()
		_, beat := late.until(t)
		next := r.statements.add(statement("c", "entities/x", "documents/d"))
		must.True(t, beat.GetSettledTime().AsTime().Before(next.Time()), "what is settled was not all: %v", beat)
	})
}

func TestStartsThatAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.add(statement("a", "entities/a", "documents/d"))
		_, token := r.read(everything())
		for name, test := range map[string]struct {
			req           *gatewayv1.WatchRequest
			reason, field string
		}{
			"two starts":      {&gatewayv1.WatchRequest{ResumeToken: token, StartTime: &timestamppb.Timestamp{}}, "WATCH_START_AMBIGUOUS", "start_time"},
			"no token":        {&gatewayv1.WatchRequest{ResumeToken: "x"}, "INVALID_RESUME_TOKEN", "resume_token"},
			"half a token":    {&gatewayv1.WatchRequest{ResumeToken: token[:len(token)-4]}, "INVALID_RESUME_TOKEN", "resume_token"},
			"a service's own": {&gatewayv1.WatchRequest{ResumeToken: changefeed.Token("onrecord.metrics.v1", changefeed.Through(1))}, "INVALID_RESUME_TOKEN", "resume_token"},
			"no time":         {&gatewayv1.WatchRequest{StartTime: &timestamppb.Timestamp{Nanos: -1}}, "INVALID_TIMESTAMP", "start_time"},
			"a time to come":  {&gatewayv1.WatchRequest{StartTime: timestamppb.New(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC))}, "READ_TIME_NOT_SETTLED", "start_time"},
		} {
			err := r.hub.Watch(t.Context(), test.req, func(*gatewayv1.WatchResponse) error {
				t.Errorf("%s: something was sent", name)
				return errEnough
			})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		}
	})
}

func TestARestoredRecordRefusesWhatItLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		var erased []string
		r.hub.OnErased(func(name string) { erased = append(erased, name) })
		r.statements.add(statement("a", "entities/a", "documents/d"))
		w := r.watch(everything())
		defer w.cancel()
		names, _ := w.until(t)
		must.Equal(t, names, []string{"statements/a"})
		r.statements.add(statement("lost", "entities/a", "documents/d"))
		lost := <-w.got
		r.statements.restore(1)
		for {
			select {
			case <-w.got:
				continue
			case err := <-w.end:
				statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
			}
			break
		}
		err := r.hub.Watch(t.Context(), &gatewayv1.WatchRequest{ResumeToken: lost.GetResumeToken()}, func(*gatewayv1.WatchResponse) error { return errEnough })
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
		must.Equal(t, erased, []string{""}) // whoever keeps answers keeps none of the lost ones
	})
}

// TestWhatWasErasedIsNotHeardAgain: who resumes before it hears what the services have left of
// it, though the gateway had it; who was there already misses nothing and hears nothing twice.
func TestWhatWasErasedIsNotHeardAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		w := r.watch(&gatewayv1.WatchRequest{})
		defer w.cancel()
		_, beat := w.until(t)
		r.statements.add(statement("secret", "entities/a", "documents/d"))
		r.metrics.add(figure("f", "metrics/m"))
		names, _ := w.until(t)
		must.Equal(t, sorted(names), []string{"figures/f", "statements/secret"})
		r.statements.erase("secret")
		names, _ = w.until(t)
		must.Equal(t, names, []string{"statements/secret"})

		again := r.watch(&gatewayv1.WatchRequest{ResumeToken: beat.GetResumeToken()})
		defer again.cancel()
		names = nil
		for len(names) < 3 {
			got := <-again.got
			if got.GetChange() == nil {
				continue
			}
			names = append(names, nameOf(got))
			must.Equal(t, got.GetStatements().GetStatement().GetDocumentVersion(), "")
		}
		must.Equal(t, sorted(names), []string{"figures/f", "statements/secret", "statements/secret"})
		r.statements.add(statement("next", "entities/a", "documents/d"))
		r.metrics.add(figure("last", "metrics/m"))
		for _, each := range []*watching{w, again} {
			names, _ = each.until(t)
			for len(names) < 2 { // heartbeats may come between
				more, _ := each.until(t)
				names = append(names, more...)
			}
			must.Equal(t, sorted(names), []string{"figures/last", "statements/next"})
		}
	})
}

// TestAServiceMayRestart: the watchers go on, and miss nothing; if it stays away
// they are told.
func TestAServiceMayRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		w := r.watch(&gatewayv1.WatchRequest{})
		defer w.cancel()
		w.until(t)
		must.True(t, r.hub.Live())
		r.metrics.stop()
		r.metrics.add(figure("meanwhile", "metrics/m"))
		synctest.Wait()
		must.False(t, r.hub.Live(), "a service is away")
		<-after(15 * time.Second)
		r.metrics.start()
		for m := range w.got {
			if m.GetChange() != nil {
				must.Equal(t, nameOf(m), "figures/meanwhile")
				break
			}
		}
		<-w.got // a heartbeat
		must.True(t, r.hub.Live())

		r.metrics.stop()
		var err error
		for err == nil {
			select {
			case <-w.got:
			case err = <-w.end:
			}
		}
		st := statustest.Check(t, err, codes.Unavailable, "SERVICE_UNAVAILABLE", "")
		must.Equal(t, errs.Info(st).GetMetadata()["service"], "metrics")
		r.metrics.start()
		names, _ := r.read(&gatewayv1.WatchRequest{ResumeToken: errs.Info(st).GetMetadata()["resume_token"]})
		must.Equal(t, len(names), 0)
	})
}

func TestAWatcherOfAServiceThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.stop()
		began := time.Now()
		for _, req := range []*gatewayv1.WatchRequest{{}, everything()} {
			err := r.hub.Watch(t.Context(), req, func(*gatewayv1.WatchResponse) error { return errEnough })
			st := statustest.Check(t, err, codes.Unavailable, "SERVICE_UNAVAILABLE", "")
			must.Equal(t, errs.Info(st).GetMetadata()["service"], "statements")
		}
		must.True(t, time.Since(began) < 30*time.Second, "it took %v", time.Since(began))
	})
}

// TestALyingServiceIsOneThatDoesNotAnswer: tokens that are none go to no watcher.
func TestALyingServiceIsOneThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.lie = "nonsense"
		err := r.hub.Watch(t.Context(), &gatewayv1.WatchRequest{}, func(*gatewayv1.WatchResponse) error { return errEnough })
		statustest.Check(t, err, codes.Unavailable, "SERVICE_UNAVAILABLE", "")
	})
}

// TestASlowWatcherIsCutOff: alone, and it can go on where it stopped reading.
func TestASlowWatcherIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		quick := r.watch(&gatewayv1.WatchRequest{})
		defer quick.stop()
		quick.until(t)
		slow := r.watch(&gatewayv1.WatchRequest{})
		defer slow.cancel()
		slow.until(t)
		// More than a hub keeps: neither watcher may lose any, nor hold up the other.
		const many = 20_000
		go func() {
			for i := range many {
				r.metrics.add(figure(fmt.Sprintf("f%05d", i), "metrics/m"))
			}
		}()
		must.Equal(t, nameOf(<-slow.got), "figures/f00000")
		read := 0
		for read < many {
			if m := <-quick.got; m.GetChange() != nil {
				must.Equal(t, nameOf(m), fmt.Sprintf("figures/f%05d", read))
				read++
			}
		}
		began := time.Now()
		st := statustest.Check(t, <-slow.end, codes.Aborted, "WATCH_TOO_SLOW", "")
		must.True(t, time.Since(began) <= 30*time.Second, "it took %v", time.Since(began))
		rest, _ := r.read(&gatewayv1.WatchRequest{ResumeToken: errs.Info(st).GetMetadata()["resume_token"]})
		must.Equal(t, len(rest), many-1)
		must.Equal(t, rest[0], "figures/f00001")
	})
}

func TestNoMoreWatchersThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{MaxWatchers: 2})
		defer r.close()
		first, second := r.watch(&gatewayv1.WatchRequest{}), r.watch(&gatewayv1.WatchRequest{})
		first.until(t)
		second.until(t)
		err := r.hub.Watch(t.Context(), &gatewayv1.WatchRequest{}, func(*gatewayv1.WatchResponse) error { return errEnough })
		statustest.Check(t, err, codes.ResourceExhausted, "TOO_MANY_WATCHERS", "")
		first.stop()
		third := r.watch(&gatewayv1.WatchRequest{})
		third.until(t)
		third.stop()
		second.stop()
	})
}

func TestWatchersEndWhenTheGatewayStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		draining := make(chan struct{})
		r.hub.UseDraining(draining)
		w := r.watch(&gatewayv1.WatchRequest{})
		_, beat := w.until(t)
		close(draining)
		st := statustest.Check(t, <-w.end, codes.Unavailable, "SERVER_STOPPING", "")
		must.Equal(t, errs.Info(st).GetMetadata()["resume_token"], beat.GetResumeToken())
		r.close()
		err := r.hub.Watch(t.Context(), &gatewayv1.WatchRequest{}, func(*gatewayv1.WatchResponse) error { return errEnough })
		statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
	})
}

// TestPropertyNothingIsMissed: a watcher that stops anywhere, again and again, and
// goes on with its token on any gateway, gets every change, those of each service in
// order, while changes are made and services restart.
func TestPropertyNothingIsMissed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		synctest.Test(t, func(*testing.T) { walk(rt) })
	})
}

func walk(rt *rapid.T) {
	first := newRecord(rt, changes.Options{})
	second := first.another()
	defer first.close()
	defer second.close()
	var want, got [2][]string
	made := 0
	write := func() {
		for range rapid.IntRange(0, 3).Draw(rt, "changes") {
			made++
			id := fmt.Sprintf("x%04d", made)
			if rapid.Bool().Draw(rt, "figure") {
				first.metrics.add(figure(id, "metrics/m"))
				want[1] = append(want[1], "figures/"+id)
			} else {
				first.statements.add(statement(id, "entities/a", "documents/d"))
				want[0] = append(want[0], "statements/"+id)
			}
		}
	}
	req := everything()
	take := func(m *gatewayv1.WatchResponse) {
		req = &gatewayv1.WatchRequest{ResumeToken: m.GetResumeToken()}
		switch {
		case m.GetStatements() != nil:
			got[0] = append(got[0], nameOf(m))
		case m.GetMetrics() != nil:
			got[1] = append(got[1], nameOf(m))
		}
	}
	for range rapid.IntRange(1, 6).Draw(rt, "watchers") {
		write()
		w := rapid.SampledFrom([]*record{first, second}).Draw(rt, "gateway").watch(req)
		for range rapid.IntRange(1, 6).Draw(rt, "events") {
			take(<-w.got)
			if rapid.IntRange(0, 3).Draw(rt, "write") == 0 {
				write()
			}
		}
		if rapid.IntRange(0, 4).Draw(rt, "restart") == 0 {
			first.metrics.stop()
			first.metrics.start()
		}
		w.stop()
	}
	w := second.watch(req)
	defer w.stop()
	for len(got[0]) < len(want[0]) || len(got[1]) < len(want[1]) {
		take(<-w.got)
	}
	must.Equal(rt, got, want)
}
