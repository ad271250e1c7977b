// Package tracing sends the spans of a program to an OpenTelemetry collector.
//
// A collector that is slow or away costs spans, never calls: they wait in a queue of
// fixed size, and what does not fit is dropped. What makes spans is elsewhere (packages
// telemetry and recorddb/observed) and needs only OpenTelemetry's API; the SDK and the
// exporters are linked here alone.
package tracing

import (
	"context"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// queue is how many ended spans wait at most to be sent, batch how many go at once.
	queue, batch = 4096, 512
	// interval is how long a span waits at most while the collector answers.
	interval = 2 * time.Second
	// sendTimeout bounds sending one batch, with what is tried again.
	sendTimeout = 10 * time.Second
	// flushTimeout is how long a stop waits for the last spans to go.
	flushTimeout = 3 * time.Second
)

// Traces are the traces of a program. Nil are none.
type Traces struct{ provider *sdktrace.TracerProvider }

// Open begins to make traces, by setting the tracer of t, and sends them where the
// settings say; without an endpoint it does nothing and answers nil. The collector need
// not be there. What the settings do not say of the connection (headers, authorities) is
// taken from the OTEL_EXPORTER_OTLP_ variables of the OpenTelemetry specification.
// Close must be called.
func Open(ctx context.Context, settings config.Traces, t *telemetry.Telemetry, log *zap.Logger) (*Traces, error) {
	if settings.Endpoint == "" {
		return nil, nil //nolint:nilnil // nil makes no traces
	}
	// The SDK knows only one place for its own errors. They are counted and logged by
	// the exporter below, and those about variables would show what stands in them.
	otel.SetLogger(logr.Discard())
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	exporter, err := open(ctx, settings.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("--otlp-endpoint: %w", err)
	}
	of, err := describe(ctx, t.Build())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	watched := watch(exporter, t.Registry, log)
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithResource(of),
		sdktrace.WithSampler(newSampler(settings.Ratio)),
		sdktrace.WithSpanProcessor(ending{watched.ended}),
		sdktrace.WithBatcher(watched, sdktrace.WithMaxQueueSize(queue), sdktrace.WithMaxExportBatchSize(batch),
			sdktrace.WithBatchTimeout(interval), sdktrace.WithExportTimeout(sendTimeout)),
	)
	t.Tracer = provider.Tracer("github.com/onrecord/onrecord/services/platform/telemetry")
	return &Traces{provider}, nil
}

// Close sends what waits, for a few seconds at most. A collector that is away makes it
// no error: nothing of the record is lost.
func (t *Traces) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // counted and logged by the exporter
	return nil
}

// open makes the exporter of an endpoint's scheme.
func open(ctx context.Context, endpoint string) (sdktrace.SpanExporter, error) {
	at, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	switch at.Scheme {
	case "grpc":
		return otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(at.Host), otlptracegrpc.WithInsecure(), otlptracegrpc.WithTimeout(sendTimeout))
	case "grpcs":
		return otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(at.Host), otlptracegrpc.WithTimeout(sendTimeout))
	default:
		if at.Path == "" || at.Path == "/" {
			at.Path = "/v1/traces" // the specification's
		}
		return otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(at.String()), otlptracehttp.WithTimeout(sendTimeout))
	}
}

// describe says which program the spans are of.
func describe(ctx context.Context, build telemetry.Build) (*resource.Resource, error) {
	return resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		semconv.ServiceNamespace("onrecord"), semconv.ServiceName(build.Program), semconv.ServiceVersion(build.Version),
		semconv.ServiceInstanceID(uuid.NewString())), resource.WithFromEnv())
}

// sampler decides which traces are sent. A call by a program of ours follows its caller's
// decision, so that a trace is whole. Requests over HTTP and other calls do not: whoever
// makes them must not be able to have everything traced, or nothing, by a flag. Of those
// the id of the trace decides, so that programs with the same share agree.
type sampler struct{ ratio, following sdktrace.Sampler }

func newSampler(share float64) sampler {
	ratio := sdktrace.TraceIDRatioBased(share)
	return sampler{ratio: ratio, following: sdktrace.ParentBased(ratio)}
}

// ShouldSample implements sdktrace.Sampler.
func (s sampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	if telemetry.Requested(p.Attributes) || trace.SpanContextFromContext(p.ParentContext).IsRemote() && !ours(p.ParentContext) {
		return s.ratio.ShouldSample(p)
	}
	return s.following.ShouldSample(p)
}

// ours reports whether a call came from within the process, or with a certificate of an
// authority that the settings name.
func ours(ctx context.Context) bool {
	from, ok := peer.FromContext(ctx)
	if !ok || from.Addr == nil {
		return false
	}
	if caller.Inner(from.Addr) {
		return true
	}
	secured, ok := from.AuthInfo.(credentials.TLSInfo)
	return ok && len(secured.State.VerifiedChains) > 0
}

// Description implements sdktrace.Sampler.
func (s sampler) Description() string {
	return "requests and calls of others: " + s.ratio.Description()
}

// watched is an exporter whose failures are counted, and logged when they begin and
// end.
type watched struct {
	sdktrace.SpanExporter
	log            *zap.Logger
	failing        atomic.Bool
	ended, ok, bad prometheus.Counter
}

func watch(exporter sdktrace.SpanExporter, registry prometheus.Registerer, log *zap.Logger) *watched {
	ended := prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: "onrecord", Subsystem: "traces", Name: "spans_total", Help: "Ended spans of traces that are sent.",
	})
	exported := prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "onrecord", Subsystem: "traces", Name: "exported_spans_total",
		Help: "Spans that the collector took, or did not; those in neither wait, or were dropped.",
	}, []string{"result"})
	registry.MustRegister(ended, exported)
	return &watched{
		SpanExporter: exporter, log: log, ended: ended,
		ok: exported.WithLabelValues("ok"), bad: exported.WithLabelValues("failed"),
	}
}

// ExportSpans implements sdktrace.SpanExporter.
func (w *watched) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := w.SpanExporter.ExportSpans(ctx, spans)
	if err != nil {
		w.bad.Add(float64(len(spans)))
		if !w.failing.Swap(true) {
			w.log.Warn("spans of traces cannot be sent; calls are not held up", zap.Error(err))
		}
		return err
	}
	w.ok.Add(float64(len(spans)))
	if w.failing.Swap(false) {
		w.log.Info("spans of traces are sent again")
	}
	return nil
}

// ending counts the spans that end.
type ending struct{ total prometheus.Counter }

// OnStart implements sdktrace.SpanProcessor.
func (ending) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd implements sdktrace.SpanProcessor.
func (e ending) OnEnd(span sdktrace.ReadOnlySpan) {
	if span.SpanContext().IsSampled() {
		e.total.Inc()
	}
}

// Shutdown implements sdktrace.SpanProcessor.
func (ending) Shutdown(context.Context) error { return nil }

// ForceFlush implements sdktrace.SpanProcessor.
func (ending) ForceFlush(context.Context) error { return nil }
