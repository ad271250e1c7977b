package command_test

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// Both services can be watched, and a stop does not wait for who watches.
func TestWatchersDoNotHoldUpAStop(t *testing.T) {
	server := start(t, t.TempDir(), "--examples")
	conn := must.Get(grpc.NewClient(server.address(t, `(127\.0\.0\.1:\d+) +gRPC`), grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	defer conn.Close()
	statements := must.Get(statementsv1.NewChangeServiceClient(conn).Watch(t.Context(),
		&statementsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}))(t)
	metrics := must.Get(metricsv1.NewChangeServiceClient(conn).Watch(t.Context(),
		&metricsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}))(t)
	changes := 0
	for change := must.Get(statements.Recv())(t); change.GetChange() != nil; change = must.Get(statements.Recv())(t) {
		changes++
	}
	must.True(t, changes > 20, "%d changes of statements", changes)
	changes = 0
	for change := must.Get(metrics.Recv())(t); change.GetChange() != nil; change = must.Get(metrics.Recv())(t) {
		changes++
	}
	must.True(t, changes > 100, "%d changes of metrics", changes)
	server.stop()
	_, err := statements.Recv()
	statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
	_, err = metrics.Recv()
	statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
}
