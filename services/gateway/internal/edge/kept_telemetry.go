package edge

import "github.com/prometheus/client_golang/prometheus"

// Register shows on a registry how much the kept answers are of use.
func (k *Kept) Register(registry prometheus.Registerer) {
	options := func(name, help string, labels prometheus.Labels) prometheus.Opts {
		return prometheus.Opts{Namespace: "onrecord", Subsystem: "gateway", Name: name, Help: help, ConstLabels: labels}
	}
	const asked, help = "kept_answers_requests_total", "Requests that an answer was looked for among those that are kept, and whether it was there."
	registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts(options(asked, help, prometheus.Labels{"result": "hit"})),
			func() float64 { return float64(k.hits.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts(options(asked, help, prometheus.Labels{"result": "miss"})),
			func() float64 { return float64(k.misses.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts(options("kept_answers_evictions_total", "Kept answers that gave way to others.", nil)),
			func() float64 { return float64(k.evictions.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts(options("kept_answers_forgotten_total", "How often all were forgotten, because something was erased.", nil)),
			func() float64 { return float64(k.forgotten.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("kept_answers", "Kept answers.", nil)), func() float64 {
			count, _ := k.size()
			return float64(count)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("kept_answers_bytes", "Memory that they take.", nil)), func() float64 {
			_, bytes := k.size()
			return float64(bytes)
		}),
	)
}

func (k *Kept) size() (count, bytes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.entries), k.used
}
