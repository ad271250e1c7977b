package changefeed_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// first is the place of a new resource.
func first(at recordtime.Time, id string) changefeed.Place {
	return changefeed.Place{Time: at, Kind: 1, ID: id, Revision: 1}
}

// token is the token of a place.
func token(p changefeed.Place) string { return changefeed.Token(service, p) }

var errEnough = errors.New("enough")

// collect watches until the next heartbeat and returns the places before it.
func collect(t must.TB, r *record, req request, options changefeed.Options) (places []changefeed.Place, beat changefeed.Event[change]) {
	err := r.watch(context.Background(), req, options, nil, func(e changefeed.Event[change]) error {
		if e.Change == nil {
			beat = e
			return errEnough
		}
		must.Equal(t, e.Token, token(e.Change.place))
		must.Equal(t, e.Settled, 0)
		places = append(places, e.Change.place)
		return nil
	})
	must.ErrorIs(t, err, errEnough)
	return places, beat
}

func TestWhereAWatcherStarts(t *testing.T) {
	r := newRecord()
	all := []changefeed.Place{first(10, "a"), first(10, "b"), first(20, "a"), first(30, "c")}
	r.add(all...)
	at := func(micros int64) *timestamppb.Timestamp { return timestamppb.New(time.UnixMicro(micros)) }
	for name, test := range map[string]struct {
		req  request
		want []changefeed.Place
	}{
		"everything":          {everything(), all},
		"long ago":            {request{time: timestamppb.New(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC))}, all},
		"the present":         {request{}, nil},
		"after a time":        {request{time: at(10)}, all[2:]},
		"after a moment":      {request{time: timestamppb.New(time.UnixMicro(19).Add(999))}, all[2:]},
		"after the last":      {request{time: at(30)}, nil},
		"the settled time":    {request{time: at(1030)}, nil},
		"after a change":      {request{token: token(all[0])}, all[1:]},
		"after all of a time": {request{token: token(changefeed.Through(10))}, all[2:]},
		"after the last one":  {request{token: token(all[3])}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, beat := collect(t, r, test.req, changefeed.Options{})
			must.Equal(t, got, test.want)
			must.Equal(t, beat.Settled, 1030)
			// A heartbeat stands at the last change that was sent, if there was one.
			stands := changefeed.Through(30)
			if place, err := changefeed.ParseToken(service, test.req.token); err == nil && place.Kind != 0 {
				stands = place
			}
			if len(got) > 0 {
				stands = got[len(got)-1]
			}
			must.Equal(t, beat.Token, token(stands))
		})
	}
}

// TestATraceHasOnlyTheStart of a stream, which may be open for days.
func TestATraceHasOnlyTheStart(t *testing.T) {
	r := newRecord()
	r.add(first(10, "a"))
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
	seen := 0
	err := r.watch(ctx, everything(), changefeed.Options{Page: 1}, nil, func(e changefeed.Event[change]) error {
		if e.Change == nil {
			r.add(first(20, "b")) // what it waits for
		} else if seen++; seen == 2 {
			return errEnough
		}
		return nil
	})
	must.ErrorIs(t, err, errEnough)
	must.Equal(t, r.sampled, 1)
}

func TestStartsThatAreNone(t *testing.T) {
	r := newRecord()
	r.add(first(10, "a"))
	for name, test := range map[string]struct {
		req           request
		reason, field string
	}{
		"two starts":                       {request{token: token(first(10, "a")), time: &timestamppb.Timestamp{}}, "WATCH_START_AMBIGUOUS", "start_time"},
		"no token":                         {request{token: "x"}, "INVALID_RESUME_TOKEN", "resume_token"},
		"no time":                          {request{time: &timestamppb.Timestamp{Nanos: -1}}, "INVALID_TIMESTAMP", "start_time"},
		"a time to come":                   {request{time: timestamppb.New(time.UnixMicro(1011))}, "READ_TIME_NOT_SETTLED", "start_time"},
		"a change that is not on record":   {request{token: token(first(10, "b"))}, "INVALID_RESUME_TOKEN", "resume_token"},
		"a revision that is not on record": {request{token: token(changefeed.Place{Time: 10, Kind: first(10, "a").Kind, ID: "a", Revision: 2})}, "INVALID_RESUME_TOKEN", "resume_token"},
		"a token to come":                  {request{token: token(first(1011, "a"))}, "INVALID_RESUME_TOKEN", "resume_token"},
	} {
		t.Run(name, func(t *testing.T) {
			err := r.watch(t.Context(), test.req, changefeed.Options{}, nil, func(changefeed.Event[change]) error { return errEnough })
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
	_, beat := collect(t, r, request{token: token(changefeed.Through(1010))}, changefeed.Options{})
	must.Equal(t, beat.Settled, 1010)
}

// TestWhoHasWhatIsErasedGoesOn: though it is erased after the watcher asked how far the
// record goes.
func TestWhoHasWhatIsErasedGoesOn(t *testing.T) {
	r := newRecord()
	r.clock = 0
	was, now := first(10, "a"), first(20, "a")
	r.add(was, first(10, "b"))
	feed := r.feed(changefeed.Options{}, nil)
	feed.Read = func(ctx context.Context, after changefeed.Place, upTo recordtime.Time, limit int) ([]change, error) {
		if r.moved == nil {
			r.erase(was, now)
		}
		return r.read(ctx, after, upTo, limit)
	}
	var got []changefeed.Place
	err := follow(t.Context(), feed, request{token: token(was)}, func(e changefeed.Event[change]) error {
		if e.Change != nil {
			got = append(got, e.Change.place)
		}
		if len(got) == 2 {
			return errEnough
		}
		return nil
	})
	must.ErrorIs(t, err, errEnough)
	must.Equal(t, got, []changefeed.Place{first(10, "b"), now})
	err = r.watch(t.Context(), request{token: token(first(15, "a"))}, changefeed.Options{}, nil, func(changefeed.Event[change]) error { return errEnough })
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
}

// TestHeartbeats: one before the first wait, then one after each silence; a
// change starts the silence anew.
func TestHeartbeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, began := newRecord(), time.Now()
		type heard struct {
			after time.Duration
			beat  bool
		}
		var got []heard
		time.AfterFunc(14*time.Second, func() { r.add(first(10, "a")) })
		err := r.watch(t.Context(), request{}, changefeed.Options{}, nil, func(e changefeed.Event[change]) error {
			got = append(got, heard{time.Since(began), e.Change == nil})
			if len(got) == 5 {
				return errEnough
			}
			return nil
		})
		must.ErrorIs(t, err, errEnough)
		must.Equal(t, got, []heard{
			{0, true}, {10 * time.Second, true}, {14 * time.Second, false}, {24 * time.Second, true}, {34 * time.Second, true},
		})
	})
}

// TestAWatcherThatDoesNotReadIsCutOff: after the patience, and what it got
// before says where it may go on.
func TestAWatcherThatDoesNotReadIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, began, blocked := newRecord(), time.Now(), make(chan struct{})
		r.add(first(10, "a"), first(10, "b"), first(20, "c"))
		count := 0
		err := r.watch(t.Context(), everything(), changefeed.Options{}, nil, func(changefeed.Event[change]) error {
			if count++; count == 2 {
				<-blocked
			}
			return nil
		})
		st := statustest.Check(t, err, codes.Aborted, "WATCH_TOO_SLOW", "")
		must.Equal(t, time.Since(began), 30*time.Second)
		close(blocked)
		rest, _ := collect(t, r, request{token: errs.Info(st).GetMetadata()["resume_token"]}, changefeed.Options{})
		must.Equal(t, rest, []changefeed.Place{first(10, "b"), first(20, "c")})
	})
}

func TestAWatcherEndsWhenTheServerDrains(t *testing.T) {
	for name, blocks := range map[string]bool{"waiting": false, "while it does not read": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, draining, blocked := newRecord(), make(chan struct{}), make(chan struct{})
				r.add(first(10, "a"))
				time.AfterFunc(5*time.Second, func() { close(draining) })
				err := r.watch(t.Context(), request{}, changefeed.Options{}, draining, func(changefeed.Event[change]) error {
					if blocks {
						<-blocked
					}
					return nil
				})
				st := statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
				must.Equal(t, errs.Info(st).GetMetadata()["resume_token"], token(changefeed.Through(10)))
				close(blocked)
			})
		})
	}
}

func TestAWatcherEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord()
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		err := r.watch(ctx, request{}, changefeed.Options{}, nil, func(changefeed.Event[change]) error { return nil })
		statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
	})
}

// TestPropertyEverythingOnceInOrder: a watcher that stops anywhere, again and
// again, and goes on with its token gets every change once, in order, while
// changes are made.
func TestPropertyEverythingOnceInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, now := newRecord(), recordtime.Time(0)
		write := func() {
			now += recordtime.Time(rapid.Int64Range(1, 3).Draw(rt, "step"))
			var places []changefeed.Place
			for i := range rapid.IntRange(1, 4).Draw(rt, "changes") {
				places = append(places, changefeed.Place{Time: now, Kind: 1 + i%2, ID: string(rune('a' + i)), Revision: int64(now)})
			}
			r.add(places...)
		}
		options := changefeed.Options{Page: rapid.IntRange(1, 5).Draw(rt, "page")}
		var got []changefeed.Place
		req := everything()
		for range rapid.IntRange(1, 6).Draw(rt, "watchers") {
			for range rapid.IntRange(0, 3).Draw(rt, "writes") {
				write()
			}
			stop := rapid.IntRange(1, 8).Draw(rt, "events")
			err := r.watch(context.Background(), req, options, nil, func(e changefeed.Event[change]) error {
				req = request{token: e.Token}
				if e.Change != nil {
					got = append(got, e.Change.place)
				}
				if stop--; stop == 0 || e.Change == nil {
					return errEnough
				}
				write()
				return nil
			})
			must.ErrorIs(rt, err, errEnough)
		}
		rest, _ := collect(rt, r, req, options)
		var want []changefeed.Place
		for _, c := range r.changes {
			want = append(want, c.place)
		}
		must.Equal(rt, append(got, rest...), want)
		must.Equal(rt, r.limit, options.Page)
	})
}
