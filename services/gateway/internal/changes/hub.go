package changes

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// heartbeatEvery is after how much silence a watcher gets a heartbeat.
	heartbeatEvery = 10 * time.Second
	// startPatience is how long a new watcher waits for a service.
	startPatience = 10 * time.Second
	// maxOwnStreams is how many watchers may have a stream of their own to a
	// service at a time. The others wait, so that they leave room for calls.
	maxOwnStreams = 256
	// slotTurn is how long a watcher waits for that before it looks after the other
	// service and its heartbeats again.
	slotTurn = time.Second
	// tooManyWatchers is the reason why a watcher is refused.
	tooManyWatchers = "TOO_MANY_WATCHERS"
	// DefaultMaxWatchers is the limit of a hub that is told none.
	DefaultMaxWatchers = 4000
)

// Options are the settings of a hub. The zero value works.
type Options struct {
	// Log receives what happens to the streams; nil logs nothing.
	Log *zap.Logger
	// Registry counts watchers; nil counts nothing.
	Registry prometheus.Registerer
	// MaxWatchers is how many may watch at a time; 0 is DefaultMaxWatchers.
	MaxWatchers int
}

// Hub follows both services for all watchers of the gateway. It begins when it is
// first needed, so the services need not run before.
type Hub struct {
	sources  [services]*source
	limit    int64
	watchers atomic.Int64
	slots    chan struct{}

	begin sync.Once
	begun atomic.Bool
	following,
	stopping context.Context
	stopFollowing,
	stop context.CancelFunc
	running sync.WaitGroup
	// draining is closed when the program stops; nil never is.
	draining <-chan struct{}

	mu       sync.Mutex
	onErased []func(name string)
}

// New returns a hub over the connections to the two services. Close it.
func New(statements, metrics grpc.ClientConnInterface, options Options) *Hub {
	if options.Log == nil {
		options.Log = zap.NewNop()
	}
	if options.MaxWatchers == 0 {
		options.MaxWatchers = DefaultMaxWatchers
	}
	h := &Hub{limit: int64(options.MaxWatchers), slots: make(chan struct{}, maxOwnStreams)}
	h.sources[0] = newSource(statementsUpstream(statements), options.Log, h.Erased)
	h.sources[1] = newSource(metricsUpstream(metrics), options.Log, h.Erased)
	h.following, h.stopFollowing = context.WithCancel(telemetry.Untraced(auth.AsOwn(context.Background())))
	h.stopping, h.stop = context.WithCancel(context.Background())
	if options.Registry != nil {
		options.Registry.MustRegister(newCollector(h))
	}
	return h
}

// UseDraining makes every watcher end when draining is closed. Call it before the
// first watcher.
func (h *Hub) UseDraining(draining <-chan struct{}) { h.draining = draining }

// start begins to follow the services.
func (h *Hub) start() {
	h.begin.Do(func() {
		h.begun.Store(true)
		for _, s := range h.sources {
			s.touch()
			h.running.Go(func() { s.run(h.following) })
		}
		h.running.Go(func() {
			select {
			case <-h.draining:
				h.stop()
			case <-h.stopping.Done():
			}
		})
	})
}

// Live reports whether the hub knows all that was recorded: both services said
// that it has everything, and were heard within the last 30 seconds. It is false
// at first: asking begins to follow the services.
func (h *Hub) Live() bool {
	h.start()
	for _, s := range h.sources {
		if !s.live() {
			return false
		}
	}
	return true
}

// OnErased has a function called with the name of every resource that is erased, in part too,
// while the hub follows the services, before any watcher hears of it; with "" when a
// service's record was restored to an earlier time, so that anything may be
// different. It must return soon. A gap is filled before Live is true again.
func (h *Hub) OnErased(f func(name string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.onErased = append(h.onErased, f)
}

// Erased says that a resource was erased, in part too. It is called before the change that
// says so is kept, and by who erases what no change tells of. What was recorded before it may
// have what was erased in it, in the changes of the other service too: who is behind hears
// of it from the services, which rewrote it.
func (h *Hub) Erased(name string) {
	for _, s := range h.sources {
		s.drop()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.onErased {
		f(name)
	}
}

// Close ends all watchers and the streams to the services, and waits for the
// latter.
func (h *Hub) Close() error {
	h.begin.Do(func() {}) // it does not begin any more
	h.stop()
	h.stopFollowing()
	h.running.Wait()
	return nil
}

// slot waits a little until a watcher may have a stream of its own; it is false where the
// watcher has to come again.
func (h *Hub) slot(ctx context.Context) (bool, error) {
	timer := time.NewTimer(slotTurn)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return true, nil
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

func (h *Hub) release() { <-h.slots }
