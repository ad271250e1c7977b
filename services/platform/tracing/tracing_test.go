package tracing_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/test/bufconn"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/tracing"
)

// opened is the tracing of a program to an endpoint.
func opened(t *testing.T, settings config.Traces, log *zap.Logger) (*telemetry.Telemetry, *tracing.Traces) {
	t.Helper()
	must.OK(t, settings.Validate())
	counts := telemetry.New(telemetry.Build{Program: "test"})
	traces, err := tracing.Open(t.Context(), settings, counts, log)
	must.OK(t, err)
	return counts, traces
}

func TestWithoutAnEndpointThereAreNoTraces(t *testing.T) {
	counts, traces := opened(t, config.Traces{Ratio: 1}, zap.NewNop())
	must.True(t, counts.Tracer == nil && traces == nil)
	must.OK(t, traces.Close())
}

// grpcCollector counts the spans that come by OTLP/gRPC.
type grpcCollector struct {
	collectorv1.UnimplementedTraceServiceServer
	spans atomic.Int64
}

func (c *grpcCollector) Export(_ context.Context, r *collectorv1.ExportTraceServiceRequest) (*collectorv1.ExportTraceServiceResponse, error) {
	for _, resource := range r.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans.Add(int64(len(scope.GetSpans())))
		}
	}
	return &collectorv1.ExportTraceServiceResponse{}, nil
}

// TestAStopSendsWhatWaits, by both protocols.
func TestAStopSendsWhatWaits(t *testing.T) {
	overGRPC := &grpcCollector{}
	server := grpc.NewServer()
	collectorv1.RegisterTraceServiceServer(server, overGRPC)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	go server.Serve(listener) //nolint:errcheck // it ends with Stop
	t.Cleanup(server.Stop)
	var requests atomic.Int64
	overHTTP := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/traces" {
			requests.Add(1)
		}
	}))
	t.Cleanup(overHTTP.Close)
	for endpoint, came := range map[string]func() int64{"grpc://" + listener.Addr().String(): overGRPC.spans.Load, overHTTP.URL: requests.Load} {
		counts, traces := opened(t, config.Traces{Endpoint: endpoint, Ratio: 1}, zap.NewNop())
		_, span := counts.Tracer.Start(t.Context(), "one")
		span.End()
		must.OK(t, traces.Close())
		must.Equal(t, came(), 1)
	}
}

// TestACollectorThatIsAwayCostsSpansOnly: work goes on, more spans than the queue holds
// are dropped, a stop is none of its business, and the log says it once.
func TestACollectorThatIsAwayCostsSpansOnly(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	must.OK(t, listener.Close()) // nobody is there
	core, logs := observer.New(zap.WarnLevel)
	counts, traces := opened(t, config.Traces{Endpoint: "http://" + listener.Addr().String(), Ratio: 1}, zap.New(core))
	for range 20_000 {
		_, span := counts.Tracer.Start(t.Context(), "lost")
		span.End()
	}
	must.OK(t, traces.Close())
	must.Equal(t, logs.FilterMessageSnippet("cannot be sent").Len(), 1)
	ended := counted(t, counts.Registry, "onrecord_traces_spans_total")
	must.Equal(t, ended, map[string]float64{"": 20_000})
	exported := counted(t, counts.Registry, "onrecord_traces_exported_spans_total")
	must.Equal(t, exported["ok"], 0)
	must.True(t, exported["failed"] > 0 && exported["failed"] < 20_000, "%g of 20000 spans were not sent: none was dropped", exported["failed"])
}

// counted are the values of a counter, by its only label if it has one.
func counted(t *testing.T, registry prometheus.Gatherer, name string) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for _, family := range must.Get(registry.Gather())(t) {
		if family.GetName() != name {
			continue
		}
		for _, one := range family.GetMetric() {
			label := ""
			if labels := one.GetLabel(); len(labels) > 0 {
				label = labels[0].GetValue()
			}
			values[label] = one.GetCounter().GetValue()
		}
	}
	return values
}

// TestWhoDecidesWhatIsTraced: a call of our own follows its caller; a request over HTTP and
// a call of anybody else the share of the settings, whatever its client says.
func TestWhoDecidesWhatIsTraced(t *testing.T) {
	for share, want := range map[float64][]bool{
		//  from within yes, no; certificate yes, no; others yes, no; HTTP yes, no; nobody
		0: {true, false, true, false, false, false, false, false, false},
		1: {true, false, true, false, true, true, true, true, true},
	} {
		counts, traces := opened(t, config.Traces{Endpoint: "http://127.0.0.1:1", Ratio: share}, zap.NewNop())
		var got []bool
		address, verified := &net.TCPAddr{}, tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{}}}
		for _, from := range []*peer.Peer{
			{Addr: bufconn.Listen(1).Addr()}, {Addr: address, AuthInfo: credentials.TLSInfo{State: verified}},
			{Addr: address, AuthInfo: credentials.TLSInfo{}},
		} {
			for _, flags := range []trace.TraceFlags{trace.FlagsSampled, 0} {
				_, span := counts.Tracer.Start(remote(peer.NewContext(t.Context(), from), flags), "call")
				got = append(got, span.SpanContext().IsSampled())
			}
		}
		for _, flags := range []trace.TraceFlags{trace.FlagsSampled, 0} {
			request := httptest.NewRequestWithContext(remote(t.Context(), flags), http.MethodGet, "/", nil)
			ctx, _ := telemetry.StartRequest(counts.Tracer, request, "GET")
			got = append(got, trace.SpanContextFromContext(ctx).IsSampled())
		}
		_, span := counts.Tracer.Start(t.Context(), "first")
		got = append(got, span.SpanContext().IsSampled())
		must.True(t, slices.Equal(got, want), "share %g: %v", share, got)
		must.OK(t, traces.Close())
	}
}

// remote is the context of a call that came with a trace.
func remote(ctx context.Context, flags trace.TraceFlags) context.Context {
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: flags,
	}))
}

func TestEndpointsThatAreNone(t *testing.T) {
	for _, endpoint := range []string{"collector:4317", "ftp://x", "grpc://", "http://a:b@x", "http://x?y=z", "://"} {
		must.Err(t, config.Traces{Endpoint: endpoint, Ratio: 1}.Validate())
	}
	for _, ratio := range []float64{-0.1, 1.1, math.NaN()} {
		must.Err(t, config.Traces{Ratio: ratio}.Validate())
	}
}
