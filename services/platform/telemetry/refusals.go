package telemetry

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// maxReasons is how many reasons are counted apart: more than the project has, and
	// a limit for what a peer might send.
	maxReasons = 256
	// otherReason is the label of what has no reason, or one too many.
	otherReason = "other"
)

// accessReasons are counted from 0 on, so that the first refusal of a kind is an
// increase too.
var accessReasons = []string{
	"RATE_LIMITED", "CREDENTIAL_REQUIRED", "CREDENTIAL_UNKNOWN", "CREDENTIAL_MALFORMED", "TOKEN_INVALID", "TOKEN_EXPIRED",
	"ISSUER_UNAVAILABLE", "ROLE_REQUIRED", "TOO_MANY_STREAMS", "TOO_MANY_WATCHERS",
}

// Refusals count what ended with an error, by its stable reason.
type Refusals struct {
	total *prometheus.CounterVec

	mu    sync.RWMutex
	known map[string]prometheus.Counter
}

// NewRefusals registers the counter onrecord_SUBSYSTEM_refused_total.
func NewRefusals(registry prometheus.Registerer, subsystem, help string) *Refusals {
	r := &Refusals{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "refused_total", Help: help,
		}, []string{"reason"}),
		known: make(map[string]prometheus.Counter),
	}
	registry.MustRegister(r.total)
	for _, reason := range accessReasons {
		r.of(reason)
	}
	return r
}

// Count counts an error; nil is none. A nil Refusals counts nothing.
func (r *Refusals) Count(err error) {
	if r == nil || err == nil {
		return
	}
	r.of(errs.ReasonOf(err)).Inc()
}

func (r *Refusals) of(reason string) prometheus.Counter {
	r.mu.RLock()
	found, many := r.known[reason], len(r.known) >= maxReasons-1
	r.mu.RUnlock()
	if found != nil {
		return found
	}
	if !isReason(reason) || many {
		return r.total.WithLabelValues(otherReason)
	}
	found = r.total.WithLabelValues(reason)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[reason] = found
	return found
}

// isReason reports whether text has the form of a reason (AIP-193).
func isReason(text string) bool {
	if text == "" || len(text) > 63 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
