package edge

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/gateway/internal/memory"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// immutableWord is the word of Cache-Control by which an answer says that it never
// changes (RFC 8246).
const immutableWord = "immutable"

// Immutable is the Cache-Control of an answer that never changes.
const Immutable = "public, max-age=31536000, " + immutableWord

// kept answers what was answered before and never changes. It stands behind access:
// who may not read gets nothing from here either.
func kept(next http.Handler, k *Kept) http.Handler {
	if k == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !keepable(r) || !k.memory.Live() {
			next.ServeHTTP(w, r)
			return
		}
		key := keyOf(r)
		found, age := k.memory.Find(key)
		k.memory.Count(found != nil)
		if found != nil {
			SetRoute(r.Context(), found.route)
			found.write(w, r)
			return
		}
		if p := passageOf(r.Context()); p != nil {
			p.keeping = keeping{in: k, key: key, age: age}
		}
		next.ServeHTTP(w, r)
	})
}

// keepable says whether a request may be answered by what is kept: a read that says
// as of when, which no header or body makes another or a wrong one.
func keepable(r *http.Request) bool {
	if (r.Method != http.MethodGet && r.Method != http.MethodHead) || r.ContentLength != 0 ||
		!(strings.Contains(r.URL.RawQuery, "read_time=") || strings.Contains(r.URL.RawQuery, "readTime=")) {
		return false
	}
	for _, header := range [...]string{"If-Match", "Idempotency-Key", "Range", "Expect", "If-Unmodified-Since"} {
		if _, has := r.Header[header]; has {
			return false
		}
	}
	return true
}

// keyOf is what an answer depends on: the address as it was sent, format and fields
// included, what the reader takes, and what they may see.
func keyOf(r *http.Request) string {
	var key strings.Builder
	key.Grow(len(r.RequestURI) + 64)
	key.WriteString(r.RequestURI)
	key.WriteByte(0)
	key.WriteByte(byte('0' + auth.Of(r.Context()).Role))
	for _, name := range [...]string{"Accept", "Accept-Language"} {
		for _, value := range r.Header[name] {
			key.WriteByte(0)
			key.WriteString(value)
		}
		key.WriteByte(0)
	}
	return key.String()
}

// keeping says where an answer goes if it turns out to be one that never changes; in is
// nil if it is not to be kept.
type keeping struct {
	in  *Kept
	key string
	age memory.Age
}

// keep keeps a complete answer whose headers say that it never changes.
func (b *buffered) keep(r *http.Request, body []byte) {
	p := passageOf(r.Context())
	if p == nil || p.in == nil || !strings.Contains(first(b.header[cacheControl]), immutableWord) {
		return
	}
	e := &entry{header: b.header.Clone(), body: slices.Clone(body), route: p.route}
	for _, name := range [...]string{RequestIDHeader, "Content-Length"} { // every answer gets its own
		delete(e.header, name)
	}
	joinVary(e.header) // what is ready-made goes past sendHeader
	e.split()
	e.length[0] = []string{strconv.Itoa(len(e.body))}
	if pays(b.header, body) {
		e.gzip = compressed(body)
		e.length[1] = []string{strconv.Itoa(len(e.gzip))}
	}
	p.in.keep(p.key, e, p.age)
}

var gzipCoding = []string{"gzip"}

// split tells the fields of the header that may be sent ready-made from the others.
func (e *entry) split() {
	for _, name := range slices.Sorted(maps.Keys(e.header)) {
		values := e.header[name]
		if lifecycle.Managed(name) || !sendable(values) {
			e.others = append(e.others, field{name, values})
		} else {
			e.ready = appendField(e.ready, name, values)
		}
	}
}

// write answers with a kept answer.
func (e *entry) write(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	if p, plain := w.(*passage); plain && p.readyMade(e.ready) {
		delete(header, noSniffHeader) // it is among them
		for _, of := range e.others {
			header[of.name] = of.values
		}
	} else { // or who asks changes the header
		for name, values := range e.header {
			header[name] = slices.Clip(values) // whoever adds to them must not write here
		}
	}
	if NotModified(r.Header, e.header) {
		delete(header, contentType)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, length := e.body, e.length[0]
	if e.gzip != nil && acceptsGzip(r.Header[acceptEncoding]) {
		body, length = e.gzip, e.length[1]
		header["Content-Encoding"] = gzipCoding
	}
	header["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone: nothing to do
	}
}
