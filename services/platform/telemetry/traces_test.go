package telemetry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

const (
	traceID     = "4bf92f3577b34da6a3ce929d0e0e4736"
	traceparent = "00-" + traceID + "-00f067aa0ba902b7-01"
)

// tracing is telemetry whose spans a test reads.
func tracing() (*telemetry.Telemetry, *tracetest.SpanRecorder) {
	spans := tracetest.NewSpanRecorder()
	counts := telemetry.New(telemetry.Build{})
	counts.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
	return counts, spans
}

// relay is a service that asks another one of the same kind, and itself nothing.
func relay(t *testing.T, counts *telemetry.Telemetry, local bool, log *zap.Logger) *grpc.ClientConn {
	t.Helper()
	inner := rpcserver.Options{Telemetry: counts, Log: log}
	asked := &echo.Service{
		OnGet: func(_ context.Context, text string) (string, error) {
			if text == "refuse" {
				return "", errs.New(errs.Internal, "", "the secret %s", text)
			}
			return text, nil
		},
	}
	server := rpcserver.New(inner)
	asked.Register(server)
	options := rpcclient.Options{Telemetry: counts}
	if local {
		near := rpcserver.NewLocal(inner)
		asked.Register(near)
		options.Extra = append(options.Extra, grpc.WithChainUnaryInterceptor(near.Unary))
	}
	next := rpctest.Dial(t, rpctest.Listen(t, server), options)
	return rpctest.Conn(t, inner, (&echo.Service{
		OnGet: func(ctx context.Context, text string) (string, error) { return echo.Call(ctx, next, echo.Get, text) },
		OnWatch: func(ctx context.Context, text string, send func(string) error) error {
			receive, err := echo.Open(ctx, next, echo.New(text))
			if err != nil {
				return err
			}
			for {
				got, err := receive()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				if err := send(got); err != nil {
					return err
				}
			}
		},
	}).Register)
}

// TestATraceGoesFromCallToCall: over a transport and within the process, unary calls and
// streams; each span hangs on the one before it.
func TestATraceGoesFromCallToCall(t *testing.T) {
	for name, local := range map[string]bool{"wire": false, "local": true} {
		t.Run(name, func(t *testing.T) {
			counts, spans := tracing()
			conn := relay(t, counts, local, zap.NewNop())
			ctx := metadata.AppendToOutgoingContext(t.Context(), "traceparent", traceparent, "tracestate", "vendor=1")
			_, err := echo.Call(ctx, conn, echo.Get, "words")
			must.OK(t, err)
			checkChain(t, spans.Ended(), "GetEcho")
			spans.Reset()
			receive := must.Get(echo.Open(ctx, conn, echo.New("words")))(t)
			must.Get(receive())(t)
			_, err = receive()
			must.ErrorIs(t, err, io.EOF)
			checkChain(t, spans.Ended(), "WatchEchoes")
		})
	}
}

// checkChain checks that spans, the last of them first, hang on each other and on what
// the caller sent: server, client, server.
func checkChain(t *testing.T, spans []sdktrace.ReadOnlySpan, method string) {
	t.Helper()
	must.Equal(t, len(spans), 3)
	for i, span := range spans {
		must.Equal(t, span.Name(), "onrecord.echo.v1.EchoService/"+method)
		must.Equal(t, span.SpanContext().TraceID().String(), traceID)
		must.Equal(t, span.SpanContext().TraceState().String(), "vendor=1")
		above := "00f067aa0ba902b7"
		if i < len(spans)-1 {
			above = spans[i+1].SpanContext().SpanID().String()
		}
		must.Equal(t, span.Parent().SpanID().String(), above)
	}
	must.Equal(t, []trace.SpanKind{spans[0].SpanKind(), spans[1].SpanKind(), spans[2].SpanKind()},
		[]trace.SpanKind{trace.SpanKindServer, trace.SpanKindClient, trace.SpanKindServer})
}

// TestATraceThatIsNotMadeIsPassedOn: without a tracer the trace of a caller goes through
// unchanged, and the log names it.
func TestATraceThatIsNotMadeIsPassedOn(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	conn := relay(t, telemetry.New(telemetry.Build{}), false, zap.New(core))
	_, err := echo.Call(metadata.AppendToOutgoingContext(t.Context(), "traceparent", traceparent), conn, echo.Get, "words")
	must.OK(t, err)
	must.Equal(t, logs.Len(), 2)
	for _, line := range logs.All() {
		must.Equal(t, line.ContextMap()["trace_id"], any(traceID))
	}
	logs.TakeAll()
	for _, malformed := range []string{"", "00-0-0-0", "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01", strings.Repeat("x", 5000)} {
		_, err := echo.Call(metadata.AppendToOutgoingContext(t.Context(), "traceparent", malformed), conn, echo.Get, "words")
		must.OK(t, err)
	}
	_, err = echo.Call(metadata.AppendToOutgoingContext(t.Context(), "traceparent", traceparent, "traceparent", traceparent), conn, echo.Get, "words")
	must.OK(t, err)
	for _, line := range logs.All() {
		must.Equal(t, line.ContextMap()["trace_id"], nil)
	}
}

func TestASpanSaysHowACallEndedAndNotWhy(t *testing.T) {
	counts, spans := tracing()
	conn := relay(t, counts, true, zap.NewNop())
	_, err := echo.Call(t.Context(), conn, echo.Get, "refuse")
	must.Err(t, err)
	must.Equal(t, len(spans.Ended()), 3) // the server, and a server that it calls as a client
	for _, span := range spans.Ended() {
		var told strings.Builder
		for _, of := range span.Attributes() {
			told.WriteString(string(of.Key) + "=" + of.Value.String() + " ")
		}
		must.Contains(t, told.String(), "rpc.response.status_code=INTERNAL ")
		must.Equal(t, span.Status().Description, "")
		must.False(t, strings.Contains(told.String(), "secret"))
	}
}

// TestWorkInTheBackgroundIsInNoTrace, here and where it leads.
func TestWorkInTheBackgroundIsInNoTrace(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	counts := telemetry.New(telemetry.Build{})
	counts.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample()))).Tracer("test")
	server := rpcserver.New(rpcserver.Options{Telemetry: counts})
	(&echo.Service{}).Register(server)
	conn := rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{Telemetry: counts})
	_, err := echo.Call(telemetry.Untraced(t.Context()), conn, echo.Get, "words")
	must.OK(t, err)
	must.Equal(t, len(spans.Ended()), 0)
	_, err = echo.Call(t.Context(), conn, echo.Get, "words")
	must.OK(t, err)
	must.Equal(t, len(spans.Ended()), 1)
}

func TestASpanOfARequestNamesItsRoute(t *testing.T) {
	counts, spans := tracing()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/statements/secret", nil)
	request.Header.Set("Traceparent", traceparent)
	ctx, span := telemetry.StartRequest(counts.Tracer, request, "GET")
	must.Equal(t, telemetry.TraceID(ctx), traceID)
	span.EndRequest("GET", "/v1/statements/{statement}", "r-1", 503)
	ended := spans.Ended()[0]
	must.Equal(t, ended.Name(), "GET /v1/statements/{statement}")
	must.Equal(t, ended.Parent().TraceID().String(), traceID)
	for _, of := range ended.Attributes() {
		must.False(t, strings.Contains(of.Value.String(), "secret"))
	}
	ctx, span = telemetry.StartRequest(nil, request, "GET")
	must.Equal(t, telemetry.TraceID(ctx), traceID)
	span.EndRequest("GET", "x", "r-2", 200)
	must.Equal(t, len(spans.Ended()), 1)
}

// TestRefusalsAreCountedByReason, of which a peer cannot make any number.
func TestRefusalsAreCountedByReason(t *testing.T) {
	counts := telemetry.New(telemetry.Build{})
	refused := telemetry.NewRefusals(counts.Registry, "test", "Refused.")
	refused.Count(nil)
	(*telemetry.Refusals)(nil).Count(errs.New(errs.NotFound, "NOT_HERE", "no"))
	refused.Count(errs.New(errs.NotFound, "NOT_HERE", "no"))
	refused.Count(errs.ToStatus(errs.New(errs.NotFound, "NOT_HERE", "no")).Err())
	refused.Count(errs.New(errs.NotFound, "not a reason", "no"))
	refused.Count(context.Canceled)
	for i := range 1000 {
		refused.Count(errs.New(errs.NotFound, "R"+strings.Repeat("X", i%40)+strings.Repeat("Y", i/40), "no"))
	}
	_, text := request(t, counts.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false), "GET", "/metrics", "")
	must.Contains(t, text, `onrecord_test_refused_total{reason="NOT_HERE"} 2`)
	must.Contains(t, text, `onrecord_test_refused_total{reason="RATE_LIMITED"} 0`)
	must.True(t, strings.Count(text, "onrecord_test_refused_total{") <= 256, "too many reasons")
}
