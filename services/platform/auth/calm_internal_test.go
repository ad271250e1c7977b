package auth

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTheIssuerIsAskedAgainAfterAWhile: a key that it has changed is found.
func TestTheIssuerIsAskedAgainAfterAWhile(t *testing.T) {
	asked, now := 0, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := newCalm(transport(func(*http.Request) (*http.Response, error) {
		asked++
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", asked)))}, nil
	}))
	c.now = func() time.Time { return now }
	for _, step := range []struct {
		later time.Duration
		want  string
	}{{0, "x"}, {0, "x"}, {calmInterval - 1, "x"}, {1, "xx"}, {calmInterval - 1, "xx"}, {1, "xxx"}} {
		now = now.Add(step.later)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://issuer.example/keys", nil)
		must.OK(t, err)
		response, err := c.RoundTrip(request)
		must.OK(t, err)
		body, err := io.ReadAll(response.Body)
		must.OK(t, err)
		must.OK(t, response.Body.Close())
		must.Equal(t, string(body), step.want)
	}
}
