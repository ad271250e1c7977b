package client_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// busy answers every call with 503 until the time of its path has come, and then with the
// status that goes with it.
type busy struct {
	until  map[string]time.Time
	status map[string]int
}

// RoundTrip implements http.RoundTripper.
func (b busy) RoundTrip(r *http.Request) (*http.Response, error) {
	status := http.StatusServiceUnavailable
	if !time.Now().Before(b.until[r.URL.Path]) {
		status = b.status[r.URL.Path]
	}
	return &http.Response{StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// TestWhoWaitsTellsOnce: that it goes on is told when no call waits any more, and the last
// of them was answered, well or not.
func TestWhoWaitsTellsOnce(t *testing.T) {
	const soon, late, never = 5 * time.Second, time.Minute, time.Hour
	for name, test := range map[string]struct {
		until  time.Duration
		status int
		// told is what is told after the first call has its answer.
		told []string
	}{
		"answered": {late, http.StatusOK, []string{"going on"}},
		"refused":  {late, http.StatusBadRequest, []string{"going on"}},
		"gave up":  {never, http.StatusOK, nil},
	} {
		t.Run(name, func(t *testing.T) {
			usual := http.DefaultTransport
			defer func() { http.DefaultTransport = usual }()
			synctest.Test(t, func(t *testing.T) {
				now := time.Now()
				http.DefaultTransport = busy{
					map[string]time.Time{"/v1/first": now.Add(soon), "/v1/last": now.Add(test.until)},
					map[string]int{"/v1/first": http.StatusOK, "/v1/last": test.status},
				}
				var told []string
				patient := must.Get(client.New("http://x", ""))(t).Patient(func(cause error) {
					if cause == nil {
						told = append(told, "going on")
					} else {
						told = append(told, "waiting")
					}
				})
				var both sync.WaitGroup
				both.Go(func() { _, _ = patient.Get(t.Context(), "last", nil) })
				must.Get(patient.Get(t.Context(), "first", nil))(t)
				both.Wait()
				must.Equal(t, told, append([]string{"waiting"}, test.told...))
			})
		})
	}
}
