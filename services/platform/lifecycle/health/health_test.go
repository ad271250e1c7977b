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

	"github.com/prometheus/client_golang/prometheus"
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

// shown is what telemetry says: 1 for a program that is ready.
func shown(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	families := must.Get(registry.Gather())(t)
	must.Equal(t, len(families), 1)
	must.Equal(t, families[0].GetName(), "onrecord_ready")
	return families[0].GetMetric()[0].GetGauge().GetValue()
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
		readiness, registry := health.New(zap.New(core), switchable(&broken)), prometheus.NewRegistry()
		readiness.Register(registry)
		must.Equal(t, shown(t, registry), 0.)

		code, body := probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK)
		must.Equal(t, shown(t, registry), 1.)
		must.Equal(t, body, map[string]any{"status": "ready", "checks": map[string]any{"store": "ok"}})

		broken.Store(true)
		code, _ = probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK) // young results are given again
		<-time.After(time.Second)
		for range 2 {
			code, body = probe(t, readiness, "/readyz")
			must.Equal(t, code, http.StatusServiceUnavailable)
			must.Equal(t, body, map[string]any{"status": "not ready", "checks": map[string]any{"store": "failed"}})
			must.Equal(t, shown(t, registry), 0.)
			<-time.After(time.Second)
		}
		broken.Store(false)
		code, _ = probe(t, readiness, "/readyz")
		must.Equal(t, code, http.StatusOK)
		must.Equal(t, shown(t, registry), 1.)
		must.Equal(t, logs.Len(), 2) // each change once
		must.Equal(t, logs.All()[0].ContextMap()["error"], any("host db-7 does not answer"))

		readiness.Off()
		must.Equal(t, shown(t, registry), 0.)
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
			return errors.New("db-7 does not answer")
		}}
		stuck := make(chan struct{})
		defer close(stuck)
		rude := health.Check{Name: "rude", Func: func(context.Context) error {
			<-stuck
			return nil
		}}
		start := time.Now()
		report := health.New(zap.NewNop(), polite, rude).Probe(t.Context())
		must.Equal(t, time.Since(start), health.CheckTimeout+100*time.Millisecond) // for the last words of rude
		must.False(t, report.Ready)
		for _, result := range report.Results {
			must.Equal(t, errs.ReasonOf(result.Err), "DEADLINE_EXCEEDED")
		}
		must.Contains(t, report.Results[0].Err.Error(), "db-7 does not answer") // the log says what was late
	})
}

// TestALateCheckIsNotReady: also one that would say that its thing serves all the same. Of
// which kind a failure is, a check knows better.
func TestALateCheckIsNotReady(t *testing.T) {
	for _, tt := range []struct {
		says   error
		reason string
	}{
		{health.Degraded(errs.New(errs.ResourceExhausted, "STORAGE_FULL", "the disk of db-7 is full")), "DEADLINE_EXCEEDED"},
		{errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the disk of db-7 is full"), "STORAGE_UNAVAILABLE"},
	} {
		synctest.Test(t, func(t *testing.T) {
			report := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(ctx context.Context) error {
				<-ctx.Done()
				return tt.says
			}}).Probe(t.Context())
			must.False(t, report.Ready)
			must.Equal(t, errs.ReasonOf(report.Results[0].Err), tt.reason)
			must.Contains(t, report.Results[0].Err.Error(), "the disk of db-7 is full")
		})
	}
}

// said is what a check that fails so, one after the other, has logged.
func said(t *testing.T, failures ...error) (said []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.InfoLevel)
		var err error
		readiness := health.New(zap.New(core), health.Check{Name: "store", Func: func(context.Context) error { return err }})
		for _, err = range failures {
			readiness.Probe(t.Context())
			<-time.After(time.Second)
		}
		for _, line := range logs.All() {
			text, _ := line.ContextMap()["error"].(string)
			said = append(said, line.Message+" "+text)
		}
	})
	return said
}

var (
	late = errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "late")
	gone = errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "gone")
)

// TestEachReasonIsLoggedOnce: the first of an outage is often that nothing came in time.
func TestEachReasonIsLoggedOnce(t *testing.T) {
	must.Equal(t, said(t, late, late, gone, late, gone, nil, nil, gone), []string{
		"check fails DEADLINE_EXCEEDED: late", "check fails UNAVAILABLE/STORAGE_UNAVAILABLE: gone", "check passes again ",
		"check fails UNAVAILABLE/STORAGE_UNAVAILABLE: gone",
	})
}

// TestEachOutageIsLogged: also of a check that never passes between them.
func TestEachOutageIsLogged(t *testing.T) {
	full := health.Degraded(errs.New(errs.ResourceExhausted, "STORAGE_FULL", "full"))
	must.Equal(t, said(t, full, gone, gone, full, full, gone, late, gone, full, nil), []string{
		"check fails RESOURCE_EXHAUSTED/STORAGE_FULL: full", "check fails UNAVAILABLE/STORAGE_UNAVAILABLE: gone",
		"check fails RESOURCE_EXHAUSTED/STORAGE_FULL: full", "check fails UNAVAILABLE/STORAGE_UNAVAILABLE: gone",
		"check fails DEADLINE_EXCEEDED: late", "check fails RESOURCE_EXHAUSTED/STORAGE_FULL: full", "check passes again ",
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
	readiness.Off() // a probe sees it; who watches has a program that serves, still
	answer = must.Get(client.Check(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_NOT_SERVING)
	late := must.Get(client.Watch(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, must.Get(late.Recv())(t).GetStatus(), healthpb.HealthCheckResponse_SERVING)
	readiness.End()
	for _, watch := range []healthpb.Health_WatchClient{stream, late} {
		last, err := watch.Recv()
		must.Equal(t, last.GetStatus() == healthpb.HealthCheckResponse_SERVING, false)
		for err == nil {
			_, err = watch.Recv()
		}
	}
	server.GracefulStop() // no watch holds it up
}

// TestRunProbesAgainAndAgain: more often while a check fails, so that a program that
// waited for something serves soon.
func TestRunProbesAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		var at []time.Duration
		begun := time.Now()
		check := switchable(&broken)
		readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(ctx context.Context) error {
			at = append(at, time.Since(begun))
			if len(at) == 3 {
				broken.Store(false)
			}
			return check.Func(ctx)
		}})
		ctx, cancel := context.WithCancel(t.Context())
		go readiness.Run(ctx)
		<-time.After(2*health.FailingInterval + 2*health.Interval + time.Millisecond)
		cancel()
		synctest.Wait()
		second := 2 * health.FailingInterval
		must.Equal(t, at, []time.Duration{0, health.FailingInterval, second, second + health.Interval, second + 2*health.Interval})
	})
}

// TestClientsAreNotToldOfOneLateCheck: they would leave every replica of a service
// whose store is slow for a moment. Probes see it, and clients do if it lasts, or if the
// check fails in another way.
func TestClientsAreNotToldOfOneLateCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fails atomic.Pointer[error] // a check that is late is left behind
		readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(ctx context.Context) error {
			err := *fails.Load()
			if errors.Is(err, context.DeadlineExceeded) {
				<-ctx.Done()
			}
			return err
		}})
		told := register(readiness)
		probe := func(fault error) (ready bool, status healthpb.HealthCheckResponse_ServingStatus) {
			fails.Store(&fault)
			<-time.After(time.Second) // the last report is not given again
			ready = readiness.Probe(t.Context()).Ready
			answer, err := told.Check(t.Context(), &healthpb.HealthCheckRequest{})
			must.OK(t, err)
			return ready, answer.GetStatus()
		}
		for _, step := range []struct {
			fails   error
			ready   bool
			serving bool
		}{
			{nil, true, true},
			{context.DeadlineExceeded, false, true},
			{context.DeadlineExceeded, false, false},
			{nil, true, true},
			{errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "gone"), false, false},
			{context.DeadlineExceeded, false, false},
		} {
			ready, status := probe(step.fails)
			must.Equal(t, ready, step.ready)
			must.Equal(t, status == healthpb.HealthCheckResponse_SERVING, step.serving)
		}
	})
}

// registrar keeps the health service that is registered on it.
type registrar struct{ service healthpb.HealthServer }

func (r *registrar) RegisterService(_ *grpc.ServiceDesc, service any) {
	r.service, _ = service.(healthpb.HealthServer)
}

func register(readiness *health.Readiness) healthpb.HealthServer {
	r := &registrar{}
	readiness.RegisterGRPC(r)
	return r.service
}
