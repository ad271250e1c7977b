package embargo

import "github.com/prometheus/client_golang/prometheus"

// NewDue returns the number that a sweep sets for operators: the embargoes of a service
// ("statements") that have ended and are not on record as ended. nil registers nothing.
func NewDue(service string, registry prometheus.Registerer) prometheus.Gauge {
	due := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "onrecord", Subsystem: "embargo", Name: "due", ConstLabels: prometheus.Labels{"service": service},
		Help: "Embargoes that have ended and are not yet on record as ended, when they were last looked for.",
	})
	if registry != nil {
		registry.MustRegister(due)
	}
	return due
}
