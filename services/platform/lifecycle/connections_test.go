package lifecycle_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/test/bufconn"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// hello answers every request, and in two pieces, as a stream does.
func hello(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "hel")
	_ = http.NewResponseController(w).Flush()
	_, _ = io.WriteString(w, "lo")
}

// kept is a client that keeps its connections, and says of each answer whether it came
// on a new one and whether it was the last on it.
type kept struct{ transport *http.Transport }

func (k kept) get(t *testing.T, url string) (isNew, last bool) {
	t.Helper()
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { isNew = !got.Reused }})
	response, err := k.transport.RoundTrip(must.Get(http.NewRequestWithContext(ctx, http.MethodGet, url, nil))(t))
	must.OK(t, err)
	body := must.Get(io.ReadAll(response.Body))(t)
	must.OK(t, response.Body.Close())
	must.Equal(t, string(body), "hello")
	return isNew, response.Close
}

// stopping begins the stop of a group, which then takes its time until end is called.
func stopping(t *testing.T, group *lifecycle.Group, force chan struct{}) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- group.Run(ctx) }()
	cancel()
	return func() {
		close(force)
		must.ErrorIs(t, <-done, lifecycle.ErrForced)
	}
}

// slow are the options of a group that stops only when it is forced.
func slow() (options lifecycle.Options, force chan struct{}) {
	force = make(chan struct{})
	return lifecycle.Options{DrainDelay: time.Hour, DrainTimeout: 2 * time.Hour, Force: force}, force
}

// TestConnectionsEndBetweenRequests: when they are old, and when the program stops,
// with an answer that says so.
func TestConnectionsEndBetweenRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := bufconn.Listen(1 << 16)
		options, force := slow()
		group := lifecycle.New(options)
		part := group.HTTP(listener, http.HandlerFunc(hello))
		served := make(chan error, 1)
		go func() { served <- part.Serve(t.Context()) }()
		client := kept{&http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.DialContext(ctx) }}}
		type answer struct{ isNew, last bool }
		ask := func() answer {
			isNew, last := client.get(t, "http://server/")
			return answer{isNew, last}
		}
		must.Equal(t, ask(), answer{isNew: true})
		<-time.After(26 * time.Second)
		must.Equal(t, ask(), answer{})
		<-time.After(8 * time.Second)
		must.Equal(t, ask(), answer{last: true})
		must.Equal(t, ask(), answer{isNew: true})
		end := stopping(t, group, force)
		synctest.Wait()
		must.Equal(t, ask(), answer{last: true})
		must.Equal(t, ask(), answer{isNew: true, last: true}) // it serves on
		end()
		must.OK(t, part.Stop(t.Context()))
		must.OK(t, <-served)
		client.transport.CloseIdleConnections()
	})
}

// TestStoppingOverHTTP2: a connection with many requests at a time takes no new ones,
// and none is lost.
func TestStoppingOverHTTP2(t *testing.T) {
	authority := certs.NewAuthority(t)
	inner := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	listener := tls.NewListener(inner, &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"},
		Certificates: []tls.Certificate{authority.IssueFor(t, "127.0.0.1").Load(t)},
	})
	options, force := slow()
	group := lifecycle.New(options)
	part := group.HTTP(listener, http.HandlerFunc(hello))
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
	client := kept{&http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS13}}}
	url := "https://" + inner.Addr().String()
	isNew, _ := client.get(t, url)
	must.True(t, isNew)
	isNew, _ = client.get(t, url)
	must.False(t, isNew)
	end := stopping(t, group, force)
	for isNew = false; !isNew; { // the GOAWAY is on its way beside the answer
		isNew, _ = client.get(t, url)
	}
	client.transport.CloseIdleConnections()
	end()
	must.OK(t, part.Stop(t.Context()))
	must.OK(t, <-served)
}
