package server

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// upstreams checks the services behind the gateway. It is not ready until each
// has answered once; later it is ready while any answers, since taking every
// replica away because one service is down would take the other down too.
type upstreams struct {
	services []*upstream

	mu sync.Mutex
}

type upstream struct {
	name   string
	health grpc_health_v1.HealthClient
	seen   bool
}

func (u *upstreams) add(name string, conn grpc.ClientConnInterface) {
	u.services = append(u.services, &upstream{name: name, health: grpc_health_v1.NewHealthClient(conn)})
}

func (u *upstreams) len() int { return len(u.services) }

func (u *upstreams) check(ctx context.Context) error {
	failed := make([]error, len(u.services))
	var group sync.WaitGroup
	for i, service := range u.services {
		group.Go(func() { failed[i] = service.check(ctx) })
	}
	group.Wait()

	u.mu.Lock()
	defer u.mu.Unlock()
	var reasons []error
	allSeen := true
	for i, service := range u.services {
		if failed[i] == nil {
			service.seen = true
			continue
		}
		allSeen = allSeen && service.seen
		reasons = append(reasons, failed[i])
	}
	if len(reasons) == len(u.services) || !allSeen {
		return errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "a service does not answer").Wrap(errors.Join(reasons...))
	}
	return nil
}

func (s *upstream) check(ctx context.Context) error {
	answer, err := s.health.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("%s: %s", s.name, answer.GetStatus())
	}
	return nil
}
