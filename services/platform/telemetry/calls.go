package telemetry

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/internal/methods"
	"github.com/onrecord/onrecord/services/platform/internal/streams"
)

// unknown is the label of a method that the server does not have: its name is
// chosen by the caller and must not become a series.
const unknown = "unknown"

// calls are the instruments of one side of gRPC.
type calls struct {
	kind trace.SpanKind

	total    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec

	mu    sync.RWMutex
	known map[[2]string]*instruments // by service and method
}

// instruments are those of one method. They are looked up once: finding them by their
// labels costs more than counting.
type instruments struct {
	inFlight prometheus.Gauge
	seconds  prometheus.Observer
	total    *prometheus.CounterVec // by code
	ok       prometheus.Counter     // of total

	span    string // the name of its spans
	options []trace.SpanStartOption
	traced  bool
}

func newCalls(registry prometheus.Registerer, subsystem string, kind trace.SpanKind) *calls {
	c := &calls{
		kind: kind,
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "calls_total",
			Help: "Ended calls by service, method and status code.",
		}, []string{"service", "method", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "call_seconds",
			Help:    "Duration of ended calls.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"service", "method"}),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Subsystem: subsystem, Name: "calls_in_flight",
			Help: "Calls that run now.",
		}, []string{"service"}),
		known: make(map[[2]string]*instruments),
	}
	registry.MustRegister(c.total, c.seconds, c.inFlight)
	return c
}

func (c *calls) of(service, method string) *instruments {
	c.mu.RLock()
	found := c.known[[2]string{service, method}]
	c.mu.RUnlock()
	if found != nil {
		return found
	}
	found = &instruments{
		inFlight: c.inFlight.WithLabelValues(service),
		seconds:  c.seconds.WithLabelValues(service, method),
		total:    c.total.MustCurryWith(prometheus.Labels{"service": service, "method": method}),
		span:     service + "/" + method,
		traced:   !strings.HasPrefix(service, "grpc."),
	}
	found.ok = found.total.WithLabelValues(codes.OK.String())
	found.options = []trace.SpanStartOption{
		trace.WithSpanKind(c.kind), trace.WithAttributes(semconv.RPCSystemNameGRPC, semconv.RPCMethod(found.span)),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[[2]string{service, method}] = found
	return found
}

// running is a call that was counted in.
type running struct {
	*instruments
	start time.Time
}

// begin counts a call in; end counts it out.
func (i *instruments) begin() running {
	i.inFlight.Inc()
	return running{i, time.Now()}
}

func (r running) end(err error) {
	r.inFlight.Dec()
	r.seconds.Observe(time.Since(r.start).Seconds())
	if err == nil {
		r.ok.Inc()
		return
	}
	r.total.WithLabelValues(codeName(status.Code(err))).Inc()
}

// codeName closes the set of codes: a peer may send any number.
func codeName(code codes.Code) string {
	if code > codes.Unauthenticated {
		return codes.Unknown.String()
	}
	return code.String()
}

// UnaryServer counts and traces unary calls that this program answers.
func (t *Telemetry) UnaryServer() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		tools := t.server.of(methods.Split(info.FullMethod))
		ctx, span := t.serverSpan(ctx, tools)
		call := tools.begin()
		resp, err := handler(ctx, req)
		call.end(err)
		t.refused.Count(err)
		span.endCall(err, true)
		return resp, err
	}
}

// StreamServer counts and traces streams that this program answers. Known says
// whether the server has a method (full name); calls of others share one label.
func (t *Telemetry) StreamServer(known func(fullMethod string) bool) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		service, method := methods.Split(info.FullMethod)
		if !known(info.FullMethod) {
			service, method = unknown, unknown
		}
		tools := t.server.of(service, method)
		ctx, span := t.serverSpan(stream.Context(), tools)
		call, open := tools.begin(), t.streams.WithLabelValues(service)
		open.Inc()
		err := handler(srv, streams.With(ctx, stream))
		open.Dec()
		call.end(err)
		t.refused.Count(err)
		span.endCall(err, true)
		return err
	}
}

// UnaryClient counts unary calls that this program makes, and traces those of a trace; a
// call with retries counts once.
func (t *Telemetry) UnaryClient() grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		tools := t.client.of(methods.Split(method))
		ctx, span := t.clientSpan(ctx, tools)
		call := tools.begin()
		err := invoker(ctx, method, req, reply, cc, opts...)
		call.end(err)
		span.endCall(err, false)
		return err
	}
}

// StreamClient counts streams that this program opens, and traces those of a trace. A stream ends when it
// has been read to its end or the caller's context is done. (The stream's own
// context is done in both cases, so it cannot tell them apart.)
func (t *Telemetry) StreamClient() grpc.StreamClientInterceptor {
	return func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		tools := t.client.of(methods.Split(method))
		ctx, span := t.clientSpan(ctx, tools)
		call := tools.begin()
		var once sync.Once // it may end in two ways
		end := func(err error) {
			once.Do(func() {
				call.end(err)
				span.endCall(err, false)
			})
		}
		stream, err := streamer(ctx, desc, cc, method, opts...)
		if err != nil {
			end(err)
			return nil, err
		}
		forget := context.AfterFunc(ctx, func() { end(status.FromContextError(ctx.Err()).Err()) })
		return &countedStream{ClientStream: stream, one: !desc.ServerStreams, end: func(err error) {
			forget()
			end(err)
		}}, nil
	}
}

// countedStream notices how a stream ends.
type countedStream struct {
	grpc.ClientStream
	one bool // one answer ends it
	end func(error)
}

func (s *countedStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	switch {
	case errors.Is(err, io.EOF):
		s.end(nil)
	case err != nil || s.one:
		s.end(err)
	}
	return err
}
