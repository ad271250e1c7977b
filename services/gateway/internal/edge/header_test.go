package edge_test

import (
	"io"
	"net"
	"net/http"
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
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	mux := http.NewServeMux()
	mux.Handle("/fact", handler)
	mux.Handle("/odd", odd)
	mux.Handle("/empty", empty)
	part := lifecycle.New(lifecycle.Options{}).HTTP(listener, mux)
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
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
		request := must.Get(http.NewRequestWithContext(t.Context(), of.method, "http://"+listener.Addr().String()+of.target, nil))(t)
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
	must.OK(t, part.Stop(t.Context()))
	must.OK(t, <-served)
}
