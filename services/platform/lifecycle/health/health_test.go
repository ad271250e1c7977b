package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// switchable is a check that fails while broken is set.
func switchable(broken *atomic.Bool) health.Check {
	return health.Check{Name: "store", Func: func(context.Context) error {
		if broken.Load() {
			return errors.New("host db-7 does not answer")
		}
		return nil
	}}
}

func probe(t *testing.T, readiness *health.Readiness, path string) (int, map[string]any) {
	t.Helper()
	recorder := httptest.NewRecorder()
	readiness.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	var body map[string]any
	must.OK(t, json.Unmarshal(recorder.Body.Bytes(), &body))
	return recorder.Code, body
}

func TestReadyFollowsItsChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.InfoLevel)
		var broken atomic.Bool
		readiness := health.New(zap.New(core), switchable(&broken))

		code, body := probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK)
		must.Equal(t, body, map[string]any{"status": "ready", "checks": map[string]any{"store": "ok"}})

		broken.Store(true)
		code, _ = probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK) // young results are given again
		<-time.After(time.Second)
		for range 2 {
			code, body = probe(t, readiness, "/readyz")
			must.Equal(t, code, http.StatusServiceUnavailable)
			must.Equal(t, body, map[string]any{"status": "not ready", "checks": map[string]any{"store": "failed"}})
			<-time.After(time.Second)
		}
		broken.Store(false)
		code, _ = probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK)
		must.Equal(t, logs.Len(), 2) // each change once
		must.Equal(t, logs.All()[0].ContextMap()["error"], any("host db-7 does not answer"))

		readiness.Off()
		code, body = probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusServiceUnavailable)
		must.Equal(t, body["status"], any("stopping"))
		code, _ = probe(t, readiness, "/healthz")
		must.Equal(t, code, http.StatusOK)
	})
}

func TestASlowCheckFailsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polite := health.Check{Name: "polite", Func: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		stuck := make(chan struct{})
		defer close(stuck)
		rude := health.Check{Name: "rude", Func: func(context.Context) error {
			<-stuck
			return nil
		}}
		start := time.Now()
		report := health.New(zap.NewNop(), polite, rude).Probe(t.Context())
		must.Equal(t, time.Since(start), health.CheckTimeout)
		must.False(t, report.Ready)
		for _, result := range report.Results {
			must.Equal(t, errs.ReasonOf(result.Err), "DEADLINE_EXCEEDED")
		}
	})
}

func TestAProberThatHangsUpChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(ctx context.Context) error { return ctx.Err() }})
	must.True(t, readiness.Probe(ctx).Ready)
}

func TestGRPCWatchSeesChangesAndEnds(t *testing.T) {
	var broken atomic.Bool
	readiness := health.New(zap.NewNop(), switchable(&broken))
	server := grpc.NewServer()
	readiness.RegisterGRPC(server)
	client := healthpb.NewHealthClient(rpctest.Serve(t, server))

	answer := must.Get(client.Check(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_SERVING)
	stream := must.Get(client.Watch(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, must.Get(stream.Recv())(t).GetStatus(), healthpb.HealthCheckResponse_SERVING)
	readiness.Off()
	must.Equal(t, must.Get(stream.Recv())(t).GetStatus(), healthpb.HealthCheckResponse_NOT_SERVING)
	readiness.End()
	_, err := stream.Recv()
	must.Err(t, err)
	server.GracefulStop() // no watch holds it up
}

func TestRunProbesAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		var probes atomic.Int32
		check := switchable(&broken)
		readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(ctx context.Context) error {
			probes.Add(1)
			return check.Func(ctx)
		}})
		ctx, cancel := context.WithCancel(t.Context())
		go readiness.Run(ctx)
		<-time.After(2*health.Interval + time.Millisecond)
		cancel()
		synctest.Wait()
		must.Equal(t, probes.Load(), 3)
	})
}
