package edge

import (
	"encoding/binary"
	"math/rand/v2"
	"net/http"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/auth"
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
	// Kept keeps answers that never change; nil keeps none.
	Kept *Kept
	// Guard says who asks; nil lets everybody in.
	Guard *auth.Guard
	// Open reports whether a path may be asked for without a credential; nil says
	// none.
	Open func(path string) bool
}

// Wrap puts the edge around a handler. The order, outermost first:
//
//	identity   the request id: the log needs it
//	watch      one log line and the counts, after the answer is known
//	headers    security headers, which the handler may replace
//	access     who asks, and whether they may read at all
//	kept       answers what was answered before and never changes
//	answer     buffers the answer: HEAD, ETag, Last-Modified, 304, gzip, length
//	recover    a panic becomes an error answer
//	handler
func Wrap(next http.Handler, options Options) http.Handler {
	if options.Log == nil {
		options.Log = zap.NewNop()
	}
	return identity(watch(headers(access(kept(answer(recovered(next, options.Log)), options.Kept), options.Guard, options.Open)), options))
}

func identity(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(RequestIDHeader)
		if !caller.Valid(id) {
			id = newID()
		}
		w.Header()[RequestIDHeader] = []string{id}
		next.ServeHTTP(w, r.WithContext(caller.WithRequestID(r.Context(), id)))
	})
}

// newID makes up an id. It tells requests apart and is no secret, so it does not ask
// the system for randomness.
func newID() string {
	var id uuid.UUID
	binary.NativeEndian.PutUint64(id[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(id[8:], rand.Uint64())
	id[6] = id[6]&0x0f | 0x40 // version 4
	id[8] = id[8]&0x3f | 0x80 // of RFC 9562
	return id.String()
}

// pagePolicy lets pages load what this server serves and nothing else. Inline
// styles are allowed because drawn charts (SVG) have them.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders are set without a copy: whoever changes one sets it anew.
var securityHeaders = http.Header{
	"X-Content-Type-Options":  {"nosniff"},
	"Referrer-Policy":         {"strict-origin-when-cross-origin"},
	"X-Frame-Options":         {"DENY"},
	"Content-Security-Policy": {pagePolicy},
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for name, values := range securityHeaders {
			header[name] = values
		}
		next.ServeHTTP(w, r)
	})
}
