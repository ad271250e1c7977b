package server_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// everything watches from before the first change.
func everything() *metricsv1.WatchRequest {
	return &metricsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}
}

// after watches from a token.
func after(token string) *metricsv1.WatchRequest { return &metricsv1.WatchRequest{ResumeToken: token} }

// watch opens a watch that ends with the test.
func (s *service) watch(t testing.TB, req *metricsv1.WatchRequest) func() (*metricsv1.WatchResponse, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	stream, err := s.changes.Watch(ctx, req)
	must.OK(t, err)
	return stream.Recv
}

// until reads changes up to the next heartbeat.
func until(t testing.TB, next func() (*metricsv1.WatchResponse, error)) (changes []*metricsv1.WatchResponse, beat *metricsv1.WatchResponse) {
	t.Helper()
	for {
		got, err := next()
		must.OK(t, err)
		must.NotEqual(t, got.GetResumeToken(), "")
		if got.GetChange() == nil {
			return changes, got
		}
		must.True(t, got.GetSettledTime() == nil)
		changes = append(changes, got)
	}
}

// startChanged is a service with a metric that was changed and a figure that was retracted.
func startChanged(t testing.TB) (s *service, gone *metricsv1.Figure) {
	t.Helper()
	s = start(t)
	s.metric(t, "deaths", plainMetric("Deaths", "deaths", metricsv1.Metric_COUNT, ucum("1")))
	_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
		Metric: &metricsv1.Metric{Name: "metrics/deaths", Description: "x"},
	})
	must.OK(t, err)
	s.figure(t, "f", &metricsv1.Figure{
		Metric: "metrics/deaths", TimePeriod: period("2020"), ValueKind: metricsv1.Figure_POINT, Value: number("5"), Unit: ucum("1"),
		Origin: &metricsv1.Origin{Producer: "P"},
	})
	gone, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f", Reason: "wrong"})
	must.OK(t, err)
	return s, gone
}

func TestWatchSendsEveryChange(t *testing.T) {
	s, gone := startChanged(t)
	got, beat := until(t, s.watch(t, everything()))
	must.Equal(t, len(got), 5)
	for i, want := range []struct {
		name string
		what metricsv1.Change_Type
	}{
		{"metrics/deaths", metricsv1.Change_CREATED}, {"metrics/deaths", metricsv1.Change_UPDATED},
		{"figures/f", metricsv1.Change_CREATED}, {"figures/f", metricsv1.Change_RETRACTED},
		{gone.GetRetraction().GetName(), metricsv1.Change_CREATED},
	} {
		must.Equal(t, got[i].GetChange().GetName(), want.name)
		must.Equal(t, got[i].GetChange().GetType(), want.what)
		must.NotEqual(t, got[i].GetChange().GetCaller(), "")
	}
	metric, err := s.metrics.GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/deaths"})
	must.OK(t, err)
	must.Equal(t, got[1].GetChange().GetMetric(), metric)
	must.Equal(t, got[3].GetChange().GetFigure(), gone)
	must.Equal(t, got[3].GetChange().GetRecordTime(), gone.GetDeleteTime())
	must.Equal(t, got[4].GetChange().GetCorrection(), gone.GetRetraction())
	must.False(t, beat.GetSettledTime().AsTime().Before(gone.GetDeleteTime().AsTime()))
}

func TestWatchGoesOnFromAnywhere(t *testing.T) {
	s, gone := startChanged(t)
	all, beat := until(t, s.watch(t, everything()))
	for i, one := range all {
		rest, end := until(t, s.watch(t, after(one.GetResumeToken())))
		must.Equal(t, append(all[:i+1:i+1], rest...), all)
		must.Equal(t, end.GetResumeToken(), beat.GetResumeToken())
	}
	none, _ := until(t, s.watch(t, &metricsv1.WatchRequest{StartTime: gone.GetDeleteTime()}))
	must.Equal(t, len(none), 0)

	next := s.watch(t, &metricsv1.WatchRequest{})
	none, _ = until(t, next)
	must.Equal(t, len(none), 0)
	s.metric(t, "trade", trade())
	got, err := next()
	must.OK(t, err)
	must.Equal(t, got.GetChange().GetName(), "metrics/trade")
}

func TestWatchHeartbeats(t *testing.T) {
	s := startWatched(t, changefeed.Options{Heartbeat: time.Millisecond}, rpcserver.Options{})
	next := s.watch(t, everything())
	for range 3 {
		none, beat := until(t, next)
		must.Equal(t, len(none), 0)
		must.True(t, beat.GetSettledTime().IsValid())
	}
}

func TestWatchRefusals(t *testing.T) {
	s, _ := startChanged(t)
	_, beat := until(t, s.watch(t, everything()))
	for name, test := range map[string]struct {
		req           *metricsv1.WatchRequest
		reason, field string
	}{
		"no token":   {after("nonsense"), "INVALID_RESUME_TOKEN", "resume_token"},
		"of another": {after(changefeed.Token("onrecord.statements.v1", changefeed.Through(1))), "INVALID_RESUME_TOKEN", "resume_token"},
		"two starts": {&metricsv1.WatchRequest{ResumeToken: beat.GetResumeToken(), StartTime: beat.GetSettledTime()}, "WATCH_START_AMBIGUOUS", "start_time"},
		"no time":    {&metricsv1.WatchRequest{StartTime: &timestamppb.Timestamp{Nanos: -1}}, "INVALID_TIMESTAMP", "start_time"},
		"tomorrow":   {&metricsv1.WatchRequest{StartTime: timestamppb.New(time.Now().Add(24 * time.Hour))}, "READ_TIME_NOT_SETTLED", "start_time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.watch(t, test.req)()
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
}

func TestWatchEndsWhenTheServerDrains(t *testing.T) {
	draining := make(chan struct{})
	s := startWatched(t, changefeed.Options{}, rpcserver.Options{Draining: draining})
	next := s.watch(t, everything())
	until(t, next)
	close(draining)
	_, err := next()
	statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
}
