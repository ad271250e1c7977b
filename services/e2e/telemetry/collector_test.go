package telemetry_test

import (
	"compress/gzip"
	"context"
	"encoding/hex"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// span is a span with the program that made it.
type span struct {
	*tracev1.Span
	program string
}

func (s span) attribute(key string) string {
	for _, of := range s.GetAttributes() {
		if of.GetKey() == key {
			return of.GetValue().GetStringValue()
		}
	}
	return ""
}

func (s span) parent() string { return hex.EncodeToString(s.GetParentSpanId()) }

// collector takes spans as an OpenTelemetry collector does.
type collector struct {
	url string

	mu    sync.Mutex
	spans []span
	news  chan struct{}
}

// collect serves a collector until the test ends.
func collect(t testing.TB) *collector {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	c := &collector{url: "http://" + listener.Addr().String(), news: make(chan struct{})}
	server := &http.Server{Handler: c}
	go server.Serve(listener) //nolint:errcheck // it ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return c
}

// ServeHTTP takes a request of OTLP/HTTP.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = unzipped
	}
	raw, err := io.ReadAll(body)
	var request collectorv1.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(raw, &request) != nil || r.URL.Path != "/v1/traces" {
		http.Error(w, "not OTLP", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range request.GetResourceSpans() {
		program := valueOf(resource.GetResource().GetAttributes(), "service.name")
		for _, scope := range resource.GetScopeSpans() {
			for _, one := range scope.GetSpans() {
				c.spans = append(c.spans, span{one, program})
			}
		}
	}
	close(c.news)
	c.news = make(chan struct{})
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func valueOf(attributes []*commonv1.KeyValue, key string) string {
	for _, of := range attributes {
		if of.GetKey() == key {
			return of.GetValue().GetStringValue()
		}
	}
	return ""
}

// trace waits until a trace has spans of all names, each after that of its program, and
// every span that others hang on: programs send them when they like.
func (c *collector) trace(ctx context.Context, t *testing.T, id string, names []string) []span {
	t.Helper()
	for {
		found, news := c.found(id)
		there, ids := map[string]bool{}, map[string]bool{parent: true}
		for _, s := range found {
			there[s.program+": "+s.GetName()], ids[hex.EncodeToString(s.GetSpanId())] = true, true
		}
		missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return there[name] })
		for _, s := range found {
			if !ids[s.parent()] {
				missing = append(missing, "what "+s.GetName()+" hangs on")
			}
		}
		if len(missing) == 0 {
			return found
		}
		select {
		case <-news:
		case <-ctx.Done():
			t.Fatalf("the trace never had %q, but %q", missing, slices.Sorted(maps.Keys(there)))
		}
	}
}

// found are the spans of a trace that have come, and a channel that is closed when more
// do.
func (c *collector) found(id string) (spans []span, news <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if hex.EncodeToString(s.GetTraceId()) == id {
			spans = append(spans, s)
		}
	}
	return spans, c.news
}
