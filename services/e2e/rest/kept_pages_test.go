package rest_test

import (
	"net/http"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestPermalinkPagesAreKept: the page that a citation leads to never changes, and may be
// kept as the answer of the API may; the same page of the present is asked for again.
func TestPermalinkPagesAreKept(t *testing.T) {
	ask := func(path string) http.Header {
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server.HTTP+path, nil))(t)
		answer, err := http.DefaultClient.Do(r)
		must.OK(t, err)
		defer func() { _ = answer.Body.Close() }()
		must.Equal(t, answer.StatusCode, http.StatusOK)
		return answer.Header
	}
	then := "?read_time=" + ask("/v1/"+article).Get("Onrecord-Settled-Time")
	for _, name := range []string{article, note, "statements/goods-trade-note-infrastructure", "figures/afp-2023-11-18-bilateral-trade"} {
		must.Equal(t, ask("/"+name).Get("Cache-Control"), "no-cache")
		must.Equal(t, ask("/"+name+then).Get("Cache-Control"), ask("/v1/"+name+then).Get("Cache-Control"))
		must.Contains(t, ask("/"+name+then).Get("Cache-Control"), "immutable")
	}
	must.Equal(t, ask("/corrections"+then).Get("Cache-Control"), "no-cache")
}
