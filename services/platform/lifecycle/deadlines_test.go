package lifecycle_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestDeadlinesOfHandlersCount: those that a handler moves, whatever net/http did before.
func TestDeadlinesOfHandlersCount(t *testing.T) {
	past := time.Unix(1, 0)
	url, stop, served := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		switch r.URL.Path {
		case "/read":
			must.OK(t, control.SetReadDeadline(past))
			_, err := io.ReadAll(r.Body)
			must.ErrorIs(t, err, os.ErrDeadlineExceeded)
		case "/write":
			must.OK(t, control.SetWriteDeadline(past))
			must.ErrorIs(t, control.Flush(), os.ErrDeadlineExceeded)
		case "/late": // it has passed, if only just
			now := time.Now()
			must.OK(t, errors.Join(control.SetWriteDeadline(now.Add(-time.Millisecond)), control.SetWriteDeadline(now.Add(998*time.Millisecond)), control.Flush()))
		case "/again": // a later one takes it back
			must.OK(t, errors.Join(control.SetWriteDeadline(past), control.SetWriteDeadline(time.Now().Add(time.Hour)), control.Flush()))
		}
	})
	transport := &http.Transport{}
	ask := func(path string, body io.Reader) error {
		response, err := transport.RoundTrip(must.Get(http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, body))(t))
		if err == nil {
			err = response.Body.Close()
		}
		return err
	}
	for range 2 { // on a connection that is used again, too
		must.OK(t, ask("/", nil))
		must.OK(t, ask("/again", nil))
		must.OK(t, ask("/late", nil))
	}
	must.Err(t, ask("/write", nil))
	body, never := io.Pipe()
	must.OK(t, ask("/read", body))
	must.OK(t, never.Close())
	transport.CloseIdleConnections()
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}
