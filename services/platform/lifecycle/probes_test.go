package lifecycle_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// serveProbes serves the probes of a program whose only check says err.
func serveProbes(t *testing.T, err error) (address string, client healthpb.HealthClient) {
	t.Helper()
	listener, listenErr := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must.OK(t, listenErr)
	readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(context.Context) error { return err }})
	component := lifecycle.Probes(listener, readiness)
	done := make(chan error, 1)
	go func() { done <- component.Serve(t.Context()) }()
	address = listener.Addr().String()
	conn, dialErr := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must.OK(t, dialErr)
	t.Cleanup(func() {
		must.OK(t, component.Stop(context.WithoutCancel(t.Context())))
		must.OK(t, <-done)
		must.OK(t, conn.Close())
	})
	return address, healthpb.NewHealthClient(conn)
}

// TestProbesOverGRPCAndHTTP: one listener answers the kubelet's native gRPC probes
// and plain HTTP alike.
func TestProbesOverGRPCAndHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		check error
		grpc  healthpb.HealthCheckResponse_ServingStatus
		http  int
	}{
		"ready":     {nil, healthpb.HealthCheckResponse_SERVING, http.StatusOK},
		"not ready": {errors.New("no store"), healthpb.HealthCheckResponse_NOT_SERVING, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			address, client := serveProbes(t, c.check)
			answer, err := client.Check(t.Context(), &healthpb.HealthCheckRequest{})
			must.OK(t, err)
			must.Equal(t, answer.GetStatus(), c.grpc)
			// A program whose store is away lives: to start it again would not help.
			answer, err = client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: health.Live})
			must.OK(t, err)
			must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_SERVING)
			_, err = client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: "invented"})
			must.Equal(t, status.Code(err), codes.NotFound)
			for path, code := range map[string]int{"/readyz": c.http, "/healthz": http.StatusOK, "/metrics": http.StatusNotFound} {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
				must.OK(t, err)
				response, err := http.DefaultClient.Do(request)
				must.OK(t, err)
				must.OK(t, response.Body.Close())
				must.Equal(t, response.StatusCode, code)
			}
		})
	}
}

// TestAWatchOfProbesDoesNotHoldUpTheStop: the cleanup stops the component while the
// watch is open.
func TestAWatchOfProbesDoesNotHoldUpTheStop(t *testing.T) {
	_, client := serveProbes(t, nil)
	stream, err := client.Watch(context.WithoutCancel(t.Context()), &healthpb.HealthCheckRequest{})
	must.OK(t, err)
	first, err := stream.Recv()
	must.OK(t, err)
	must.Equal(t, first.GetStatus(), healthpb.HealthCheckResponse_SERVING)
}
