package rpcclient_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func dial(t *testing.T, service *echo.Service, options rpcclient.Options) *grpc.ClientConn {
	t.Helper()
	server := rpcserver.New(rpcserver.Options{})
	service.Register(server)
	return rpctest.Dial(t, rpctest.Listen(t, server), options)
}

// flaky returns a service that is unavailable for the first calls.
func flaky(failures int32) (*echo.Service, *atomic.Int32) {
	var calls atomic.Int32
	handle := func(_ context.Context, text string) (string, error) {
		if calls.Add(1) <= failures {
			return "", errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "later")
		}
		return text, nil
	}
	return &echo.Service{OnGet: handle, OnCreate: handle}, &calls
}

func TestReadsAreRepeated(t *testing.T) {
	service, calls := flaky(2)
	conn := dial(t, service, rpcclient.Options{})
	must.Equal(t, must.Get(echo.Call(t.Context(), conn, echo.Get, "a"))(t), "a")
	must.Equal(t, calls.Load(), 3)
}

func TestRepetitionEnds(t *testing.T) {
	service, calls := flaky(1000)
	conn := dial(t, service, rpcclient.Options{})
	_, err := echo.Call(t.Context(), conn, echo.Get, "a")
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Equal(t, calls.Load(), 4)
}

func TestWritesWithARequestIDAreRepeated(t *testing.T) {
	service, calls := flaky(2)
	conn := dial(t, service, rpcclient.Options{})
	answer := echo.New("")
	must.OK(t, conn.Invoke(t.Context(), echo.Create, echo.Identified("a", "0190a0c0-0000-7000-8000-000000000001"), answer))
	must.Equal(t, echo.Text(answer), "a")
	must.Equal(t, calls.Load(), 3)
}

// TestARetryDoesNotForgetWhatAnEarlierTryMayHaveWritten: its own refusal knows nothing of
// that one. A read writes nothing.
func TestARetryDoesNotForgetWhatAnEarlierTryMayHaveWritten(t *testing.T) {
	unavailable := func() *errs.Error { return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "later") }
	limited := errs.New(errs.ResourceExhausted, "RATE_LIMITED", "too often")
	for name, test := range map[string]struct {
		tries  []error
		method string
		want   bool
	}{
		"not written at last":  {[]error{unavailable().MaybeWritten(), unavailable().NotWritten(), unavailable().NotWritten(), unavailable().NotWritten()}, echo.Create, true},
		"refused at last":      {[]error{unavailable().MaybeWritten(), limited}, echo.Create, true},
		"refused by its rules": {[]error{unavailable(), unavailable().NotWritten(), errs.Invalid("a", "B", "c")}, echo.Create, true},
		"never written":        {[]error{unavailable().NotWritten(), limited}, echo.Create, false},
		"a read":               {[]error{unavailable(), limited}, echo.Get, false},
	} {
		t.Run(name, func(t *testing.T) {
			tries := test.tries
			handle := func(context.Context, string) (string, error) {
				err := tries[0]
				tries = tries[1:]
				return "", err
			}
			conn := dial(t, &echo.Service{OnGet: handle, OnCreate: handle}, rpcclient.Options{})
			err := conn.Invoke(t.Context(), test.method, echo.Identified("a", "0190a0c0-0000-7000-8000-000000000001"), echo.New(""))
			must.Equal(t, len(tries), 0)
			must.Equal(t, errs.WriteUnknown(err), test.want)
			last := test.tries[len(test.tries)-1]
			must.Equal(t, errs.ReasonOf(err), errs.ReasonOf(last))
			must.Equal(t, status.Convert(err).Message(), errs.ToStatus(last).Message())
		})
	}
}

// TestARetryWaitsAsLongAsItIsAsked, and does not where its deadline comes first, or its
// caller would wait for long.
func TestARetryWaitsAsLongAsItIsAsked(t *testing.T) {
	for name, test := range map[string]struct{ timeout, asked time.Duration }{
		"its deadline comes first": {time.Second, 2 * time.Second},
		"long":                     {time.Hour, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			var calls int
			service := &echo.Service{OnGet: func(context.Context, string) (string, error) {
				calls++
				return "", errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "later").Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(test.asked)})
			}}
			_, err := echo.Call(t.Context(), dial(t, service, rpcclient.Options{Timeout: test.timeout}), echo.Get, "a")
			statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
			must.Equal(t, calls, 1)
		})
	}
}

func TestNothingIsRepeatedOnce(t *testing.T) {
	service, calls := flaky(1)
	conn := dial(t, service, rpcclient.Options{Once: true})
	_, err := echo.Call(t.Context(), conn, echo.Get, "a")
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Equal(t, calls.Load(), 1)
}

// TestAnOutageIsNotMultiplied: where no call succeeds, the tries of many calls come to
// little more than the calls; where they do again, they are repeated again.
func TestAnOutageIsNotMultiplied(t *testing.T) {
	t.Parallel()
	const calls = 1000
	service, tries := flaky(1 << 30)
	conn := dial(t, service, rpcclient.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			_, err := echo.Call(ctx, conn, echo.Get, "a")
			statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
		})
	}
	all.Wait()
	must.True(t, tries.Load() <= calls+500, "%d calls were tried %d times", calls, tries.Load())

	service.OnGet = nil // it works from here on
	for range calls * 10 {
		must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
	}
	service.OnGet = service.OnCreate
	tries.Store(1<<30 - 1)
	must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
}

func TestWritesAreNotRepeated(t *testing.T) {
	service, calls := flaky(1)
	conn := dial(t, service, rpcclient.Options{})
	_, err := echo.Call(t.Context(), conn, echo.Create, "a")
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Equal(t, calls.Load(), 1)
}

func TestOtherErrorsAreNotRepeated(t *testing.T) {
	var calls atomic.Int32
	service := &echo.Service{OnGet: func(context.Context, string) (string, error) {
		calls.Add(1)
		return "", errs.New(errs.NotFound, "", "no")
	}}
	_, err := echo.Call(t.Context(), dial(t, service, rpcclient.Options{}), echo.Get, "a")
	statustest.Check(t, err, codes.NotFound, "NOT_FOUND", "")
	must.Equal(t, calls.Load(), 1)
}

func TestDefaultDeadline(t *testing.T) {
	service := &echo.Service{OnCreate: func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}}
	conn := dial(t, service, rpcclient.Options{Timeout: time.Millisecond})
	_, err := echo.Call(t.Context(), conn, echo.Create, "a")
	must.Equal(t, errs.KindOf(err), errs.DeadlineExceeded)
}

func TestIdentityGoesOn(t *testing.T) {
	var got [2]string
	service := &echo.Service{
		OnGet: func(ctx context.Context, text string) (string, error) {
			got = [2]string{caller.ID(ctx), caller.RequestID(ctx)}
			return text, nil
		},
		OnWatch: func(ctx context.Context, text string, send func(string) error) error {
			got = [2]string{caller.ID(ctx), caller.RequestID(ctx)}
			return send(text)
		},
	}
	conn := dial(t, service, rpcclient.Options{})
	ctx := caller.WithRequestID(caller.WithID(t.Context(), "ann"), "r-1")
	must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
	must.Equal(t, got, [2]string{"ann", "r-1"})

	got = [2]string{}
	receive := must.Get(echo.Open(ctx, conn, echo.New("a")))(t)
	must.Get(receive())(t)
	must.Equal(t, got, [2]string{"ann", "r-1"})

	ctx = metadata.AppendToOutgoingContext(ctx, caller.RequestIDKey, "explicit")
	must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
	must.Equal(t, got, [2]string{"ann", "explicit"})
}

func TestCallsAreCountedOnceWithTheirTries(t *testing.T) {
	service, _ := flaky(1)
	counts := telemetry.New(telemetry.Build{})
	conn := dial(t, service, rpcclient.Options{Telemetry: counts})
	must.Get(echo.Call(t.Context(), conn, echo.Get, "a"))(t)
	families := must.Get(counts.Registry.Gather())(t)
	for _, family := range families {
		if family.GetName() == "onrecord_grpc_client_calls_total" {
			must.Equal(t, len(family.GetMetric()), 1)
			must.Equal(t, family.GetMetric()[0].GetCounter().GetValue(), 1.0)
			return
		}
	}
	t.Fatalf("no series onrecord_grpc_client_calls_total")
}

// Over a name with the dns scheme the connection watches health: a server that
// is not ready gets no calls, and gets them when it is.
func TestHealthIsWatchedOverDNS(t *testing.T) {
	t.Parallel()
	var ready atomic.Bool
	readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(context.Context) error {
		if ready.Load() {
			return nil
		}
		return errs.New(errs.Unavailable, "", "not yet")
	}})
	server := rpcserver.New(rpcserver.Options{Health: readiness})
	(&echo.Service{}).Register(server)
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() {
		server.Stop()
		must.OK(t, <-served)
	}()
	conn, err := rpcclient.Dial("dns:///"+listener.Addr().String(), rpcclient.Options{})
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()

	_, err = echo.Call(t.Context(), conn, echo.Create, "a")
	must.Equal(t, errs.KindOf(err), errs.Unavailable)
	ready.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		readiness.Run(ctx)
	}()
	must.Get(echo.Call(t.Context(), conn, echo.Create, "a", grpc.WaitForReady(true)))(t)
	cancel()
	<-done
}

func TestWrongTarget(t *testing.T) {
	_, err := rpcclient.Dial("dns:///%zz:1", rpcclient.Options{})
	must.Err(t, err)
}

// TestAKeyIsShownWithEveryCall, and on no connection that nobody said how to secure.
func TestAKeyIsShownWithEveryCall(t *testing.T) {
	var shown []string
	service := &echo.Service{OnGet: func(ctx context.Context, text string) (string, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		shown = md.Get("authorization")
		return text, nil
	}}
	conn := dial(t, service, rpcclient.Options{Key: "secret", Credentials: insecure.NewCredentials()})
	must.Get(echo.Call(caller.WithID(t.Context(), "ann"), conn, echo.Get, "a"))(t)
	must.Equal(t, shown, []string{"Bearer secret"})
	_, err := rpcclient.Dial("dns:///statements:1", rpcclient.Options{Key: "secret"})
	must.Err(t, err)
	must.False(t, strings.Contains(err.Error(), "secret"))
}
