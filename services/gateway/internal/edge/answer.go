package edge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// buffered holds an answer back until it is complete, because its hash, its
// length and whether it is sent at all are known only then.
type buffered struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (b *buffered) Header() http.Header { return b.header }

func (b *buffered) WriteHeader(code int) {
	if b.code == 0 {
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

// answer completes what the handler answers.
func answer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := r.Method == http.MethodHead
		if head {
			// HEAD is GET whose body is not sent (RFC 9110, section 9.3.2).
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
		}
		buffer := &buffered{header: w.Header()}
		next.ServeHTTP(buffer, r)
		buffer.finish(w, r, head)
	})
}

func (b *buffered) finish(w http.ResponseWriter, r *http.Request, head bool) {
	b.WriteHeader(http.StatusOK)
	header := b.header
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-cache")
	}
	body := b.body.Bytes()
	if b.code == http.StatusOK && r.Method == http.MethodGet {
		if header.Get("ETag") == "" {
			header.Set("ETag", contentTag(body))
		}
		if matches(r.Header.Values("If-None-Match"), header.Get("ETag")) {
			header.Del("Content-Type")
			header.Del("Content-Length")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if b.code == http.StatusNoContent {
		w.WriteHeader(b.code)
		return
	}
	body = compress(header, r, body)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(b.code)
	if !head {
		_, _ = w.Write(body) // the client is gone: nothing to do
	}
}

// contentTag is the ETag of an answer that has none of its own: weak, because
// the same content may be sent compressed or not.
func contentTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:16]) + `"`
}

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
