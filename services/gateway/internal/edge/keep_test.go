package edge_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// never is the Cache-Control of an answer that never changes.
const never = "public, max-age=31536000, immutable"

// origin counts how often the work is done.
type origin struct {
	calls   int
	control string
	media   string
	code    int
	body    string
	before  func()
}

func (o *origin) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	o.calls++
	if o.before != nil {
		o.before()
	}
	w.Header().Set("Cache-Control", o.control)
	w.Header().Set("Content-Type", o.media)
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(o.code)
	fmt.Fprint(w, o.body)
}

func keeping(live *bool, bytes int) (*origin, *edge.Kept, http.Handler) {
	o := &origin{control: never, media: "application/json", code: http.StatusOK, body: strings.Repeat("a fact. ", 500)}
	kept := edge.NewKept(bytes, func() bool { return *live })
	return o, kept, edge.Wrap(o, edge.Options{Kept: kept})
}

// answered is an answer that was read to its end.
type answered struct {
	code   int
	header http.Header
	body   string
}

func ask(t *testing.T, handler http.Handler, method, target string, header ...string) answered {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return answered{recorder.Code, recorder.Header(), recorder.Body.String()}
}

const asOf = "/v1/statements/a?read_time=2026-01-01T00:00:00Z"

func TestWhatNeverChangesIsAnsweredAgainWithoutWork(t *testing.T) {
	live := true
	o, _, handler := keeping(&live, 1<<20)
	first := ask(t, handler, "GET", asOf)
	second := ask(t, handler, "GET", asOf, "Accept-Encoding", "gzip")
	must.Equal(t, o.calls, 1)
	must.Equal(t, first.body, o.body)
	unpacked := must.Get(gzip.NewReader(strings.NewReader(second.body)))(t)
	must.Equal(t, string(must.Get(io.ReadAll(unpacked))(t)), o.body)
	for _, name := range []string{"Etag", "Cache-Control", "Content-Type", "Vary", "X-Content-Type-Options"} {
		must.True(t, first.header.Get(name) != "")
		must.Equal(t, second.header[name], first.header[name])
	}
	must.True(t, first.header.Get(edge.RequestIDHeader) != second.header.Get(edge.RequestIDHeader))

	known := ask(t, handler, "GET", asOf, "If-None-Match", first.header.Get("ETag"))
	must.Equal(t, known.code, http.StatusNotModified)
	must.Equal(t, known.header.Get("Content-Type"), "")
	head := ask(t, handler, "HEAD", asOf)
	must.Equal(t, head.header.Get("Content-Length"), fmt.Sprint(len(o.body)))
	must.Equal(t, len(head.body), 0)
	must.Equal(t, o.calls, 1)
}

func TestOnlyTheSameRequestIsAnsweredAgain(t *testing.T) {
	live := true
	o, _, handler := keeping(&live, 1<<20)
	ask(t, handler, "GET", asOf)
	for i, other := range [][]string{
		{"GET", asOf + "&fields=name"},
		{"GET", asOf + "&format=jsonld"},
		{"GET", asOf, "Accept", "text/csv"},
		{"GET", asOf, "Accept-Language", "fr"},
		{"GET", asOf, "Idempotency-Key", "8b0c1c0e-0d33-4b0e-9f0e-1f0a8d1c9b11"},
		{"GET", asOf, "If-Match", `"1-a"`},
		{"GET", asOf, "If-Unmodified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"},
		{"POST", asOf},
	} {
		ask(t, handler, other[0], other[1], other[2:]...)
		must.Equal(t, o.calls, i+2)
	}
}

func TestOnlyWhatNeverChangesIsKept(t *testing.T) {
	for name, change := range map[string]func(*origin){
		"changes":   func(o *origin) { o.control = "no-cache" },
		"is secret": func(o *origin) { o.control = "no-store" },
		"an error":  func(o *origin) { o.code = http.StatusServiceUnavailable },
		"gone":      func(o *origin) { o.code = http.StatusGone },
		"too much":  func(o *origin) { o.body = strings.Repeat("x", 1<<18) },
	} {
		t.Run(name, func(t *testing.T) {
			live := true
			o, _, handler := keeping(&live, 1<<20)
			change(o)
			ask(t, handler, "GET", asOf)
			ask(t, handler, "GET", asOf)
			must.Equal(t, o.calls, 2)
		})
	}
}

func TestAnErasureEmptiesWhatIsKept(t *testing.T) {
	live := true
	o, kept, handler := keeping(&live, 1<<20)
	ask(t, handler, "GET", asOf)
	kept.Forget()
	// This one was begun before another erasure and ends after it.
	o.before = kept.Forget
	ask(t, handler, "GET", asOf)
	o.before = nil
	ask(t, handler, "GET", asOf)
	must.Equal(t, o.calls, 3)
	ask(t, handler, "GET", asOf)
	must.Equal(t, o.calls, 3)
}

func TestNothingKeptIsUsedWhileErasuresAreNotHeardOf(t *testing.T) {
	live := true
	o, _, handler := keeping(&live, 1<<20)
	ask(t, handler, "GET", asOf)
	live = false
	ask(t, handler, "GET", asOf)
	must.Equal(t, o.calls, 2)
}

func TestTheLeastAskedForGiveWay(t *testing.T) {
	live := true
	o, _, handler := keeping(&live, 64<<10) // some ten answers
	at := func(n int) string { return fmt.Sprintf("/v1/statements/%d?read_time=2026-01-01T00:00:00Z", n) }
	for n := range 100 {
		ask(t, handler, "GET", at(n))
		ask(t, handler, "GET", at(0)) // is asked for all the time, so it stays
	}
	must.Equal(t, o.calls, 100)
	ask(t, handler, "GET", at(1))
	must.Equal(t, o.calls, 101)
	ask(t, handler, "GET", at(99))
	must.Equal(t, o.calls, 101)
}
