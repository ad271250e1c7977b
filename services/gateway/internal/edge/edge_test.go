package edge_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func call(t *testing.T, handler http.Handler, method string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), method, "/secret?key=secret", nil))
	return recorder
}

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("half an answer"))
		panic("broken inside")
	}), edge.Options{Log: zap.New(core)})
	response := call(t, handler, http.MethodGet)
	must.Equal(t, response.Code, http.StatusInternalServerError)
	body := response.Body.String()
	must.Contains(t, body, `"code":13`)
	must.False(t, strings.Contains(body, "broken inside") || strings.Contains(body, "half an answer"))
	entry := logs.FilterMessage("panic").All()[0].ContextMap()
	must.Equal(t, entry["panic"], any("broken inside"))
	must.Contains(t, body, entry["error_id"].(string))
	must.Equal(t, entry["request_id"], any(response.Header().Get(edge.RequestIDHeader)))
}

func TestRequestsAreLoggedAndCountedWithoutTheirContent(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	registry := prometheus.NewRegistry()
	var requestID string
	handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestID = caller.RequestID(r.Context())
		edge.SetRoute(r.Context(), "/route")
		w.WriteHeader(http.StatusTeapot)
	}), edge.Options{Log: zap.New(core), Requests: edge.NewRequests(registry)})
	call(t, handler, "GET")
	call(t, handler, "SPY")
	must.Equal(t, logs.Len(), 2)
	entry := logs.All()[0]
	must.Equal(t, entry.ContextMap()["route"], any("/route"))
	must.Equal(t, entry.ContextMap()["code"], any(int64(http.StatusTeapot)))
	must.Equal(t, logs.All()[1].ContextMap()["request_id"], any(requestID))
	for _, field := range entry.Context {
		must.False(t, strings.Contains(field.String, "secret"))
	}
	must.OK(t, testutil.GatherAndCompare(registry, strings.NewReader(`# HELP onrecord_http_requests_total Answered HTTP requests by method, route and class of code.
# TYPE onrecord_http_requests_total counter
onrecord_http_requests_total{code="4xx",method="GET",route="/route"} 1
onrecord_http_requests_total{code="4xx",method="other",route="/route"} 1
`), "onrecord_http_requests_total"))
}

// TestWhoIsRefusedIsOnRecord at any level, with the address and the path.
func TestWhoIsRefusedIsOnRecord(t *testing.T) {
	list := filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(list, []byte("desk reader "+auth.HashKey(auth.NewKey())+"\n"), 0o600))
	guard := must.Get(auth.New(config.Access{APIKeys: list, AnonymousRole: "none"}, nil))(t)
	core, logs := observer.New(zap.ErrorLevel)
	handler := edge.Wrap(http.NotFoundHandler(), edge.Options{Log: zap.New(core), Guard: guard})
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/documents/a%0A?filter=secret", nil)
	request.RemoteAddr = "192.0.2.7:4711"
	handler.ServeHTTP(recorder, request)
	must.Equal(t, recorder.Code, http.StatusUnauthorized)
	must.Equal(t, logs.Len(), 1)
	said := logs.All()[0].ContextMap()
	must.Equal(t, said["remote"], any("192.0.2.7"))
	must.Equal(t, said["path"], any("/v1/documents/a%0A"))
	must.Equal(t, said["reason"], any("CREDENTIAL_REQUIRED"))
	must.Equal(t, said["request_id"], any(recorder.Header().Get(edge.RequestIDHeader)))

	request.URL.Path, request.URL.RawPath = "/"+strings.Repeat("x", 10_000), ""
	handler.ServeHTTP(httptest.NewRecorder(), request)
	must.True(t, len(logs.All()[1].ContextMap()["path"].(string)) < 300)
}

// TestARequestThatAServiceRefused: its audit has the gateway's address, the request's line
// the caller's.
func TestARequestThatAServiceRefused(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	for _, code := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
		handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }), edge.Options{Log: zap.New(core)})
		call(t, handler, http.MethodPost)
	}
	must.Equal(t, logs.Len(), 3)
	must.Equal(t, logs.All()[0].ContextMap()["remote"], any("192.0.2.1"))
	must.Equal(t, logs.All()[1].ContextMap()["remote"], any("192.0.2.1"))
	must.Equal(t, logs.All()[2].ContextMap()["remote"], nil)
}

// TestWhyARequestFailedIsInItsLine, and whose fault it was: nothing of what it asked for.
func TestWhyARequestFailedIsInItsLine(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	for _, err := range []error{
		errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "a secret of %s", "the store").With("service", "metrics"),
		errs.New(errs.NotFound, "METRIC_NOT_FOUND", "no secret"),
		errs.New(errs.Internal, "", "a fault"),
	} {
		handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			type key struct{} // contexts of handlers have values of their own
			httperror.Write(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)), err)
		}), edge.Options{Log: zap.New(core)})
		call(t, handler, http.MethodGet)
	}
	call(t, edge.Wrap(http.NotFoundHandler(), edge.Options{Log: zap.New(core)}), http.MethodGet)
	said := make([][3]any, 0, 4)
	for _, line := range logs.All() {
		fields := line.ContextMap()
		id, _ := fields["error_id"].(string)
		said = append(said, [3]any{fields["reason"], fields["service"], len(id)})
		for _, value := range fields {
			must.False(t, strings.Contains(fmt.Sprint(value), "secret"))
		}
	}
	must.Equal(t, said, [][3]any{{"STORAGE_UNAVAILABLE", "metrics", 0}, {"METRIC_NOT_FOUND", nil, 0}, {"INTERNAL", nil, 16}, {nil, nil, 0}})
}

func TestAnswersOfPages(t *testing.T) {
	handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("ETag", `"own"`)
		_, _ = w.Write([]byte(r.Method))
	}), edge.Options{})
	response := call(t, handler, http.MethodHead)
	must.Equal(t, response.Header().Get("Content-Length"), "3") // "GET"
	must.Equal(t, response.Header().Get("Cache-Control"), "max-age=60")
	must.Equal(t, response.Header().Get("ETag"), `"own"`)
	must.Contains(t, response.Header().Get("Content-Security-Policy"), "script-src 'self'")
}

// sent answers with a body of a type, or with a code and no body.
func sent(contentType string, code int, body string) http.Handler {
	return edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}), edge.Options{})
}

func TestOnlyPagesHaveThePolicyOfPages(t *testing.T) {
	for contentType, page := range map[string]bool{
		"text/html; charset=utf-8": true, "image/svg+xml": true, "text/plain": true, "": true,
		"application/json": false, "application/problem+json": false, "application/ld+json": false,
	} {
		header := call(t, sent(contentType, http.StatusOK, "x"), http.MethodGet).Header()
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"} {
			must.Equal(t, header.Get(name) != "", page)
		}
		must.Equal(t, header.Get("X-Content-Type-Options"), "nosniff")
	}
}

// TestAnswersSayThatTheyMayBeCompressed, those without a body as well.
func TestAnswersSayThatTheyMayBeCompressed(t *testing.T) {
	for _, handler := range []http.Handler{
		sent("application/json", http.StatusOK, strings.Repeat("x", 2000)),
		sent("application/json", http.StatusOK, "x"),
		sent("application/json", http.StatusNotModified, ""),
	} {
		must.Equal(t, call(t, handler, http.MethodGet).Header().Values("Vary"), []string{"Accept-Encoding"})
	}
	must.Equal(t, call(t, sent("application/zip", http.StatusOK, "x"), http.MethodGet).Header().Get("Vary"), "")
}

// TestAllThatAnAnswerDependsOnIsInOneField: a cache that knows one only would give the
// answer of one caller, form or language to another.
func TestAllThatAnAnswerDependsOnIsInOneField(t *testing.T) {
	list := filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(list, []byte("desk reader "+auth.HashKey(auth.NewKey())+"\n"), 0o600))
	guard := must.Get(auth.New(config.Access{APIKeys: list, AnonymousRole: "reader"}, nil))(t)
	const own, packed = "Accept-Language, Accept", "Accept-Language, Accept, Accept-Encoding"
	for _, c := range []struct {
		code   int
		direct bool
		want   string
	}{
		{http.StatusOK, false, packed},
		{http.StatusNotModified, false, packed},
		{http.StatusNotFound, false, own},
		{http.StatusNoContent, false, own},
		{http.StatusOK, true, own},
	} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Add("Vary", "Accept-Language")
			w.Header().Add("Vary", "Accept")
			if c.direct {
				w, _, _ = edge.Direct(w)
			}
			w.WriteHeader(c.code)
		})
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			must.Equal(t, call(t, edge.Wrap(handler, edge.Options{}), method).Header().Values("Vary"), []string{c.want})
			guarded := edge.Wrap(handler, edge.Options{Guard: guard})
			must.Equal(t, call(t, guarded, method).Header().Values("Vary"), []string{c.want + ", Authorization"})
		}
	}
}

func TestAcceptEncoding(t *testing.T) {
	large := sent("application/json", http.StatusOK, strings.Repeat("x", 2000))
	for accepts, packed := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false, "br": false,
		"*": true, "*;q=0": false, "gzip;q=0, *": false, "*;q=0, gzip": true,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			response := ask(t, large, method, "/", "Accept-Encoding", accepts)
			must.Equal(t, response.header.Get("Content-Encoding") == "gzip", packed)
			must.Equal(t, response.body == "", method == http.MethodHead)
		}
	}
}

// TestAPanicInAStreamEndsTheConnection: what was sent cannot be taken back, so the
// client must see that it has not all.
func TestAPanicInAStreamEndsTheConnection(t *testing.T) {
	handler := edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		through, head, ok := edge.Direct(w)
		must.True(t, ok && !head)
		_, err := io.WriteString(through, "a part")
		must.OK(t, err)
		must.OK(t, http.NewResponseController(through).Flush())
		panic("broken")
	}), edge.Options{})
	server := httptest.NewServer(handler)
	defer server.Close()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil))(t)
	response, err := server.Client().Do(request)
	must.OK(t, err)
	defer func() { must.OK(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	must.Equal(t, string(body), "a part")
	must.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
