package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// streamed says that a route answers for as long as it is listened to.
func (r route) streamed() bool { return r.path == "/v1/changes" }

// TestJ6HeadOnEveryRoute: HEAD answers what GET answers, without its body, errors too;
// and where there is no GET there is no HEAD.
func TestJ6HeadOnEveryRoute(t *testing.T) {
	w := newWorld(t)
	withGet := map[string]bool{}
	for _, r := range routes(t) {
		withGet[r.path] = withGet[r.path] || r.method == http.MethodGet
	}
	for path, has := range withGet {
		if !has {
			head := w.call(t, http.MethodHead, path, "")
			must.Equal(t, head.StatusCode, http.StatusMethodNotAllowed)
			must.Equal(t, head.Body, "")
		}
	}
	for _, r := range routes(t) {
		if r.method != http.MethodGet || r.streamed() {
			continue
		}
		t.Run(r.path, func(t *testing.T) {
			get := w.call(t, http.MethodGet, r.path, "", "X-Request-Id", "same")
			head := w.call(t, http.MethodHead, r.path, "", "X-Request-Id", "same")
			must.Equal(t, head.StatusCode, get.StatusCode)
			must.Equal(t, head.Body, "")
			for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Access-Control-Allow-Origin", "Vary", "Link"} {
				must.Equal(t, head.Header.Values(name), get.Header.Values(name))
			}
			if get.StatusCode < http.StatusInternalServerError { // whose texts are others each time
				must.Equal(t, head.Header.Get("Content-Length"), get.Header.Get("Content-Length"))
			}
		})
	}
}

// TestJ6OtherOriginsReadEveryRoute: pages of any origin may read every answer, also why
// it failed, and are told so before; none may write.
func TestJ6OtherOriginsReadEveryRoute(t *testing.T) {
	w := newWorld(t)
	const origin = "https://dashboard.example"
	for _, r := range routes(t) {
		if r.streamed() {
			continue
		}
		t.Run(r.String(), func(t *testing.T) {
			answer := w.call(t, r.method, r.path+"?colour=red", r.empty(), "Origin", origin)
			want := ""
			if r.method == http.MethodGet {
				want = "*"
			}
			must.Equal(t, answer.Header.Get("Access-Control-Allow-Origin"), want)
			asked := w.call(t, http.MethodOptions, r.path, "", "Origin", origin,
				"Access-Control-Request-Method", r.method, "Access-Control-Request-Headers", "authorization, if-none-match")
			must.Equal(t, asked.StatusCode, http.StatusNoContent)
			must.Equal(t, asked.Header.Get("Access-Control-Allow-Methods"), "GET, HEAD")
			allowed := strings.ToLower(asked.Header.Get("Access-Control-Allow-Headers"))
			for _, name := range []string{"authorization", "if-none-match", "if-modified-since", "last-event-id"} {
				must.Contains(t, allowed, name)
			}
			must.False(t, strings.Contains(allowed, "idempotency-key") || strings.Contains(allowed, "content-type"), "pages of other origins may write")
		})
	}
}

// TestEveryRouteMeetsAccept: an Accept that takes nothing the route has is 406 on each, of
// JSON alone too. A cache knows from what others are answered that they may not be: they vary.
func TestEveryRouteMeetsAccept(t *testing.T) {
	w := newWorld(t)
	for _, r := range routes(t) {
		t.Run(r.String(), func(t *testing.T) {
			answer := w.call(t, r.method, r.path, r.empty(), "Accept", "video/mp4")
			refused(t, answer, 406, "NOT_ACCEPTABLE", "")
			if !r.streamed() {
				by := w.call(t, r.method, r.path, r.empty()).Header.Get("Vary")
				must.True(t, slices.Contains(strings.Split(by, ", "), "Accept"), "Vary: %s", by)
			}
		})
	}
}

// TestEveryAnswerSaysWhatItIs: no browser has to guess, or may.
func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	w := newWorld(t)
	for _, r := range routes(t) {
		if r.streamed() {
			continue
		}
		for _, target := range []string{r.path, r.path + "?colour=red", r.path + "/nothing/of/the/kind"} {
			answer := w.call(t, r.method, target, r.empty())
			must.True(t, answer.Header.Get("Content-Type") != "", "%s %s has no type", r.method, target)
			must.Equal(t, answer.Header.Get("X-Content-Type-Options"), "nosniff")
		}
	}
}

// TestEveryRouteRefusesNUL: in whatever part of the path it stands.
func TestEveryRouteRefusesNUL(t *testing.T) {
	w := newWorld(t)
	for _, r := range routes(t) {
		if r.inPath == "" {
			continue
		}
		for _, bytes := range []string{"%00", "%ff", "a%00b"} {
			target := strings.Replace(r.path, "/a", "/"+bytes, 1)
			refused(t, w.call(t, r.method, target, r.empty()), 400, "MALFORMED_PATH", "")
		}
	}
}

// slow serves the gateway on a port to clients that must be quick.
func slow(t *testing.T) (addr string) {
	t.Helper()
	server := httptest.NewUnstartedServer(newWorld(t).handler)
	server.Config.ReadTimeout = 200 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// TestABodyThatComesTooSlowlyIsCutOff: the server does not wait for the rest of it, and
// says so.
func TestABodyThatComesTooSlowlyIsCutOff(t *testing.T) {
	addr := slow(t)
	for name, request := range map[string]string{
		"with a length": "POST /v1/documents HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
		"in chunks":     "POST /v1/documents HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
			must.OK(t, err)
			defer func() { must.OK(t, conn.Close()) }()
			_, err = io.WriteString(conn, request)
			must.OK(t, err)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			must.OK(t, err)
			body, err := io.ReadAll(response.Body)
			must.OK(t, err)
			must.OK(t, response.Body.Close())
			must.True(t, response.Close, "the connection stays open")
			refused(t, &reply{StatusCode: response.StatusCode, Header: response.Header, Body: string(body)}, http.StatusRequestTimeout, "REQUEST_TOO_SLOW", "")
		})
	}
}

// TestABodyThatBreaksOffIsRefused: what came of it is not taken for all of it.
func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/documents", io.MultiReader(strings.NewReader(`{}`), broken{}))
	r.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	refused(t, &reply{StatusCode: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}, 400, "MALFORMED_JSON", "")
}

// broken is a body whose client went away.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
