package health

import (
	"encoding/json"
	"net/http"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Handler serves probes and nothing else:
//
//	GET /healthz  200 while the process runs
//	GET /readyz   200 when ready, else 503; the body names each check with "ok",
//	              or the stable reason of its failure, such as SCHEMA_TOO_OLD, or
//	              DEADLINE_EXCEEDED when it did not answer; STORAGE_FULL and the like
//	              beside 200 when it is degraded. What says how far it is with what it
//	              has to do first, a migration, does so in "progress"
//
// The words of errors are logged, not shown: they may name hosts.
func (r *Readiness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, req *http.Request) {
		report := r.Probe(req.Context())
		body := readyBody{Status: "ready", Checks: make(map[string]string, len(report.Results))}
		code := http.StatusOK
		if !report.Ready {
			body.Status, code = "not ready", http.StatusServiceUnavailable
		}
		if report.Stopping {
			body.Status = "stopping"
		}
		for _, result := range report.Results {
			body.Checks[result.Name] = "ok"
			if result.Err != nil {
				body.Checks[result.Name] = failure(result.Err)
				body.tell(result)
			}
		}
		writeJSON(w, code, body)
	})
	return mux
}

type readyBody struct {
	Status   string            `json:"status"`
	Checks   map[string]string `json:"checks"`
	Progress map[string]string `json:"progress,omitempty"`
}

// tell says how far what a check waits for is, if its error says so.
func (b *readyBody) tell(result Result) {
	progress := errs.Info(errs.ToStatus(result.Err)).GetMetadata()[errs.ProgressKey]
	if progress == "" {
		return
	}
	if b.Progress == nil {
		b.Progress = map[string]string{}
	}
	b.Progress[result.Name] = progress
}

// failure is what a probe may know of a failed check: its stable reason, never
// its words, which may name hosts and files.
func failure(err error) string {
	if errs.KindOf(err) == errs.Internal {
		return "failed"
	}
	return errs.ReasonOf(err)
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the prober is gone: nothing to do
}
