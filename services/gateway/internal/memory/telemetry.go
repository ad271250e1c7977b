package memory

import "github.com/prometheus/client_golang/prometheus"

// Register shows on a registry how much a memory is of use, as onrecord_gateway_<name>_…;
// what says what it keeps, "answers that …".
func (m *Memory[V]) Register(registry prometheus.Registerer, name, what string) {
	options := func(series, help string, labels prometheus.Labels) prometheus.Opts {
		return prometheus.Opts{Namespace: "onrecord", Subsystem: "gateway", Name: name + series, Help: help, ConstLabels: labels}
	}
	requests := func(result string, of func() int64) prometheus.Collector {
		help := "Requests for which a remembered answer was looked for among " + what + ", and whether it could be used."
		return prometheus.NewCounterFunc(prometheus.CounterOpts(options("_requests_total", help, prometheus.Labels{"result": result})),
			func() float64 { return float64(of()) })
	}
	registry.MustRegister(
		requests("hit", m.hits.Load), requests("miss", m.misses.Load),
		prometheus.NewCounterFunc(prometheus.CounterOpts(options("_evictions_total", "How many gave way to others of the remembered "+what+".", nil)),
			func() float64 { return float64(m.evictions.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts(options("_forgotten_total", "How often all remembered "+what+" were forgotten, because something was or may have been erased.", nil)),
			func() float64 { return float64(m.forgotten.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("", "Remembered "+what+".", nil)), func() float64 {
			count, _ := m.size()
			return float64(count)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts(options("_bytes", "Memory of the remembered "+what+".", nil)), func() float64 {
			_, bytes := m.size()
			return float64(bytes)
		}),
	)
}
