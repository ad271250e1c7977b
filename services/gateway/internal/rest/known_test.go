package rest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ6NothingIsMadeAgain: what a client has is not read and encoded again while nothing
// was written; after a write it is, and 304 only if it is the same still.
func TestJ6NothingIsMadeAgain(t *testing.T) {
	for _, target := range []string{document, "/v1/documents?page_size=2", "/v1/documents?page_size=2&fields=documents.name"} {
		w := newWorld(t)
		w.documents.written, w.documents.next = settled, "next"
		w.documents.updated = settled.Add(-time.Hour)
		first := w.get(t, target)
		ok(t, first)
		made, tag := w.documents.calls, first.Header().Get("ETag")
		ask := func(match string, want, calls int) {
			t.Helper()
			answer := w.get(t, target, "If-None-Match", match)
			must.Equal(t, answer.Code, want)
			must.Equal(t, w.documents.calls, calls)
			if want == http.StatusNotModified {
				must.Equal(t, answer.Body.Len(), 0)
			} else {
				must.Equal(t, answer.Body.String(), first.Body.String())
			}
			for _, name := range []string{"ETag", "Last-Modified", "Link", "Vary", "Cache-Control", "Access-Control-Allow-Origin"} {
				must.Equal(t, answer.Header().Values(name), first.Header().Values(name))
			}
		}
		ask(tag, http.StatusNotModified, made+1) // of this one the state is known now
		ask(tag, http.StatusNotModified, made+1)
		ask(`"other", `+tag, http.StatusNotModified, made+1)
		ask(`"other"`, http.StatusOK, made+2)
		w.documents.written = settled.Add(time.Microsecond)
		ask(tag, http.StatusNotModified, made+3)
		ask(tag, http.StatusNotModified, made+3)
	}
}

// TestJ6AChangeIsSeen: who has an old answer gets the new one at once.
func TestJ6AChangeIsSeen(t *testing.T) {
	w := newWorld(t)
	const list = "/v1/documents?page_size=2"
	w.documents.written = settled
	tag := w.get(t, list).Header().Get("ETag")
	for range 2 {
		must.Equal(t, w.get(t, list, "If-None-Match", tag).Code, http.StatusNotModified)
	}
	w.documents.written, w.documents.headline = settled.Add(time.Microsecond), "Another headline"
	for range 2 {
		must.Contains(t, ok(t, w.get(t, list, "If-None-Match", tag)), "Another headline")
	}
	// The tag of another form of it is no tag of this one.
	must.Equal(t, w.get(t, list+"&fields=documents.name", "If-None-Match", w.get(t, list).Header().Get("ETag")).Code, http.StatusOK)
}
