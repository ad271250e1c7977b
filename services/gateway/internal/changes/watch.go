package changes

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// errStopping is the cause of an end that the gateway wants.
var errStopping = errors.New("the gateway stops")

// watcher is the state of one watcher.
type watcher struct {
	hub    *Hub
	filter filter
	// seesRestricted says that the caller hears of what is under embargo or confidential.
	seesRestricted bool
	cursors        [services]*cursor
	emit           func(context.Context, *gatewayv1.WatchResponse) error
	// began is when the watcher came, sent when something was sent last; announced says
	// that a heartbeat was.
	began     time.Time
	sent      time.Time
	announced bool
	timer     *time.Timer
}

// Watch sends changes from where the request says until ctx ends. It never
// returns nil. INVALID_ARGUMENT for a start that is none; RESOURCE_EXHAUSTED,
// reason TOO_MANY_WATCHERS, with resume_token in its metadata if the watch had begun; and,
// with resume_token in their metadata, ABORTED, reason WATCH_TOO_SLOW, UNAVAILABLE, reason SERVER_STOPPING or
// SERVICE_UNAVAILABLE.
//
// A send that blocks is left behind: it must end when the caller's stream does.
func (h *Hub) Watch(ctx context.Context, req *gatewayv1.WatchRequest, send func(*gatewayv1.WatchResponse) error) error {
	if h.watchers.Add(1) > h.limit {
		h.watchers.Add(-1)
		return errs.New(errs.ResourceExhausted, tooManyWatchers, "this gateway has %d watchers, which is its limit: try another, or later", h.limit)
	}
	defer h.watchers.Add(-1)
	tokens, err := startOf(req)
	if err != nil {
		return err
	}
	h.start()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(h.stopping, func() { cancel(errStopping) })()

	out := changefeed.NewSender(patience)
	defer out.Close()
	w := &watcher{hub: h, filter: newFilter(req), seesRestricted: auth.SeesRestricted(ctx), timer: time.NewTimer(heartbeatEvery)}
	defer w.timer.Stop()
	w.emit = func(ctx context.Context, message *gatewayv1.WatchResponse) error {
		return out.Do(ctx, func() error { return send(message) })
	}
	for i, source := range h.sources {
		w.cursors[i] = &cursor{hub: h, source: source, pause: firstPause, seesRestricted: w.seesRestricted}
		defer w.cursors[i].leave()
	}
	err = w.run(ctx, tokens, req.GetStartTime())
	return w.explain(ctx, err)
}

// startOf checks where a watcher wants to start.
func startOf(req *gatewayv1.WatchRequest) (tokens [services]string, err error) {
	start := req.GetStartTime()
	switch {
	case req.GetResumeToken() != "" && start != nil:
		return tokens, errs.Invalid("start_time", "WATCH_START_AMBIGUOUS", "resume_token and start_time are both set: one says where to start")
	case req.GetResumeToken() != "":
		return splitToken(req.GetResumeToken())
	case start != nil:
		if err := start.CheckValid(); err != nil {
			return tokens, errs.Invalid("start_time", "INVALID_TIMESTAMP", "%s", err.Error())
		}
	}
	return tokens, nil
}

// explain says why a watcher ended, and where it may go on.
func (w *watcher) explain(ctx context.Context, err error) error {
	token := w.token()
	var own *errs.Error
	switch {
	case errors.Is(err, changefeed.ErrTooSlow):
		return errs.New(errs.Aborted, "WATCH_TOO_SLOW", "nothing was read for %s: go on after resume_token", patience).
			With("resume_token", token)
	case errors.Is(err, errStopping) || errors.Is(context.Cause(ctx), errStopping):
		stops := errs.New(errs.Unavailable, "SERVER_STOPPING", "the gateway stops: go on after resume_token")
		if w.placed() {
			stops = stops.With("resume_token", token)
		}
		return stops
	case errors.As(err, &own) && (errs.KindOf(err) == errs.Unavailable || errs.ReasonOf(err) == tooManyWatchers) && w.placed():
		return own.With("resume_token", token)
	default:
		return err
	}
}

// placed reports whether the watcher has a place in both services.
func (w *watcher) placed() bool {
	for _, c := range w.cursors {
		if c.token == "" {
			return false
		}
	}
	return true
}

// token is where to resume.
func (w *watcher) token() string {
	var tokens [services]string
	for i, c := range w.cursors {
		tokens[i] = c.token
	}
	return joinTokens(tokens)
}

func (w *watcher) run(ctx context.Context, tokens [services]string, start *timestamppb.Timestamp) error {
	pending, err := w.begin(ctx, tokens, start)
	if err != nil {
		return err
	}
	for i, c := range pending {
		if c != nil {
			if err := w.send(ctx, w.cursors[i], c); err != nil {
				return err
			}
		}
	}
	for {
		news := false
		for _, c := range w.cursors {
			some, err := w.advance(ctx, c)
			if err != nil {
				return err
			}
			news = news || some
		}
		if (!news && !w.announced && !w.queues()) || time.Since(w.sent) >= heartbeatEvery {
			if err := w.heartbeat(ctx); err != nil {
				return err
			}
		}
		if !news && w.joined() {
			if err := w.wait(ctx); err != nil {
				return err
			}
		}
	}
}

// begin places the watcher in both services before anything is sent, so that a
// start that one of them refuses is refused as a whole. It answers what the streams
// that it opened said first.
func (w *watcher) begin(ctx context.Context, tokens [services]string, start *timestamppb.Timestamp) (pending [services]*change, err error) {
	if w.hub.stopping.Err() != nil {
		return pending, errStopping
	}
	w.began, w.sent = time.Now(), time.Now()
	for i, c := range w.cursors {
		if err := c.begin(ctx, tokens[i], start); err != nil {
			return pending, err
		}
		c.tried = time.Now().Add(startPatience - patience)
		for !c.joined && c.own == nil {
			if pending[i], err = c.catchUp(ctx); err != nil {
				return pending, err
			}
		}
	}
	return pending, nil
}

// advance sends what comes next of one service, and says whether there was
// anything.
func (w *watcher) advance(ctx context.Context, c *cursor) (news bool, err error) {
	if !c.joined {
		next, err := c.catchUp(ctx)
		switch {
		case err != nil:
			return false, err
		case next != nil:
			return true, w.send(ctx, c, next)
		case !c.joined:
			return false, nil
		}
	}
	for _, next := range c.read() {
		if err := w.send(ctx, c, next); err != nil {
			return true, err
		}
		news = true
	}
	return news, nil
}

// send sends a change if it was asked for. The watcher is then after it.
func (w *watcher) send(ctx context.Context, c *cursor, next *change) error {
	place, token := c.place, c.token
	c.place = next.place
	sent := next.sentTo(w.seesRestricted)
	if sent == nil {
		return context.Cause(ctx)
	}
	c.token = next.token
	if !w.filter.takes(ctx, next, w.seesRestricted) {
		return context.Cause(ctx)
	}
	message := &gatewayv1.WatchResponse{Change: sent.GetChange(), ResumeToken: w.token()}
	if err := w.emit(ctx, message); err != nil {
		c.place, c.token = place, token
		return err
	}
	w.sent = time.Now()
	return nil
}

func (w *watcher) heartbeat(ctx context.Context) error {
	for _, c := range w.cursors {
		// One that came back may not have been heard yet when a watcher begins.
		if c.source.silent() && (c.own == nil || time.Since(c.tried) >= patience) && time.Since(w.began) >= startPatience {
			return c.source.unavailable(nil)
		}
	}
	message := &gatewayv1.WatchResponse{ResumeToken: w.token()}
	if complete := w.complete(); complete > 0 {
		message.SettledTime = timestamppb.New(complete.Time())
	}
	if err := w.emit(ctx, message); err != nil {
		return err
	}
	w.sent, w.announced = time.Now(), true
	return nil
}

// complete is the time up to which both services' changes were sent.
func (w *watcher) complete() recordtime.Time {
	return min(w.cursors[0].complete(), w.cursors[1].complete())
}

func (w *watcher) joined() bool {
	return w.cursors[0].joined && w.cursors[1].joined
}

// queues reports whether the watcher waits for its turn to catch up with a service.
func (w *watcher) queues() bool {
	return !w.cursors[0].queued.IsZero() || !w.cursors[1].queued.IsZero()
}

// wait waits until a ring has something new, or a heartbeat is due.
func (w *watcher) wait(ctx context.Context) error {
	w.timer.Reset(time.Until(w.sent.Add(heartbeatEvery)))
	select {
	case <-w.cursors[0].changed:
	case <-w.cursors[1].changed:
	case <-w.timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
