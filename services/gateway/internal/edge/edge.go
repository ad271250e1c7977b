package edge

import (
	"net/http"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// RequestIDHeader carries the id of a request: a client's own, if it is 1 to
// 128 visible ASCII characters, else one that is made up. It is in every
// answer and in every log line.
const RequestIDHeader = "X-Request-Id"

// Options are the settings of the edge. The zero value works.
type Options struct {
	// Log receives one line for each request; nil logs nothing.
	Log *zap.Logger
	// Requests counts requests; nil counts nothing.
	Requests *Requests
}

// Wrap puts the edge around a handler. The order, outermost first:
//
//	identity   the request id: the log needs it
//	watch      one log line and the counts, after the answer is known
//	headers    security headers, which the handler may replace
//	answer     buffers the answer: HEAD, ETag, 304, gzip, length
//	recover    a panic becomes an error answer
//	handler
func Wrap(next http.Handler, options Options) http.Handler {
	if options.Log == nil {
		options.Log = zap.NewNop()
	}
	return identity(watch(headers(answer(recovered(next, options.Log))), options))
}

func identity(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(RequestIDHeader)
		if !caller.Valid(id) {
			id = uuid.NewString()
		}
		w.Header().Set(RequestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(caller.WithRequestID(r.Context(), id)))
	})
}

// pagePolicy lets pages load what this server serves and nothing else. Inline
// styles are allowed because drawn charts (SVG) have them.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Content-Security-Policy", pagePolicy)
		next.ServeHTTP(w, r)
	})
}
