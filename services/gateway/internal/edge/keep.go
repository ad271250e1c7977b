package edge

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/platform/auth"
)

// immutableWord is the word of Cache-Control by which an answer says that it never
// changes (RFC 8246).
const immutableWord = "immutable"

// kept answers what was answered before and never changes. It stands behind access:
// who may not read gets nothing from here either.
func kept(next http.Handler, k *Kept) http.Handler {
	if k == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !keepable(r) || !k.live() {
			next.ServeHTTP(w, r)
			return
		}
		key := keyOf(r)
		found, age := k.find(key)
		if found != nil {
			SetRoute(r.Context(), found.route)
			found.write(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), keepingKey{}, &keeping{in: k, key: key, age: age})))
	})
}

// keepable says whether a request may be answered by what is kept: a read that says
// as of when, which no header or body makes another or a wrong one.
func keepable(r *http.Request) bool {
	if (r.Method != http.MethodGet && r.Method != http.MethodHead) || r.ContentLength != 0 ||
		!(strings.Contains(r.URL.RawQuery, "read_time=") || strings.Contains(r.URL.RawQuery, "readTime=")) {
		return false
	}
	for _, header := range [...]string{"If-Match", "Idempotency-Key", "Range", "Expect"} {
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

type keepingKey struct{}

// keeping says where an answer goes if it turns out to be one that never changes.
type keeping struct {
	in  *Kept
	key string
	age uint64
}

// keep keeps a complete answer whose headers say that it never changes.
func (b *buffered) keep(r *http.Request, body []byte) {
	k, ok := r.Context().Value(keepingKey{}).(*keeping)
	if !ok || !strings.Contains(b.header.Get("Cache-Control"), immutableWord) {
		return
	}
	e := &entry{key: k.key, header: make(http.Header, len(b.header)), body: slices.Clone(body), route: routeOf(r.Context())}
	for name, values := range b.header {
		if name != RequestIDHeader && name != "Content-Length" {
			e.header[name] = slices.Clip(slices.Clone(values)) // whoever adds to them must not write here
		}
	}
	e.length[0] = []string{strconv.Itoa(len(e.body))}
	if pays(b.header, body) {
		e.gzip = compressed(body)
		e.length[1] = []string{strconv.Itoa(len(e.gzip))}
	}
	k.in.keep(e, k.age)
}

var gzipCoding = []string{"gzip"}

// write answers with a kept answer.
func (e *entry) write(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for name, values := range e.header {
		header[name] = values
	}
	if NotModified(r.Header, header) {
		delete(header, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, length := e.body, e.length[0]
	if e.gzip != nil && acceptsGzip(r.Header["Accept-Encoding"]) {
		body, length = e.gzip, e.length[1]
		header["Content-Encoding"] = gzipCoding
	}
	header["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone: nothing to do
	}
}
