package rest_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
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

// TestJ6WhatIsAskedForAgainIsNotMadeAgain: the third time an answer is one that is
// remembered, as long as nothing was written and nobody erased anything.
func TestJ6WhatIsAskedForAgainIsNotMadeAgain(t *testing.T) {
	for _, target := range []string{document, "/v1/documents?page_size=2", "/v1/documents?page_size=2&fields=documents.name"} {
		w := newWorld(t)
		w.documents.written, w.documents.who, w.documents.next, w.documents.updated = settled, auth.Unrestricted, "next", settled.Add(-time.Hour)
		ask := func(calls int, headers ...string) {
			t.Helper()
			whole := w.ask(t, w.plain, http.MethodGet, target, headers...)
			before := w.documents.calls
			must.Equal(t, w.ask(t, w.handler, http.MethodGet, target, headers...), whole)
			must.Equal(t, w.documents.calls-before, calls)
		}
		ask(1) // it may never be asked for again
		ask(1)
		ask(0)
		ask(0, "Accept-Encoding", "gzip")
		ask(1, "Accept", "application/json") // another request
		w.documents.written = settled.Add(time.Microsecond)
		ask(1)
		ask(0)
		w.documents.who = auth.Identity{Role: auth.Reader} // sees less
		ask(1)
		w.documents.who = auth.Unrestricted
		w.rest.Forget()
		ask(1)
		ask(0)
		w.live = false // who knows what was erased
		ask(1)
		w.live = true
		ask(1)
		ask(0)
		w.documents.written = time.Time{} // says no state any more
		ask(1)
		w.documents.written = settled.Add(time.Microsecond)
		ask(1) // it was dropped
	}
}

// TestJ6ALargeAnswerIsMadeEachTime: only its headers are remembered, for who has it.
func TestJ6ALargeAnswerIsMadeEachTime(t *testing.T) {
	w := newWorld(t)
	w.documents.written, w.documents.headline = settled, strings.Repeat("long ", 20<<10)
	for range 4 {
		ok(t, w.get(t, "/v1/documents"))
	}
	must.Equal(t, w.documents.calls, 4)
	tag := w.get(t, "/v1/documents").Header().Get("ETag")
	must.Equal(t, w.get(t, "/v1/documents", "If-None-Match", tag).Code, http.StatusNotModified)
	must.Equal(t, w.documents.calls, 5)
}

// TestJ6WhatIsRememberedIsWhatWouldBeMade: whatever is written and erased, and whoever asks
// for what and how, a gateway that remembers answers as one that does not.
func TestJ6WhatIsRememberedIsWhatWouldBeMade(t *testing.T) {
	remembered := 0
	targets := []string{
		document, document + "?format=jsonld", document + "?fields=name,byline", "/v1/documents/b", document + ":read",
		"/v1/documents", "/v1/documents?format=jsonld", "/v1/documents?page_size=2", "/v1/documents?pageToken=next",
	}
	accepts := []string{"*/*", "application/json", "application/ld+json", "text/csv"}
	steps := append(slices.Repeat([]string{"read"}, 20), "write", "settle", "who", "erase", "live", "fail")
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.documents.written, w.documents.who, w.documents.updated = settled, auth.Unrestricted, settled
		tags := []string{`"none"`, `"1-abcd"`, "*"}
		draw := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(r, name) }
		requests := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]string {
			return [2]string{rapid.SampledFrom(targets).Draw(r, "target"), rapid.SampledFrom(accepts).Draw(r, "accept")}
		}), 1, 4).Draw(r, "requests")
		for range rapid.IntRange(10, 80).Draw(r, "steps") {
			switch step := draw("step", steps...); step {
			case "read":
				asked := rapid.SampledFrom(requests).Draw(r, "request")
				target, headers := asked[0], []string{"Accept", asked[1], "Accept-Encoding", draw("coding", "", "gzip")}
				if condition := draw("condition", "", "", "If-None-Match", "If-Modified-Since"); condition == "If-None-Match" {
					headers = append(headers, condition, draw("tag", tags...))
				} else if condition != "" {
					headers = append(headers, condition, w.documents.updated.UTC().Format(http.TimeFormat))
				}
				method := draw("method", http.MethodGet, http.MethodGet, http.MethodHead)
				before := w.documents.calls
				want := w.ask(t, w.plain, method, target, headers...)
				made := w.documents.calls - before
				if got := w.ask(t, w.handler, method, target, headers...); !reflect.DeepEqual(got, want) {
					r.Fatalf("%s %s %q: %v, want %v", method, target, headers, got, want)
				}
				remembered += made - (w.documents.calls - before - made)
				if tag := want.header["Etag"]; tag != nil {
					tags = append(tags, tag[0])
				}
			case "write":
				w.documents.written = w.documents.written.Add(time.Microsecond)
				text := w.documents.written.String()
				w.documents.etag, w.documents.headline, w.documents.byline = draw("etag", "1-abcd", "2-efgh"), draw("headline", "Old", text), draw("byline", "", "Restricted "+text)
				w.documents.next, w.documents.updated = draw("next", "", "next"), w.documents.written
			case "settle":
				w.settled = w.settled.Add(time.Second)
			case "who":
				w.documents.who.Role = rapid.SampledFrom([]auth.Role{auth.Reader, auth.Editor, auth.Admin}).Draw(r, "role")
			case "erase":
				w.documents.written = w.documents.written.Add(time.Microsecond)
				w.rest.Forget()
			case "live":
				w.live = !w.live
			case "fail":
				w.documents.written = w.documents.written.Add(time.Microsecond)
				if w.documents.err = nil; rapid.Bool().Draw(r, "gone") {
					w.documents.err = errs.New(errs.NotFound, "ERASED", "it is gone")
				}
			}
		}
	})
	must.True(t, remembered > 0, "nothing was remembered")
}

// given is what of an answer does not differ from request to request.
type given struct {
	code   int
	header http.Header
	body   string
}

func (w *world) ask(t *testing.T, handler http.Handler, method, target string, headers ...string) given {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Header.Set(edge.RequestIDHeader, "one")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	header := recorder.Header()
	header.Del(edge.RequestIDHeader)
	return given{recorder.Code, header, recorder.Body.String()}
}
