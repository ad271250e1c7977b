package rest

import (
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
)

// exposed are the headers of an answer that pages of other origins may read besides
// those that the Fetch standard lets them read anyway.
const exposed = "ETag, Link, Retry-After, Content-Disposition, " + SettledHeader + ", " + edge.RequestIDHeader

// Both are set without a copy: whoever changes one sets it anew.
var anyOrigin, exposedTo = []string{"*"}, []string{exposed}

// askable are the headers that pages of other origins may send.
const askable = "Accept, Accept-Language, Authorization, If-Modified-Since, If-None-Match, Last-Event-ID, traceparent, " + edge.RequestIDHeader

// AllowOrigins lets pages of any origin read an answer (CORS), with the headers
// that matter to them. Credentials that a browser adds by itself are not let
// through: a page that has a token sends it.
func AllowOrigins(header http.Header) {
	header["Access-Control-Allow-Origin"], header["Access-Control-Expose-Headers"] = anyOrigin, exposedTo
}

// writeOptions answers OPTIONS, also the question that browsers ask before an
// unusual request of another origin: reads are allowed, writes never.
func writeOptions(w http.ResponseWriter, r *http.Request, methods []string) {
	header := w.Header()
	header.Set("Allow", strings.Join(methods, ", "))
	if r.Header.Get("Access-Control-Request-Method") != "" {
		AllowOrigins(header)
		header.Set("Access-Control-Allow-Methods", "GET, HEAD")
		header.Set("Access-Control-Allow-Headers", askable)
		header.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
}
