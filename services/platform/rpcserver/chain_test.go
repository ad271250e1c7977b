package rpcserver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watched is a running echo server whose log and telemetry a test can read.
type watched struct {
	conn      *grpc.ClientConn
	logs      *observer.ObservedLogs
	telemetry *telemetry.Telemetry
}

func watch(t *testing.T, service *echo.Service, options rpcserver.Options) *watched {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	options.Log = zap.New(core)
	options.Telemetry = telemetry.New(telemetry.Build{Program: "test"})
	return &watched{
		conn: rpctest.Conn(t, options, service.Register),
		logs: logs, telemetry: options.Telemetry,
	}
}

// line returns the only log line, as level and fields.
func (w *watched) line(t *testing.T) (zapcore.Level, map[string]any) {
	t.Helper()
	entries := w.logs.TakeAll()
	must.Equal(t, len(entries), 1)
	return entries[0].Level, entries[0].ContextMap()
}

// counted checks that telemetry has a series with the value.
func (w *watched) counted(t *testing.T, series string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	w.telemetry.AdminHandler(zap.NewNop(), zap.NewAtomicLevel(), false).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	must.Contains(t, recorder.Body.String(), series)
}

func fail(err error) *echo.Service {
	return &echo.Service{
		OnGet:    func(context.Context, string) (string, error) { return "", err },
		OnCreate: func(context.Context, string) (string, error) { return "", err },
		OnWatch:  func(context.Context, string, func(string) error) error { return err },
	}
}

// openAndReceive opens the stream and returns its first answer.
func openAndReceive(ctx context.Context, conn *grpc.ClientConn, text string) (string, error) {
	receive, err := echo.Open(ctx, conn, echo.New(text))
	if err != nil {
		return "", err
	}
	return receive()
}

func TestInvalidRequestIsRefusedCountedAndLogged(t *testing.T) {
	w := watch(t, fail(errors.New("the handler must not run")), rpcserver.Options{})
	for _, method := range []string{"GetEcho", "WatchEchoes"} {
		_, err := echo.Call(t.Context(), w.conn, echo.Get, "")
		if method == "WatchEchoes" {
			_, err = openAndReceive(t.Context(), w.conn, "")
		}
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "text")
		must.Equal(t, statustest.Violations(err)[0].GetReason(), "FIELD_REQUIRED")
		must.Equal(t, statustest.Violations(err)[0].GetDescription(), "is required")
		w.counted(t, fmt.Sprintf(`onrecord_grpc_server_calls_total{code="InvalidArgument",method=%q,service="onrecord.echo.v1.EchoService"}`, "GetEcho"))
	}
	w.counted(t, `onrecord_grpc_server_calls_total{code="InvalidArgument",method="WatchEchoes",service="onrecord.echo.v1.EchoService"} 1`)
	entries := w.logs.TakeAll()
	must.Equal(t, len(entries), 3)
	for _, entry := range entries {
		must.Equal(t, entry.Level, zapcore.InfoLevel)
		must.Equal(t, entry.ContextMap()["code"], any("InvalidArgument"))
		must.Equal(t, entry.ContextMap()["reason"], any("INVALID_REQUEST"))
	}
}

func TestPanicIsInternalAndLoggedWithStack(t *testing.T) {
	service := &echo.Service{
		OnGet:   func(context.Context, string) (string, error) { panic("secret state") },
		OnWatch: func(context.Context, string, func(string) error) error { panic("secret state") },
	}
	w := watch(t, service, rpcserver.Options{})
	calls := map[string]func() error{
		"GetEcho":     func() error { _, err := echo.Call(t.Context(), w.conn, echo.Get, "a"); return err },
		"WatchEchoes": func() error { _, err := openAndReceive(t.Context(), w.conn, "a"); return err },
	}
	for method, call := range calls {
		t.Run(method, func(t *testing.T) {
			st := statustest.Check(t, call(), codes.Internal, "INTERNAL", "")
			must.False(t, strings.Contains(st.Message(), "secret"))
			level, fields := w.line(t)
			must.Equal(t, level, zapcore.ErrorLevel)
			must.Equal(t, fields["error_id"], any(errs.ErrorID(st)))
			must.Contains(t, fields["error"].(string), "secret state")
			must.Contains(t, fields["stack"].(string), "chain_test.go")
			w.counted(t, fmt.Sprintf(`onrecord_grpc_server_calls_total{code="Internal",method=%q,service="onrecord.echo.v1.EchoService"} 1`, method))
		})
	}
}

func TestErrorsBecomeStatuses(t *testing.T) {
	tests := map[string]struct {
		err    error
		code   codes.Code
		reason string
		level  zapcore.Level
	}{
		"not found":   {errs.New(errs.NotFound, "STATEMENT_NOT_FOUND", "no"), codes.NotFound, "STATEMENT_NOT_FOUND", zapcore.InfoLevel},
		"unforeseen":  {errors.New("table gone"), codes.Internal, "INTERNAL", zapcore.ErrorLevel},
		"storage":     {errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "try later"), codes.Unavailable, "STORAGE_UNAVAILABLE", zapcore.WarnLevel},
		"own status":  {status.Error(codes.OutOfRange, "far"), codes.InvalidArgument, "INVALID_REQUEST", zapcore.InfoLevel},
		"gave up":     {context.Canceled, codes.Canceled, "CANCELLED", zapcore.InfoLevel},
		"out of time": {context.DeadlineExceeded, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", zapcore.WarnLevel},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := watch(t, fail(tt.err), rpcserver.Options{})
			_, err := echo.Call(t.Context(), w.conn, echo.Create, "a")
			st := statustest.Check(t, err, tt.code, tt.reason, "")
			level, fields := w.line(t)
			must.Equal(t, level, tt.level)
			_, logged := fields["error"]
			must.Equal(t, logged, tt.level >= zapcore.WarnLevel)
			if tt.code == codes.Internal {
				must.Equal(t, fields["error_id"], any(errs.ErrorID(st)))
				must.Contains(t, fields["error"].(string), "table gone")
			}
			_, err = openAndReceive(t.Context(), w.conn, "a")
			statustest.Check(t, err, tt.code, tt.reason, "")
		})
	}
}

// TestAHealthCheckThatItsClientEndsIsForDebugging: each connection of a client watches the
// health of a server until it ends.
func TestAHealthCheckThatItsClientEndsIsForDebugging(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	conn := rpctest.Conn(t, rpcserver.Options{Log: zap.New(core), Health: health.New(zap.NewNop())}, (&echo.Service{}).Register)
	ctx, cancel := context.WithCancel(t.Context())
	watching := must.Get(healthv1.NewHealthClient(conn).Watch(ctx, &healthv1.HealthCheckRequest{}))(t)
	must.Get(watching.Recv())(t)
	cancel()
	for logs.Len() == 0 {
		runtime.Gosched()
	}
	line := logs.All()[0]
	must.Equal(t, line.ContextMap()["code"], any("Canceled"))
	must.Equal(t, line.Level, zapcore.DebugLevel)
}

// TestWhoLeavesEarlyIsNoFault: a call that begins only when its caller has gone has no
// header to be put on, and must not count as what we did wrong.
func TestWhoLeavesEarlyIsNoFault(t *testing.T) {
	service := &echo.Service{
		OnCreate: func(ctx context.Context, text string) (string, error) {
			if err := rpcserver.SetPartial(ctx, "metrics"); err != nil {
				return "", err
			}
			return text, ctx.Err()
		},
		OnWatch: func(ctx context.Context, _ string, _ func(string) error) error { return ctx.Err() },
	}
	settled := func(string) time.Time { return time.Unix(1, 0) }
	calls := map[string]func(ctx context.Context, conn *grpc.ClientConn) error{
		"CreateEcho": func(ctx context.Context, conn *grpc.ClientConn) error {
			_, err := echo.Call(ctx, conn, echo.Create, "a")
			return err
		},
		"WatchEchoes": func(ctx context.Context, conn *grpc.ClientConn) error {
			_, err := openAndReceive(ctx, conn, "a")
			return err
		},
	}
	for method, call := range calls {
		t.Run(method, func(t *testing.T) {
			late := &late{begun: make(chan struct{}), ended: make(chan struct{})}
			w := watch(t, service, rpcserver.Options{Settled: settled, Extra: []grpc.ServerOption{
				grpc.UnaryInterceptor(late.unary), grpc.StreamInterceptor(late.stream),
			}})
			ctx, leave := context.WithCancel(t.Context())
			go func() {
				<-late.begun
				leave()
			}()
			must.Equal(t, status.Code(call(ctx, w.conn)), codes.Canceled)
			<-late.ended
			level, fields := w.line(t)
			must.Equal(t, level, zapcore.InfoLevel)
			must.Equal(t, fields["code"], any("Canceled"))
			w.counted(t, `onrecord_grpc_server_calls_total{code="Canceled",method="`+method+`",service="onrecord.echo.v1.EchoService"} 1`)
		})
	}
}

// late lets a call go on when its caller has gone.
type late struct{ begun, ended chan struct{} }

func (l *late) wait(ctx context.Context) {
	close(l.begun)
	<-ctx.Done()
	for grpc.SetHeader(ctx, metadata.Pairs("a", "b")) == nil {
		runtime.Gosched() // until the stream is done
	}
}

func (l *late) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	defer close(l.ended)
	l.wait(ctx)
	return handler(ctx, req)
}

func (l *late) stream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	defer close(l.ended)
	l.wait(stream.Context())
	return handler(srv, stream)
}

func TestLevelsOfSuccess(t *testing.T) {
	w := watch(t, &echo.Service{}, rpcserver.Options{})
	for method, want := range map[string]zapcore.Level{echo.Get: zapcore.DebugLevel, echo.Create: zapcore.InfoLevel} {
		must.Get(echo.Call(t.Context(), w.conn, method, "payload"))(t)
		level, fields := w.line(t)
		must.Equal(t, level, want)
		must.Equal(t, fields["method"], any(method))
		must.False(t, strings.Contains(fmt.Sprint(fields), "payload"))
	}
}

func TestIdentity(t *testing.T) {
	var id, requestID string
	service := &echo.Service{OnGet: func(ctx context.Context, text string) (string, error) {
		id, requestID = caller.ID(ctx), caller.RequestID(ctx)
		return text, nil
	}}
	w := watch(t, service, rpcserver.Options{})
	call := func(pairs ...string) (header metadata.MD) {
		ctx := metadata.AppendToOutgoingContext(t.Context(), pairs...)
		must.Get(echo.Call(ctx, w.conn, echo.Get, "a", grpc.Header(&header)))(t)
		return header
	}
	header := call(caller.RequestIDKey, "r-1", caller.MetadataKey, "ann")
	must.Equal(t, len(header.Get(caller.RequestIDKey)), 0) // its own, which it knows
	must.Equal(t, []string{id, requestID}, []string{"ann", "r-1"})
	_, fields := w.line(t)
	must.Equal(t, fields["request_id"], any("r-1"))
	must.Equal(t, fields["caller"], any("ann"))

	header = call()
	must.Equal(t, id, "anonymous")
	must.Equal(t, len(requestID), 36)
	must.Equal(t, header.Get(caller.RequestIDKey), []string{requestID})

	call(caller.RequestIDKey, strings.Repeat("x", 500), caller.MetadataKey, "two words")
	must.Equal(t, id, "anonymous")
	must.Equal(t, len(requestID), 36)
}

func TestUnknownMethodIsAnsweredAndCountedUnderOneName(t *testing.T) {
	w := watch(t, &echo.Service{}, rpcserver.Options{})
	for _, method := range []string{echo.Missing, "/no.Such/Thing", "/no.Such/" + strings.Repeat("x", 1000)} {
		_, err := echo.Call(t.Context(), w.conn, method, "a")
		st := statustest.Check(t, err, codes.Unimplemented, "UNKNOWN_METHOD", "")
		must.True(t, len(st.Message()) < 300)
		_, fields := w.line(t)
		must.True(t, len(fields["method"].(string)) < 300)
	}
	w.counted(t, `onrecord_grpc_server_calls_total{code="Unimplemented",method="unknown",service="unknown"} 3`)
}
