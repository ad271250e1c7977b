package edge

import (
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/logging"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// maxPath is how much of the path of a request that was refused is logged, in bytes.
const maxPath = 200

// access finds out who asks, before anything is answered from anywhere. What a
// request must at least be allowed is to read; what else its method needs, the
// services say. Paths that are open answer no facts. A certificate says nothing here:
// it would not reach the services, so a caller over HTTP shows a key or a token.
func access(next http.Handler, options Options) http.Handler {
	guard, open, log := options.Guard, options.Open, logging.Audit(options.Log)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization := r.Header["Authorization"]
		p := passageOf(r.Context())
		if len(authorization) > 0 { // without, calls are nobody's
			r = r.WithContext(auth.WithForward(r.Context(), authorization))
		}
		ctx := r.Context()
		if guard == nil {
			p.Identify(auth.Unrestricted)
			next.ServeHTTP(w, r)
			return
		}
		if open != nil && open(r.URL.Path) || preflight(r) {
			next.ServeHTTP(w, r)
			return
		}
		credential := auth.Credential{Authorization: authorization, Remote: auth.HostOf(r.RemoteAddr)}
		identity, err := guard.Identify(ctx, credential)
		if err == nil {
			err = guard.AuthorizeRole(identity, auth.Reader)
		}
		if err != nil {
			log.Info("audit", zap.String("caller", identity.Caller), zap.Stringer("role", identity.Role), zap.String("method", knownMethod(r.Method)),
				pathField(r), zap.Bool("allowed", false), zap.String("reason", errs.ReasonOf(err)), zap.String("remote", credential.Remote),
				zap.String("request_id", caller.RequestID(ctx)), telemetry.TraceField(ctx))
			options.Requests.refuse(err)
			refuse(w, r, err, options.Refuse)
			return
		}
		own := !guard.AnonymousMayRead() || identity.Role >= auth.Editor
		p.Identify(identity)
		next.ServeHTTP(&perCaller{ResponseWriter: w, own: own}, r.WithContext(guard.WithStreamer(ctx, identity, credential)))
	})
}

// pathField is the path of a request that was refused. The query may hold what was searched for.
func pathField(r *http.Request) zap.Field {
	path := r.URL.EscapedPath()
	if len(path) > maxPath {
		path = path[:maxPath] + "…"
	}
	return zap.String("path", path)
}

// preflight reports whether a browser only asks what it may ask (CORS): it shows
// no credential then.
func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// refuse answers 401 with what would be right (RFC 9110, section 11.6.1), or 403,
// 429, 503: as a page to whoever asked for one, if write takes it, else as a problem. A
// page of any origin may see why: the answer holds no fact.
func refuse(w http.ResponseWriter, r *http.Request, err error, write func(http.ResponseWriter, *http.Request, error) bool) {
	SetRoute(r.Context(), "refused")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After, "+RequestIDHeader)
	if errs.Is(err, errs.Unauthenticated) {
		challenge := `Bearer realm="onrecord"`
		if reason := errs.ReasonOf(err); reason != "CREDENTIAL_REQUIRED" {
			challenge += `, error="invalid_token", error_description="` + reason + `"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	if write == nil || !write(w, r, err) {
		httperror.Write(w, r, err)
	}
}

// perCaller says of answers that they depend on who asks: a shared cache may answer
// others by one only if it is what anybody would be answered.
type perCaller struct {
	http.ResponseWriter
	// own says that the answer may hold what others may not read.
	own    bool
	marked bool
}

// Unwrap lets http.ResponseController reach the connection.
func (p *perCaller) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *perCaller) WriteHeader(code int) {
	if !interim(code) {
		p.mark()
	}
	p.ResponseWriter.WriteHeader(code)
}

func (p *perCaller) Write(data []byte) (int, error) {
	p.mark()
	return p.ResponseWriter.Write(data)
}

func (p *perCaller) mark() {
	if p.marked {
		return
	}
	p.marked = true
	header := p.Header()
	header.Add(vary, "Authorization")
	if !p.own {
		return
	}
	control := header.Get("Cache-Control")
	switch {
	case control == "":
		header.Set("Cache-Control", "private, no-cache")
	case strings.Contains(control, "public"):
		header.Set("Cache-Control", strings.Replace(control, "public", "private", 1))
	case !strings.Contains(control, "private") && !strings.Contains(control, "no-store"):
		header.Set("Cache-Control", "private, "+control)
	}
}
