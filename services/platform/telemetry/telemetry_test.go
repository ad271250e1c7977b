package telemetry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func request(t *testing.T, handler http.Handler, method, path, body string) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

func TestBothSidesOfACallAreCounted(t *testing.T) {
	counts := telemetry.New(telemetry.Build{Program: "test"})
	service := &echo.Service{
		OnGet: func(context.Context, string) (string, error) { return "", status.Error(codes.NotFound, "no") },
		OnCreate: func(context.Context, string) (string, error) {
			return "", status.Error(codes.Code(4711), "a code of no meaning")
		},
	}
	server := grpc.NewServer(
		grpc.ChainUnaryInterceptor(counts.UnaryServer()),
		grpc.ChainStreamInterceptor(counts.StreamServer(func(string) bool { return true })),
	)
	service.Register(server)
	conn := rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{Telemetry: counts})
	_, err := echo.Call(t.Context(), conn, echo.Get, "a")
	must.Err(t, err)
	_, err = echo.Call(t.Context(), conn, echo.Create, "a")
	must.Err(t, err)
	receive := must.Get(echo.Open(t.Context(), conn, echo.New("a")))(t)
	must.Get(receive())(t)
	_, err = receive()
	must.ErrorIs(t, err, io.EOF)

	_, text := request(t, counts.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false), "GET", "/metrics", "")
	for _, side := range []string{"server", "client"} {
		for _, series := range []string{
			`calls_total{code="NotFound",method="GetEcho",service="onrecord.echo.v1.EchoService"} 1`,
			`calls_total{code="Unknown",method="CreateEcho",service="onrecord.echo.v1.EchoService"} 1`,
			`calls_total{code="OK",method="WatchEchoes",service="onrecord.echo.v1.EchoService"} 1`,
			`call_seconds_count{method="GetEcho",service="onrecord.echo.v1.EchoService"} 1`,
			`calls_in_flight{service="onrecord.echo.v1.EchoService"} 0`,
		} {
			must.Contains(t, text, "onrecord_grpc_"+side+"_"+series)
		}
	}
}

func TestAStreamWithOneAnswerIsCounted(t *testing.T) {
	counts := telemetry.New(telemetry.Build{})
	server := rpcserver.New(rpcserver.Options{})
	(&echo.Service{}).Register(server)
	conn := rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{Telemetry: counts})
	stream := must.Get(conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, echo.Get))(t)
	must.OK(t, stream.SendMsg(echo.New("a")))
	must.OK(t, stream.CloseSend())
	must.OK(t, stream.RecvMsg(echo.New("")))
	_, text := request(t, counts.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false), "GET", "/metrics", "")
	must.Contains(t, text, `onrecord_grpc_client_calls_total{code="OK",method="GetEcho",service="onrecord.echo.v1.EchoService"} 1`)
}

func TestAStreamThatIsGivenUpIsCounted(t *testing.T) {
	counts := telemetry.New(telemetry.Build{})
	service := &echo.Service{OnWatch: func(ctx context.Context, text string, send func(string) error) error {
		if err := send(text); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	server := rpcserver.New(rpcserver.Options{})
	service.Register(server)
	conn := rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{Telemetry: counts})
	ctx, cancel := context.WithCancel(t.Context())
	receive := must.Get(echo.Open(ctx, conn, echo.New("a")))(t)
	must.Get(receive())(t)
	cancel()
	_, err := receive()
	must.Equal(t, status.Code(err), codes.Canceled)
	_, text := request(t, counts.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false), "GET", "/metrics", "")
	must.Contains(t, text, `onrecord_grpc_client_calls_total{code="Canceled",method="WatchEchoes",service="onrecord.echo.v1.EchoService"} 1`)
}

func TestAStreamThatCannotOpenIsCounted(t *testing.T) {
	counts := telemetry.New(telemetry.Build{})
	broken := errors.New("no route")
	streamer := func(context.Context, *grpc.StreamDesc, *grpc.ClientConn, string, ...grpc.CallOption) (grpc.ClientStream, error) {
		return nil, broken
	}
	_, err := counts.StreamClient()(t.Context(), &grpc.StreamDesc{}, nil, "/p.S/M", streamer)
	must.ErrorIs(t, err, broken)
	_, text := request(t, counts.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false), "GET", "/metrics", "")
	must.Contains(t, text, `onrecord_grpc_client_calls_total{code="Unknown",method="M",service="p.S"} 1`)
}

func TestAdminHandler(t *testing.T) {
	build := telemetry.ReadBuild("statements")
	must.Equal(t, build.Program, "statements")
	must.NotEqual(t, build.Go, "")
	counts := telemetry.New(build)
	must.Equal(t, counts.Build(), build)
	level := zap.NewAtomicLevel()
	core, logs := observer.New(zap.ErrorLevel)
	loopback, open := counts.AdminHandler(zap.New(core), level, true), counts.AdminHandler(zap.New(core), level, false)

	code, body := request(t, open, "GET", "/buildinfo", "")
	must.Equal(t, code, http.StatusOK)
	must.Contains(t, body, `"program":"statements"`)
	_, body = request(t, open, "GET", "/metrics", "")
	must.Contains(t, body, `onrecord_build_info{`)
	must.Contains(t, body, "go_goroutines")

	code, _ = request(t, loopback, "GET", "/debug/pprof/symbol", "")
	must.Equal(t, code, http.StatusOK)
	code, _ = request(t, open, "GET", "/debug/pprof/symbol", "")
	must.Equal(t, code, http.StatusNotFound)
	code, _ = request(t, loopback, "GET", "/debug/pprof/cmdline", "") // a flag may have a password
	must.Equal(t, code, http.StatusNotFound)

	code, _ = request(t, open, "PUT", "/loglevel", `{"level":"debug"}`)
	must.Equal(t, code, http.StatusMethodNotAllowed)
	must.Equal(t, level.Level(), zapcore.InfoLevel)
	code, _ = request(t, loopback, "PUT", "/loglevel", `{"level":"debug"}`)
	must.Equal(t, code, http.StatusOK)
	must.Equal(t, level.Level(), zapcore.DebugLevel)
	must.Equal(t, logs.Len(), 1) // what was refused changed nothing
	changed := logs.All()[0].ContextMap()
	must.Equal(t, changed["caller"], any("anonymous"))
	must.Equal(t, changed["before"], any("info"))
	must.Equal(t, changed["now"], any("debug"))
	_, body = request(t, open, "GET", "/loglevel", "")
	must.Contains(t, body, "debug")
}

func TestTwoProgramsInOneProcessDoNotMeet(t *testing.T) {
	first, second := telemetry.New(telemetry.Build{}), telemetry.New(telemetry.Build{})
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "onrecord_sample"})
	must.OK(t, first.Registry.Register(gauge))
	must.OK(t, second.Registry.Register(gauge))
	_ = second.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false)
	_ = second.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), true) // twice: no double registration
}
