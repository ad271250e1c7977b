package embargo

import "github.com/prometheus/client_golang/prometheus"

// Sweeps are the numbers of a service's sweeps for operators. They are safe for concurrent
// use.
type Sweeps struct{ due, looked prometheus.Gauge }

// NewSweeps returns the numbers of a service ("statements"). nil registers nothing.
func NewSweeps(service string, registry prometheus.Registerer) *Sweeps {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "onrecord", Name: name, ConstLabels: prometheus.Labels{"service": service}, Help: help,
		})
	}
	s := &Sweeps{
		due: gauge("embargoes_due", "Embargoes that have ended and are not yet on record as ended, when they were last looked for."),
		looked: gauge("embargo_sweep_timestamp_seconds",
			"When embargoes that have ended were last looked for, in seconds since 1970; when the service started, if never."),
	}
	s.looked.SetToCurrentTime()
	if registry != nil {
		registry.MustRegister(s.due, s.looked)
	}
	return s
}

// Found says how many embargoes a sweep found that have ended.
func (s *Sweeps) Found(due int) {
	s.due.Set(float64(due))
	s.looked.SetToCurrentTime()
}

// Left says how many of those it could not put on record as ended.
func (s *Sweeps) Left(due int) { s.due.Set(float64(due)) }
