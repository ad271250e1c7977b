package telemetry_test

import (
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// BenchmarkCall is a call within the process, the cheapest there is: without traces, with
// a trace that is only passed on, and with a client's and a server's span that are not,
// or are, to be sent.
func BenchmarkCall(b *testing.B) {
	for name, share := range map[string]float64{"off": -1, "passed on": -1, "not sampled": 0, "sampled": 1} {
		b.Run(name, func(b *testing.B) {
			counts := telemetry.New(telemetry.Build{})
			if share >= 0 {
				provider := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.TraceIDRatioBased(share)))
				counts.Tracer = provider.Tracer("bench")
			}
			options := rpcserver.Options{Telemetry: counts}
			near, server := rpcserver.NewLocal(options), rpcserver.New(options)
			service := &echo.Service{}
			service.Register(near)
			service.Register(server)
			conn := rpctest.Dial(b, rpctest.Listen(b, server), rpcclient.Options{
				Telemetry: counts, Extra: []grpc.DialOption{grpc.WithChainUnaryInterceptor(near.Unary)},
			})
			ctx := b.Context()
			if name == "passed on" {
				ctx = metadata.AppendToOutgoingContext(ctx, "traceparent", traceparent)
			}
			if share >= 0 {
				ctx, _ = counts.Tracer.Start(ctx, "request")
			}
			b.ReportAllocs()
			for b.Loop() {
				_, err := echo.Call(ctx, conn, echo.Get, "words")
				must.OK(b, err)
			}
		})
	}
}
