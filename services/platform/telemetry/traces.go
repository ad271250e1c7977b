package telemetry

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Spans of calls are made here and not by otelgrpc: that hangs on the transport, which
// calls within the process do not have; it has no place for the closed names of
// methods that the server does not know; and it makes the options of a span anew for
// each call.

// parentKey and stateKey carry a trace from call to call (W3C Trace Context), over
// HTTP and in gRPC metadata.
const (
	parentKey = "traceparent"
	stateKey  = "tracestate"
)

// w3c reads and writes the two. Baggage is left alone: it may hold anything.
var w3c propagation.TraceContext

// Span is one span, or none. The zero Span is none.
type Span struct{ span trace.Span }

// endCall ends the span of a call.
func (s Span) endCall(err error, server bool) {
	if s.span == nil {
		return
	}
	if s.span.IsRecording() {
		code := status.Code(err)
		s.span.SetAttributes(semconv.RPCResponseStatusCode(canonical(code)))
		if err != nil && (!server || ours(code)) {
			s.span.SetStatus(otelcodes.Error, "") // never the message: it may quote the request
			s.span.SetAttributes(semconv.ErrorTypeKey.String(canonical(code)))
		}
	}
	s.span.End()
}

// ours reports whether a code is a fault of the server's (the semantic conventions of
// OpenTelemetry for gRPC), not of its caller's.
func ours(code codes.Code) bool {
	switch code {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unimplemented, codes.Internal, codes.Unavailable, codes.DataLoss:
		return true
	default:
		return false
	}
}

// canonical is the name of a code as other languages have it: NOT_FOUND.
func canonical(code codes.Code) string {
	name := codeName(code)
	if name == "OK" {
		return name
	}
	var out strings.Builder
	for i := range len(name) {
		if c := name[i]; i > 0 && c >= 'A' && c <= 'Z' {
			out.WriteByte('_')
		}
		out.WriteString(strings.ToUpper(name[i : i+1]))
	}
	return out.String()
}

// serverSpan takes up the trace that a call came with, and begins the span of its
// answer if traces are made. Health and reflection have none: they come every few
// seconds and tell nothing.
func (t *Telemetry) serverSpan(ctx context.Context, of *instruments) (context.Context, Span) {
	if len(metadata.ValueFromIncomingContext(ctx, parentKey)) == 1 {
		ctx = w3c.Extract(ctx, incoming{ctx})
	}
	if t.Tracer == nil || !of.traced {
		return ctx, Span{}
	}
	ctx, span := t.Tracer.Start(ctx, of.span, of.options...)
	return ctx, Span{span}
}

// clientSpan begins the span of a call that somebody traced makes, and sends the trace
// on.
func (t *Telemetry) clientSpan(ctx context.Context, of *instruments) (context.Context, Span) {
	at := trace.SpanContextFromContext(ctx)
	if !at.IsValid() {
		return ctx, Span{}
	}
	var span Span
	if t.Tracer != nil && at.IsSampled() {
		ctx, span.span = t.Tracer.Start(ctx, of.span, of.options...)
	}
	out := outgoing{}
	w3c.Inject(ctx, &out)
	return metadata.AppendToOutgoingContext(ctx, out.pairs...), span
}

// incoming reads the metadata of a call.
type incoming struct{ ctx context.Context } //nolint:containedctx // the metadata is in it

// Get implements propagation.TextMapCarrier.
func (i incoming) Get(key string) string {
	return strings.Join(metadata.ValueFromIncomingContext(i.ctx, key), ",")
}

// Set implements propagation.TextMapCarrier.
func (incoming) Set(string, string) {}

// Keys implements propagation.TextMapCarrier.
func (incoming) Keys() []string { return []string{parentKey, stateKey} }

// outgoing collects metadata.
type outgoing struct{ pairs []string }

// Get implements propagation.TextMapCarrier.
func (*outgoing) Get(string) string { return "" }

// Set implements propagation.TextMapCarrier.
func (o *outgoing) Set(key, value string) { o.pairs = append(o.pairs, key, value) }

// Keys implements propagation.TextMapCarrier.
func (*outgoing) Keys() []string { return nil }

// StartRequest takes up the trace that an HTTP request came with, and begins the span
// of its answer if traces are made (tracer is not nil).
func StartRequest(tracer trace.Tracer, r *http.Request, method string) (context.Context, Span) {
	ctx := r.Context()
	if len(r.Header[http.CanonicalHeaderKey(parentKey)]) == 1 {
		ctx = w3c.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	if tracer == nil {
		return ctx, Span{}
	}
	// The path is not in it: names of what is under embargo would be.
	ctx, span := tracer.Start(ctx, method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(httpMethod(method)))
	return ctx, Span{span}
}

// httpMethod says that a span is that of a request over HTTP; Requested knows it by it.
func httpMethod(method string) attribute.KeyValue {
	return semconv.HTTPRequestMethodKey.String(method)
}

// Requested reports whether the attributes of a new span are those of a request over
// HTTP, whose client is nobody that a decision to trace is left to.
func Requested(attributes []attribute.KeyValue) bool {
	for _, of := range attributes {
		if of.Key == semconv.HTTPRequestMethodKey {
			return true
		}
	}
	return false
}

// EndRequest ends the span of a request: by then its route is known.
func (s Span) EndRequest(method, route, requestID string, code int) {
	if s.span == nil {
		return
	}
	if s.span.IsRecording() {
		s.span.SetName(method + " " + route)
		s.span.SetAttributes(semconv.HTTPRoute(route), semconv.HTTPResponseStatusCode(code), requestIDKey.String(requestID))
		if code >= http.StatusInternalServerError {
			s.span.SetStatus(otelcodes.Error, "")
		}
	}
	s.span.End()
}

// requestIDKey is the attribute that leads from a span to the log.
const requestIDKey = attribute.Key("onrecord.request_id")

// TraceID returns the id of the trace that a context is part of, in hexadecimal, ""
// for none: what a log line says, so that it leads to the trace.
func TraceID(ctx context.Context) string {
	if at := trace.SpanContextFromContext(ctx); at.IsValid() {
		return at.TraceID().String()
	}
	return ""
}

// TraceField is what a log line says of the trace of a context: nothing without one.
func TraceField(ctx context.Context) zap.Field {
	if id := TraceID(ctx); id != "" {
		return zap.String("trace_id", id)
	}
	return zap.Skip()
}

// Untraced returns a context whose calls are in no trace that is sent, here and where
// they lead: for work in the background, which comes every few seconds.
func Untraced(ctx context.Context) context.Context {
	var config trace.SpanContextConfig
	_, _ = rand.Read(config.TraceID[:]) // never fails (crypto/rand)
	_, _ = rand.Read(config.SpanID[:])
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(config))
}
