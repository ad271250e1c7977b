package server_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/platform/testkit/tampered"
)

// everything watches from before the first change.
func everything() *statementsv1.WatchRequest {
	return &statementsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}
}

// after watches from a token.
func after(token string) *statementsv1.WatchRequest {
	return &statementsv1.WatchRequest{ResumeToken: token}
}

// watch opens a watch that ends with the test.
func (s *service) watch(t testing.TB, req *statementsv1.WatchRequest) func() (*statementsv1.WatchResponse, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	stream, err := s.changes.Watch(ctx, req)
	must.OK(t, err)
	return stream.Recv
}

// until reads changes up to the next heartbeat.
func until(t testing.TB, next func() (*statementsv1.WatchResponse, error)) (changes []*statementsv1.WatchResponse, beat *statementsv1.WatchResponse) {
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

// startChanged is a service with a history: a document with a version, a person,
// a statement that is changed and retracted.
func startChanged(t testing.TB) (s *service, gone *statementsv1.Statement) {
	t.Helper()
	s = startFilled(t, false)
	s.create(t, "a", direct())
	_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/a", Comment: "x"},
	})
	must.OK(t, err)
	gone, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/a", Reason: "wrong"})
	must.OK(t, err)
	return s, gone
}

func TestWatchSendsEveryChange(t *testing.T) {
	s, gone := startChanged(t)
	got, beat := until(t, s.watch(t, everything()))
	type change struct {
		name string
		what statementsv1.Change_Type
	}
	want := []change{
		{"documents/d", statementsv1.Change_CREATED}, {"documents/d/versions/1", statementsv1.Change_CREATED},
		{"entities/ana", statementsv1.Change_CREATED}, {"statements/a", statementsv1.Change_CREATED},
		{"statements/a", statementsv1.Change_UPDATED}, {"statements/a", statementsv1.Change_RETRACTED},
		{gone.GetRetraction().GetName(), statementsv1.Change_CREATED},
	}
	var all []change
	for _, one := range got {
		all = append(all, change{one.GetChange().GetName(), one.GetChange().GetType()})
	}
	must.Equal(t, all, want)
	must.False(t, beat.GetSettledTime().AsTime().Before(got[5].GetChange().GetRecordTime().AsTime()))

	// One transaction made the document and its version.
	must.Equal(t, got[0].GetChange().GetRecordTime(), got[1].GetChange().GetRecordTime())
	document, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	must.OK(t, err)
	must.Equal(t, got[0].GetChange().GetDocument(), document)
	version, err := s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1"})
	must.OK(t, err)
	version.Text = ""
	must.Equal(t, got[1].GetChange().GetDocumentVersion(), version)
	must.Equal(t, got[2].GetChange().GetEntity().GetDisplayName(), "Name of ana")
	must.Equal(t, got[5].GetChange().GetStatement(), gone)
	must.Equal(t, got[5].GetChange().GetRecordTime(), gone.GetDeleteTime())
	must.NotEqual(t, got[5].GetChange().GetCaller(), "")
}

func TestWatchGoesOnFromAnywhere(t *testing.T) {
	s, _ := startChanged(t)
	all, beat := until(t, s.watch(t, everything()))
	for i, one := range all {
		rest, end := until(t, s.watch(t, after(one.GetResumeToken())))
		must.Equal(t, append(all[:i+1:i+1], rest...), all)
		must.Equal(t, end.GetResumeToken(), beat.GetResumeToken())
		since, _ := until(t, s.watch(t, &statementsv1.WatchRequest{StartTime: one.GetChange().GetRecordTime()}))
		must.True(t, len(since) < len(all)-i)
		for _, later := range since {
			must.True(t, later.GetChange().GetRecordTime().AsTime().After(one.GetChange().GetRecordTime().AsTime()))
		}
	}
	none, _ := until(t, s.watch(t, after(beat.GetResumeToken())))
	must.Equal(t, len(none), 0)
	none, _ = until(t, s.watch(t, &statementsv1.WatchRequest{StartTime: beat.GetSettledTime()}))
	must.Equal(t, len(none), 0)
}

func TestWatchFromThePresent(t *testing.T) {
	s, _ := startChanged(t)
	next := s.watch(t, &statementsv1.WatchRequest{})
	none, beat := until(t, next)
	must.Equal(t, len(none), 0)
	s.entity(t, "ben")
	got, err := next()
	must.OK(t, err)
	must.Equal(t, got.GetChange().GetName(), "entities/ben")
	missed, _ := until(t, s.watch(t, after(beat.GetResumeToken())))
	must.Equal(t, missed, []*statementsv1.WatchResponse{got})
}

func TestWatchHeartbeats(t *testing.T) {
	s := startWatched(t, changefeed.Options{Heartbeat: time.Millisecond}, rpcserver.Options{})
	next := s.watch(t, everything())
	last := time.Time{}
	for range 3 {
		none, beat := until(t, next)
		must.Equal(t, len(none), 0)
		must.False(t, beat.GetSettledTime().AsTime().Before(last))
		last = beat.GetSettledTime().AsTime()
	}
}

func TestWatchRefusals(t *testing.T) {
	s, _ := startChanged(t)
	_, beat := until(t, s.watch(t, everything()))
	token := beat.GetResumeToken()
	for name, test := range map[string]struct {
		req           *statementsv1.WatchRequest
		reason, field string
	}{
		"no token":      {after("nonsense"), "INVALID_RESUME_TOKEN", "resume_token"},
		"tampered":      {after(tampered.Token(token)), "INVALID_RESUME_TOKEN", "resume_token"},
		"of another":    {after(changefeed.Token("onrecord.metrics.v1", changefeed.Through(1))), "INVALID_RESUME_TOKEN", "resume_token"},
		"of the future": {after(changefeed.Token("onrecord.statements.v1", changefeed.Through(1<<60))), "INVALID_RESUME_TOKEN", "resume_token"},
		"too long":      {after(string(make([]byte, 513))), "INVALID_REQUEST", "resume_token"},
		"two starts":    {&statementsv1.WatchRequest{ResumeToken: token, StartTime: beat.GetSettledTime()}, "WATCH_START_AMBIGUOUS", "start_time"},
		"no time":       {&statementsv1.WatchRequest{StartTime: &timestamppb.Timestamp{Nanos: -1}}, "INVALID_TIMESTAMP", "start_time"},
		"tomorrow":      {&statementsv1.WatchRequest{StartTime: timestamppb.New(time.Now().Add(24 * time.Hour))}, "READ_TIME_NOT_SETTLED", "start_time"},
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
	s.entity(t, "ana")
	next := s.watch(t, everything())
	all, _ := until(t, next)
	must.Equal(t, len(all), 1)
	close(draining)
	_, err := next()
	st := statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
	place, err := changefeed.ParseToken("onrecord.statements.v1", errs.Info(st).GetMetadata()["resume_token"])
	must.OK(t, err)
	must.True(t, place.Time.Time().Equal(all[0].GetChange().GetRecordTime().AsTime()))
}

func TestWatchEndsWithItsCaller(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := s.changes.Watch(ctx, everything())
	must.OK(t, err)
	until(t, stream.Recv)
	cancel()
	_, err = stream.Recv()
	must.True(t, errs.Is(err, errs.Canceled) && !errors.Is(err, io.EOF))
}
