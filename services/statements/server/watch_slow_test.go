package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// A watcher that does not read is cut off, so that it holds nothing for ever. It
// still gets what was under way and where to go on, and then misses nothing.
func TestASlowWatcherIsCutOff(t *testing.T) {
	ended := make(chan error, 2)
	s := startWatched(t, changefeed.Options{Patience: 500 * time.Millisecond}, rpcserver.Options{
		Extra: []grpc.ServerOption{grpc.ChainStreamInterceptor(
			func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
				err := handler(srv, stream)
				ended <- err
				return err
			})},
	})
	const entities = 400 // of 2 KB: more than all buffers on the way hold
	for i := range entities {
		_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
			EntityId: fmt.Sprintf("e%d", i),
			Entity: &statementsv1.Entity{
				EntityType: statementsv1.Entity_PERSON, DisplayName: "x", Description: strings.Repeat("\U0001F600", 1000),
			},
		})
		must.OK(t, err)
	}
	next := s.watch(t, everything())
	statustest.Check(t, <-ended, codes.Aborted, "WATCH_TOO_SLOW", "")
	var got []string
	var failed error
	for failed == nil {
		var one *statementsv1.WatchResponse
		if one, failed = next(); failed == nil {
			got = append(got, one.GetChange().GetName())
		}
	}
	must.True(t, len(got) > 0 && len(got) < entities, "%d entities", len(got))
	st := statustest.Check(t, failed, codes.Aborted, "WATCH_TOO_SLOW", "")
	rest, _ := until(t, s.watch(t, after(errs.Info(st).GetMetadata()["resume_token"])))
	for _, one := range rest {
		// What was given up on the way may have arrived.
		if name := one.GetChange().GetName(); name != got[len(got)-1] {
			got = append(got, name)
		}
	}
	want := make([]string, entities)
	for i := range want {
		want[i] = fmt.Sprintf("entities/e%d", i)
	}
	must.Equal(t, got, want)
}
