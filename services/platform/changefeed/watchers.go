package changefeed

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Why a watcher ended.
const (
	gone     = "gone"     // it gave up
	tooSlow  = "too_slow" // it did not read
	stopping = "stopping" // the server stops
	failed   = "error"
)

// Watchers count who watches a service, and how far behind they are, for operators.
// Nil counts nobody.
type Watchers struct {
	changes, heartbeats prometheus.Counter
	ended               *prometheus.CounterVec

	mu   sync.Mutex
	open map[*progress]struct{}
}

// NewWatchers registers the counts, under the name of a service ("statements").
func NewWatchers(service string, registry prometheus.Registerer) *Watchers {
	labels := prometheus.Labels{"service": service}
	options := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "onrecord", Subsystem: "changes", Name: name, Help: help, ConstLabels: labels}
	}
	sent := prometheus.NewCounterVec(prometheus.CounterOpts(options("sent_total", "What watchers were sent.")), []string{"kind"})
	w := &Watchers{
		changes: sent.WithLabelValues("change"), heartbeats: sent.WithLabelValues("heartbeat"),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts(options("ended_total", "Ended watchers, by why they did.")), []string{"reason"}),
		open:  make(map[*progress]struct{}),
	}
	for _, why := range []string{gone, tooSlow, stopping, failed} {
		w.ended.WithLabelValues(why)
	}
	registry.MustRegister(sent, w.ended,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("watchers", "Open streams of changes.")), func() float64 {
			count, _ := w.state(time.Now())
			return float64(count)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("behind_seconds",
			"For how long the watcher that is furthest behind has not had everything; 0 if all have.")), func() float64 {
			_, behind := w.state(time.Now())
			return behind.Seconds()
		}))
	return w
}

// state returns how many watch, and for how long the one that is furthest behind has
// been.
func (w *Watchers) state(now time.Time) (count int, behind time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.open {
		if since := p.since.Load(); since != 0 {
			behind = max(behind, now.Sub(time.Unix(0, since)))
		}
	}
	return len(w.open), behind
}

// progress is how one watcher gets on.
type progress struct {
	of *Watchers // nil counts nothing
	// since is from when on the watcher has not had everything, in nanoseconds; 0 if
	// it has.
	since atomic.Int64
	why   string
}

// begin counts a watcher in. It is behind at first: it may ask for what is long past.
func (w *Watchers) begin() *progress {
	p := &progress{of: w, why: failed}
	if w == nil {
		return p
	}
	p.hasNews()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[p] = struct{}{}
	return p
}

func (p *progress) hasAll() { p.since.Store(0) }

func (p *progress) hasNews() { p.since.CompareAndSwap(0, time.Now().UnixNano()) }

func (p *progress) sent(change bool) {
	switch {
	case p.of == nil:
	case change:
		p.of.changes.Inc()
	default:
		p.of.heartbeats.Inc()
	}
}

// end counts the watcher out.
func (p *progress) end() {
	if p.of == nil {
		return
	}
	p.of.mu.Lock()
	delete(p.of.open, p)
	p.of.mu.Unlock()
	p.of.ended.WithLabelValues(p.why).Inc()
}
