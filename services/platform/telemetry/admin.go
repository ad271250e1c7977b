package telemetry

import (
	"encoding/json"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/logging"
)

// AdminHandler serves what only the operator may see, on a listener of its own:
//
//	GET /metrics     every series, in the Prometheus formats
//	GET /buildinfo   what program runs, as JSON
//	GET /loglevel    the log level; PUT {"level":"debug"} changes it
//	GET /debug/pprof profiles
//
// Profiles show memory and a changed level floods logs, so both are there only
// when loopback says that the listener cannot be reached from outside. The audit has
// who changed the level. The command line is not there: a flag may have a password.
func (t *Telemetry) AdminHandler(log *zap.Logger, level zap.AtomicLevel, loopback bool) http.Handler {
	mux := http.NewServeMux()
	scrape := promhttp.HandlerFor(t.Registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	mux.Handle("GET /metrics", promhttp.InstrumentMetricHandler(
		prometheus.WrapRegistererWithPrefix(namespace+"_", t.Registry), scrape))
	mux.HandleFunc("GET /buildinfo", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(t.build) // the client is gone: nothing to do
	})
	mux.Handle("GET /loglevel", level)
	if loopback {
		mux.Handle("PUT /loglevel", changing(level, logging.Audit(log)))
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// changing changes the level and records who did.
func changing(level zap.AtomicLevel, audit *zap.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before := level.Level()
		level.ServeHTTP(w, r)
		if now := level.Level(); now != before {
			audit.Info("audit", zap.String("caller", caller.ID(r.Context())), zap.String("method", "PUT /loglevel"),
				zap.Stringer("before", before), zap.Stringer("now", now), zap.Bool("allowed", true))
		}
	})
}
