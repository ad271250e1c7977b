package health

import (
	"context"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Live is the service name under which gRPC health says that the process runs,
// whatever its checks say: the liveness probe.
const Live = "live"

// grpcHealth is the standard health service, except that its watches end when
// the program drains.
type grpcHealth struct {
	*health.Server
	ended chan struct{}
	once  sync.Once
}

func newGRPCHealth() *grpcHealth {
	h := &grpcHealth{Server: health.NewServer(), ended: make(chan struct{})}
	h.set(false)
	h.SetServingStatus(Live, healthpb.HealthCheckResponse_SERVING)
	return h
}

// RegisterGRPC serves grpc.health.v1.Health on a server. The status is that of
// the whole program, under the empty service name.
func (r *Readiness) RegisterGRPC(server grpc.ServiceRegistrar) {
	healthpb.RegisterHealthServer(server, &checkedHealth{grpcHealth: r.grpc, readiness: r})
}

func (h *grpcHealth) set(ready bool) {
	status := healthpb.HealthCheckResponse_NOT_SERVING
	if ready {
		status = healthpb.HealthCheckResponse_SERVING
	}
	h.SetServingStatus("", status)
}

func (h *grpcHealth) end() { h.once.Do(func() { close(h.ended) }) }

// checkedHealth probes when it is asked instead of answering from memory.
type checkedHealth struct {
	*grpcHealth
	readiness *Readiness
}

// Check implements grpc.health.v1.Health.
func (h *checkedHealth) Check(ctx context.Context, req *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	if req.GetService() == "" {
		h.readiness.Probe(ctx)
		if h.readiness.isStopping() {
			return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_NOT_SERVING}, nil
		}
	}
	return h.grpcHealth.Check(ctx, req)
}

// Watch implements grpc.health.v1.Health.
func (h *checkedHealth) Watch(req *healthpb.HealthCheckRequest, stream grpc.ServerStreamingServer[healthpb.HealthCheckResponse]) error {
	if req.GetService() == "" {
		h.readiness.Probe(stream.Context())
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-h.ended:
			cancel()
		case <-stop:
		}
	}()
	return h.grpcHealth.Watch(req, &watchStream{ServerStreamingServer: stream, ctx: ctx})
}

// watchStream is a stream whose context also ends when the program drains.
type watchStream struct {
	grpc.ServerStreamingServer[healthpb.HealthCheckResponse]
	ctx context.Context
}

func (s *watchStream) Context() context.Context { return s.ctx }
