package edge_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestHeadersAreTheSameReadyMade: an answer has the same header where it goes out
// ready-made and where net/http writes it.
func TestHeadersAreTheSameReadyMade(t *testing.T) {
	live := true
	_, _, handler := keeping(&live, 1<<20)
	odd := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "text/plain")
		header["Link"] = []string{"<a>; rel=\"next\"", "<b>; rel=\"first\""}
		header.Set("Odd", "two\r\nInjected: yes") // net/http makes spaces of it
		header.Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		_, _ = io.WriteString(w, "text")
	}), edge.Options{})
	empty := edge.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), edge.Options{})
	mux := http.NewServeMux()
	mux.Handle("/fact", handler)
	mux.Handle("/odd", odd)
	mux.Handle("/empty", empty)
	address := plain(t, mux)
	transport := &http.Transport{DisableCompression: true}
	for _, of := range []struct {
		method, target string
		header         []string
	}{
		{http.MethodGet, "/fact?read_time=1", nil}, // made
		{http.MethodGet, "/fact?read_time=1", nil}, // kept
		{http.MethodHead, "/fact?read_time=1", nil},
		{http.MethodGet, "/fact?read_time=1", []string{"Accept-Encoding", "gzip"}},
		{http.MethodGet, "/fact?read_time=1", []string{"If-None-Match", "*"}},
		{http.MethodGet, "/odd", nil},
		{http.MethodGet, "/odd", []string{"If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"}},
		{http.MethodGet, "/empty", nil},
	} {
		request := must.Get(http.NewRequestWithContext(t.Context(), of.method, "http://"+address+of.target, nil))(t)
		for i := 0; i < len(of.header); i += 2 {
			request.Header.Set(of.header[i], of.header[i+1])
		}
		response, err := transport.RoundTrip(request)
		must.OK(t, err)
		body := must.Get(io.ReadAll(response.Body))(t)
		must.OK(t, response.Body.Close())
		want := ask(t, mux, of.method, of.target, of.header...)
		for _, header := range []http.Header{response.Header, want.header} {
			must.True(t, len(header.Get(edge.RequestIDHeader)) > 0)
			header.Del(edge.RequestIDHeader) // of each another
			header.Del("Date")
		}
		if odd := want.header.Get("Odd"); odd != "" {
			want.header.Set("Odd", "two  Injected: yes")
		}
		must.Equal(t, response.Header, want.header)
		must.Equal(t, answered{response.StatusCode, nil, string(body)}, answered{want.code, nil, want.body})
	}
	transport.CloseIdleConnections()
}

// TestReadyMadeHeadersAreSorted: then come those that net/http sends by itself.
func TestReadyMadeHeadersAreSorted(t *testing.T) {
	live := true
	o, _, handler := keeping(&live, 1<<20)
	o.media = "text/html" // has more of them
	address := plain(t, handler)
	for range 2 { // made, and kept
		conn := must.Get((&net.Dialer{}).DialContext(t.Context(), "tcp", address))(t)
		must.Get(io.WriteString(conn, "GET /page?read_time=1 HTTP/1.0\r\n\r\n"))(t)
		head, _, _ := strings.Cut(string(must.Get(io.ReadAll(conn))(t)), "\r\n\r\n")
		must.OK(t, conn.Close())
		var names []string
		for _, line := range strings.Split(head, "\r\n")[1:] {
			name, _, _ := strings.Cut(line, ":")
			names = append(names, name)
		}
		must.Equal(t, names, []string{
			"Cache-Control", "Content-Security-Policy", "Etag", "Referrer-Policy", "Vary", "X-Content-Type-Options", "X-Frame-Options", "X-Request-Id",
			"Content-Length", "Content-Type", "Date",
		})
	}
	must.Equal(t, o.calls, 1)
}

// TestAnAnswerBeforeTheAnswer goes through with the fields that there are by then, and the
// answer comes after it; where the answer is held back, there is none before it.
func TestAnAnswerBeforeTheAnswer(t *testing.T) {
	mux := http.NewServeMux()
	early := func(w http.ResponseWriter) {
		w.Header().Set("Link", "<a>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "{}")
	}
	mux.HandleFunc("/direct", func(w http.ResponseWriter, _ *http.Request) {
		through, _, _ := edge.Direct(w)
		early(through)
	})
	mux.HandleFunc("/held", func(w http.ResponseWriter, _ *http.Request) { early(w) })
	address := plain(t, edge.Wrap(mux, edge.Options{}))
	for path, before := range map[string]int{"/direct": 1, "/held": 0} {
		got := 0
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			got++
			must.Equal(t, code, http.StatusEarlyHints)
			must.Equal(t, header.Values("Link"), []string{"<a>; rel=preload"})
			return nil
		}})
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(must.Get(http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil))(t))
		must.OK(t, err)
		must.Equal(t, string(must.Get(io.ReadAll(response.Body))(t)), "{}")
		must.OK(t, response.Body.Close())
		must.Equal(t, got, before)
		must.Equal(t, response.StatusCode, http.StatusAccepted)
		for _, name := range []string{"Link", edge.RequestIDHeader} {
			must.Equal(t, len(response.Header.Values(name)), 1)
		}
	}
}

// plain serves a handler over plain HTTP/1 until the test ends.
func plain(t *testing.T, handler http.Handler) (address string) {
	t.Helper()
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	part := lifecycle.New(lifecycle.Options{}).HTTP(listener, handler)
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
	t.Cleanup(func() {
		must.OK(t, part.Stop(context.Background()))
		must.OK(t, <-served)
	})
	return listener.Addr().String()
}
