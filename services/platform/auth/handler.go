package auth

import (
	"net/http"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Handler lets those through who show a credential that may read: for the admin
// listener, whose telemetry says more of what others do than the record says to
// anonymous readers. What changes something, as no GET and no HEAD does, is for admins.
// The context says who calls. Others get 401, 403, 429 or 503 without a body.
func (g *Guard) Handler(next http.Handler) http.Handler {
	if g == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		identity, err := g.Identify(r.Context(), Credential{
			Authorization: r.Header.Values("Authorization"), CertificateNames: NamesOf(r.TLS), Remote: HostOf(r.RemoteAddr),
		})
		if err == nil {
			err = g.AuthorizeRole(identity, neededFor(r.Method))
		}
		switch {
		case err == nil && identity.Caller == caller.Anonymous, errs.Is(err, errs.Unauthenticated):
			w.Header().Set("WWW-Authenticate", `Bearer realm="onrecord"`)
			w.WriteHeader(http.StatusUnauthorized)
		case err == nil:
			next.ServeHTTP(w, r.WithContext(With(r.Context(), identity)))
		case errs.Is(err, errs.PermissionDenied):
			w.WriteHeader(http.StatusForbidden)
		case errs.Is(err, errs.ResourceExhausted):
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

func neededFor(method string) Role {
	if method == http.MethodGet || method == http.MethodHead {
		return Reader
	}
	return Admin
}
