package edge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

// buffered holds an answer back until it is complete, because its hash, its
// length and whether it is sent at all are known only then.
type buffered struct {
	header http.Header
	code   int
	body   bytes.Buffer

	// through is the client's writer; head says that it asked with HEAD, direct that
	// the answer goes through at once (see Direct).
	through      http.ResponseWriter
	head, direct bool
}

func (b *buffered) Header() http.Header { return b.header }

func (b *buffered) WriteHeader(code int) {
	if b.code == 0 && !interim(code) {
		b.code = code
	}
}

func (b *buffered) Write(data []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(data)
}

// reset forgets what was answered so far; headers stay.
func (b *buffered) reset() {
	b.code = 0
	b.body.Reset()
}

// buffers are used again: what an answer takes is given back once it is sent.
var buffers = sync.Pool{New: func() any { return new(buffered) }}

// largestBuffer is the size, in bytes, up to which a buffer is used again.
const largestBuffer = 1 << 20

// answer completes what the handler answers.
func answer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := r.Method == http.MethodHead
		if head {
			// HEAD is GET whose body is not sent (RFC 9110, section 9.3.2).
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
		}
		buffer, _ := buffers.Get().(*buffered)
		buffer.header, buffer.through, buffer.head = w.Header(), w, head
		next.ServeHTTP(buffer, r)
		buffer.finish(w, r, head)
		if buffer.body.Cap() <= largestBuffer && !buffer.direct {
			buffer.body.Reset()
			*buffer = buffered{body: buffer.body}
			buffers.Put(buffer)
		}
	})
}

func (b *buffered) finish(w http.ResponseWriter, r *http.Request, head bool) {
	if b.direct {
		return
	}
	b.WriteHeader(http.StatusOK)
	header := b.header
	secure(header)
	if header[cacheControl] == nil {
		header[cacheControl] = noCache
	}
	body := b.body.Bytes()
	if b.code == http.StatusOK && r.Method == http.MethodGet {
		if header[etag] == nil {
			header[etag] = []string{contentTag(body)}
		}
		varies(header)
		b.keep(r, body)
		if NotModified(r.Header, header) {
			b.code = http.StatusNotModified
		}
	}
	switch b.code {
	case http.StatusNotModified:
		varies(header) // as its 200 says
		delete(header, contentType)
		delete(header, "Content-Length")
		w.WriteHeader(b.code)
		return
	case http.StatusNoContent:
		w.WriteHeader(b.code)
		return
	}
	b.send(w, r, head)
}

// send sends the answer, compressed where that pays.
func (b *buffered) send(w http.ResponseWriter, r *http.Request, head bool) {
	header, body := b.header, b.body.Bytes()
	packed := pays(header, body) && acceptsGzip(r.Header[acceptEncoding])
	if packed {
		header["Content-Encoding"] = gzipCoding
	}
	switch {
	case head && packed: // its length is known only by packing it
		w.WriteHeader(b.code)
		return
	case packed:
		body = compressed(body)
	}
	passageOf(r.Context()).setLength(header, len(body))
	w.WriteHeader(b.code)
	if !head {
		_, _ = w.Write(body) // the client is gone: nothing to do
	}
}

var noCache = []string{"no-cache"}

// NotModified says whether a client that asks with these headers has the answer that
// has those: by its tag or, asked without one, by when it was changed last.
func NotModified(asked, answered http.Header) bool {
	if tags := asked["If-None-Match"]; len(tags) > 0 {
		return matches(tags, first(answered[etag]))
	}
	return unmodifiedSince(asked, answered)
}

// contentTag is the ETag of an answer that has none of its own.
func contentTag(body []byte) string {
	sum := sha256.Sum256(body)
	return WeakTag(sum)
}

// WeakTag is the ETag of content that has this hash: weak, because the same content may
// be sent compressed or not.
func WeakTag(sum [sha256.Size]byte) string { return `W/"` + hex.EncodeToString(sum[:16]) + `"` }

// matches is the weak comparison of If-None-Match (RFC 9110, section 13.1.2).
func matches(fields []string, tag string) bool {
	for _, field := range fields {
		for candidate := range strings.SplitSeq(field, ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
