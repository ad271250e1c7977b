package changes

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// collector shows operators who watches, and how the hub follows the services.
type collector struct {
	hub                    *Hub
	watchers, live, behind *prometheus.Desc
}

func newCollector(h *Hub) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName("onrecord", "gateway", name), help, labels, nil)
	}
	return &collector{
		hub:      h,
		watchers: desc("watchers", "Open streams of changes."),
		live:     desc("feed_live", "1 while everything that a service records is heard of.", "service"),
		behind:   desc("feed_behind_seconds", "Age of the newest time up to which all that a service recorded was heard of; up to 10 while nothing is recorded.", "service"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	out <- c.watchers
	out <- c.live
	out <- c.behind
}

// Collect implements prometheus.Collector. Before somebody needs the changes of the
// services nothing follows them, and there is nothing to tell.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	out <- prometheus.MustNewConstMetric(c.watchers, prometheus.GaugeValue, float64(c.hub.watchers.Load()))
	if !c.hub.begun.Load() {
		return
	}
	for _, s := range c.hub.sources {
		live := 0.0
		if s.live() {
			live = 1
		}
		out <- prometheus.MustNewConstMetric(c.live, prometheus.GaugeValue, live, s.name)
		out <- prometheus.MustNewConstMetric(c.behind, prometheus.GaugeValue, s.behind(time.Now()).Seconds(), s.name)
	}
}

// behind is the age of the newest time up to which everything was heard of. Before the
// first it is that of the beginning.
func (s *source) behind(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.began
	if s.settled > 0 {
		newest = s.settled.Time()
	}
	// While much is recorded heartbeats are rare: a change then says how far it goes.
	if last, _ := s.ring.last(); s.ready && last.Kind != 0 && last.Time.Time().After(newest) {
		newest = last.Time.Time()
	}
	return max(0, now.Sub(newest))
}
