package edge

import (
	"encoding/binary"
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"
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
	// Tracer makes the spans of requests; nil makes none.
	Tracer trace.Tracer
	// Untraced reports whether requests for a path have no span; nil says none.
	Untraced func(path string) bool
	// Kept keeps answers that never change; nil keeps none.
	Kept *Kept
	// Guard says who asks; nil lets everybody in.
	Guard *auth.Guard
	// Open reports whether a path may be asked for without a credential; nil says
	// none.
	Open func(path string) bool
	// Refuse answers a request that may not pass in place of a problem, and reports
	// whether it did: for those who read pages. Nil leaves all to the problem.
	Refuse func(w http.ResponseWriter, r *http.Request, err error) bool
	// Hosts are the names by which requests may ask for this server, besides its
	// addresses and localhost; nil takes any.
	Hosts []string
}

// Wrap puts the edge around a handler. The order, outermost first:
//
//	watch      request id and trace; one log line and the counts, after the answer is known
//	named      whether this server was meant
//	access     who asks, and whether they may read at all
//	kept       answers what was answered before and never changes
//	answer     buffers the answer: policy, HEAD, ETag, Last-Modified, 304, gzip, length
//	recover    a panic becomes an error answer
//	handler
func Wrap(next http.Handler, options Options) http.Handler {
	if options.Log == nil {
		options.Log = zap.NewNop()
	}
	return watch(named(access(kept(answer(recovered(next, options.Log)), options.Kept), options), options.Hosts), options)
}

// requestID is the id of a request: its own, if it can be used.
func requestID(header http.Header) string {
	if id := header.Get(RequestIDHeader); caller.Valid(id) {
		return id
	}
	return newID()
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

// noSniff keeps browsers from taking an answer for what it does not say it is. It and
// the following are set without a copy: whoever changes one sets it anew.
var noSniff = []string{"nosniff"}

const noSniffHeader = "X-Content-Type-Options"

// pageHeaders go with all that a browser may show as a page, unless the handler says
// otherwise. Data is no page.
var pageHeaders = []field{
	{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
	{"X-Frame-Options", []string{"DENY"}},
	{"Content-Security-Policy", []string{pagePolicy}},
}

// secure sets the headers of pages.
func secure(header http.Header) {
	if isData(first(header[contentType])) {
		return
	}
	for _, page := range pageHeaders {
		if header[page.name] == nil {
			header[page.name] = page.values
		}
	}
}

// isData reports whether no browser shows an answer as a page.
func isData(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return mediaType == "application/json" || mediaType == "text/event-stream" || strings.HasSuffix(mediaType, "+json")
}

// first is the first value of a header, "" for none.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// Headers that are read and set with every answer, as http.Header has them.
const (
	contentType  = "Content-Type"
	cacheControl = "Cache-Control"
	etag         = "Etag"
	vary         = "Vary"
)
