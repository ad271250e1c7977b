package auth

import (
	"net/http"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Handler lets those through who may read: for a listener that serves no REST,
// such as the admin listener. Others get 401, 403, 429 or 503 without a body.
func (g *Guard) Handler(next http.Handler) http.Handler {
	if g == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		identity, err := g.Identify(r.Context(), Credential{
			Authorization: r.Header.Values("Authorization"), CertificateNames: NamesOf(r.TLS), Remote: HostOf(r.RemoteAddr),
		})
		if err == nil {
			err = g.AuthorizeRole(identity, Reader)
		}
		switch {
		case err == nil:
			next.ServeHTTP(w, r)
		case errs.Is(err, errs.Unauthenticated):
			w.Header().Set("WWW-Authenticate", `Bearer realm="onrecord"`)
			w.WriteHeader(http.StatusUnauthorized)
		case errs.Is(err, errs.PermissionDenied):
			w.WriteHeader(http.StatusForbidden)
		case errs.Is(err, errs.ResourceExhausted):
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}
