package lifecycle_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) {
	// os/signal keeps one goroutine for good once it was used: start it first.
	received := make(chan os.Signal, 1)
	signal.Notify(received, syscall.SIGTERM)
	signal.Stop(received)
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent())
}

// serveHTTP starts a handler as a component.
func serveHTTP(t *testing.T, handler http.HandlerFunc) (url string, stop func(context.Context) error, served <-chan error) {
	t.Helper()
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	part := lifecycle.New(lifecycle.Options{}).HTTP(listener, handler)
	ended := make(chan error, 1)
	go func() { ended <- part.Serve(t.Context()) }()
	return "http://" + listener.Addr().String(), part.Stop, ended
}

func get(t *testing.T, url string) (string, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))(t)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer func() { must.OK(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestHTTPLetsRequestsFinish(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	url, stop, served := serveHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-release
		_, _ = io.WriteString(w, "done")
	})
	type outcome struct {
		body string
		err  error
	}
	got := make(chan outcome, 1)
	go func() {
		body, err := get(t, url)
		got <- outcome{body, err}
	}()
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- stop(t.Context()) }()
	must.OK(t, <-served) // it no longer accepts, the request still runs
	close(release)
	must.Equal(t, <-got, outcome{body: "done"})
	must.OK(t, <-stopped)
}

// TestAHandlerThatPanicsIsAnError: what net/http says of it is not among the connections
// that clients left.
func TestAHandlerThatPanicsIsAnError(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	part := lifecycle.New(lifecycle.Options{Log: zap.New(core)}).HTTP(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("of the test")
	}))
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
	_, err := get(t, "http://"+listener.Addr().String())
	must.Err(t, err)
	must.OK(t, part.Stop(t.Context()))
	must.OK(t, <-served)
	entries := logs.FilterLevelExact(zap.ErrorLevel).All()
	must.Equal(t, len(entries), 1)
	must.Contains(t, entries[0].Message, "of the test")
}

func TestHTTPEndsByForce(t *testing.T) {
	begun := make(chan struct{})
	url, stop, served := serveHTTP(t, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	got := make(chan error, 1)
	go func() {
		_, err := get(t, url)
		got <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	must.ErrorIs(t, stop(ctx), context.Canceled)
	must.OK(t, <-served)
	must.Err(t, <-got)
}

func TestSignals(t *testing.T) {
	ctx, force, release := lifecycle.Signals(t.Context())
	defer release()
	must.OK(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	<-ctx.Done()
	select {
	case <-force:
		t.Fatalf("one signal forces")
	default:
	}
	must.OK(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT))
	<-force
}

func TestHTTPTakesTheLongestQueries(t *testing.T) {
	name := "&names=statements%2F" + strings.Repeat("a", 63)
	url, stop, served := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strconv.Itoa(len(r.URL.Query()["names"])))
	})
	must.Equal(t, must.Get(get(t, url+"/?"+strings.Repeat(name, 1000)))(t), "1000")
	must.NotEqual(t, must.Get(get(t, url+"/?"+strings.Repeat(name, 2000)))(t), "2000")
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}

// TestHeadersThatNeverEndAreCutOff: a client that sends a byte now and then holds no
// connection.
func TestHeadersThatNeverEndAreCutOff(t *testing.T) {
	url, stop, served := serveHTTP(t, func(http.ResponseWriter, *http.Request) { t.Error("half a request was served") })
	conn := must.Get((&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://")))(t)
	must.Get(io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "))(t)
	rest, err := io.ReadAll(conn)
	must.OK(t, err)
	must.Equal(t, string(rest), "")
	must.OK(t, conn.Close())
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}

// TestAHandlerMovesItsDeadlines: what takes longer than an answer may is served if its
// handler says so.
func TestAHandlerMovesItsDeadlines(t *testing.T) {
	url, stop, served := serveHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
		control := http.NewResponseController(w)
		if err := errors.Join(control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{})); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "a stream")
	})
	body, err := get(t, url)
	must.OK(t, err)
	must.Equal(t, body, "a stream")
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}
