package client_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// answering starts a server that gives one answer to everything.
func answering(t *testing.T, status int, body string) (*client.Client, *http.Request) {
	t.Helper()
	seen := &http.Request{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = *r
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return must.Get(client.New(server.URL, ""))(t), seen
}

func TestGet(t *testing.T) {
	c, seen := answering(t, 200, `{"name":"metrics/x"}`)
	answer := must.Get(c.Get(t.Context(), "metrics/x:query", url.Values{"dimensions[REF_AREA]": {"US"}, "period": {"2010/2015"}}))(t)
	must.Equal(t, string(answer), `{"name":"metrics/x"}`)
	must.Equal(t, seen.RequestURI, "/v1/metrics/x:query?dimensions%5BREF_AREA%5D=US&period=2010%2F2015")
}

func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		status     int
		body, want string
	}{
		"one field, said twice": {400, `{"code":3,"message":"page_size: must be at most 1000","details":[
			{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"PAGE_SIZE_OUT_OF_RANGE","domain":"onrecord.dev"},
			{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"page_size","description":"must be at most 1000"}]}]}`,
			"refused (PAGE_SIZE_OUT_OF_RANGE)\n  page_size: must be at most 1000"},
		"several fields": {400, `{"message":"2 fields are wrong","details":[
			{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"a","description":"x"},{"field":"b","description":"y"}]}]}`,
			"refused: 2 fields are wrong\n  a: x\n  b: y"},
		"more of them": {400, `{"message":"a: x (and 8 more violations)","details":[
			{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","metadata":{"more_violations":"7"}},
			{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"a","description":"x"},{"field":"b","description":"y"}]}]}`,
			"refused (R): a: x (and 8 more violations)\n  a: x\n  b: y\n  and 7 more"},
		"the first of them": {400, `{"message":"a: x","details":[
			{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","metadata":{"more_violations":"UNKNOWN"}},
			{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"a","description":"x"}]}]}`,
			"refused (R)\n  a: x\n  and maybe more"},
		"not there":   {404, `{"message":"figures/x is not on record","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND"}]}`, "refused (NOT_FOUND): figures/x is not on record"},
		"cut off":     {499, `{"message":"the caller gave up the call","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CANCELLED"}]}`, "failed (CANCELLED): the caller gave up the call"},
		"broken":      {500, `{"message":"internal error, id 1f"}`, "failed: internal error, id 1f"},
		"not a proxy": {502, `<html>bad gateway</html>`, "failed: the server answered 502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := answering(t, tt.status, tt.body)
			_, err := c.Post(t.Context(), "documents:ingest", []byte(`{}`))
			must.Err(t, err)
			must.Equal(t, err.Error(), tt.want)
		})
	}
}

// TestWhatACutOffCallWrote: nobody knows, unless the server says it; and it refused nothing.
func TestWhatACutOffCallWrote(t *testing.T) {
	for outcome, maybe := range map[string]bool{"": true, "UNKNOWN": true, "NOT_WRITTEN": false} {
		c, _ := answering(t, 499, `{"message":"m","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CANCELLED","metadata":{"write_outcome":"`+outcome+`"}}]}`)
		_, err := c.Post(t.Context(), "documents:ingest", []byte(`{}`))
		answered, is := errors.AsType[*client.Error](err)
		must.True(t, is, "%v", err)
		must.Equal(t, answered.MaybeWritten(), maybe)
		must.True(t, answered.Temporary() && !answered.OfRequest())
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := must.Get(client.New(server.URL, ""))(t).Get(t.Context(), "metrics", nil)
	unreachable, ok := errors.AsType[*client.UnreachableError](err)
	must.True(t, ok, "%v", err)
	must.Equal(t, unreachable.Server, server.URL)
	must.Contains(t, err.Error(), "connection refused")
	must.Contains(t, err.Error(), "onrecord serve")
}

func TestServerMustBeAnAddress(t *testing.T) {
	for _, server := range []string{"", "localhost", "127.0.0.1:8080", "ftp://x", "http://", "http://x/v1", "http://x?y=z", "http://me@x"} {
		_, err := client.New(server, "")
		must.Err(t, err)
		must.Contains(t, err.Error(), "--server")
	}
	_, err := client.New("http://ann:secret@127.0.0.1:8080", "")
	must.Contains(t, err.Error(), "want scheme, host and port only")
	must.False(t, strings.Contains(err.Error(), "secret"), "%v", err)
	for _, server := range []string{"http://ann:secret%zz@127.0.0.1:8080", "ann:secret@127.0.0.1:8080", "ftp://ann:secret@x", "http://ann:secret@"} {
		_, err := client.New(server, "")
		must.Contains(t, err.Error(), "--server")
		must.False(t, strings.Contains(err.Error(), "secret"), "%v", err)
	}
}
