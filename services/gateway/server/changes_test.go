package server_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// statementFeed sends a heartbeat and then what a test puts on record.
type statementFeed struct {
	statementsv1.UnimplementedChangeServiceServer
	changes chan *statementsv1.Change
}

func (f *statementFeed) Watch(_ *statementsv1.WatchRequest, stream grpc.ServerStreamingServer[statementsv1.WatchResponse]) error {
	at := recordtime.Time(1)
	token := func() string {
		return changefeed.Token("onrecord.statements.v1", changefeed.Place{Time: at, Kind: 4, ID: "a", Revision: 1})
	}
	if err := stream.Send(&statementsv1.WatchResponse{ResumeToken: token(), SettledTime: timestamppb.New(at.Time())}); err != nil {
		return err
	}
	for {
		select {
		case change := <-f.changes:
			at++
			if err := stream.Send(&statementsv1.WatchResponse{Change: change, ResumeToken: token()}); err != nil {
				return err
			}
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
}

// metricFeed has nothing to say.
type metricFeed struct {
	metricsv1.UnimplementedChangeServiceServer
}

func (metricFeed) Watch(_ *metricsv1.WatchRequest, stream grpc.ServerStreamingServer[metricsv1.WatchResponse]) error {
	token := changefeed.Token("onrecord.metrics.v1", changefeed.Through(1))
	if err := stream.Send(&metricsv1.WatchResponse{ResumeToken: token, SettledTime: timestamppb.New(time.UnixMicro(1))}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

// live is a gateway on a listener, over services that have changes.
type live struct {
	*httptest.Server
	changes  chan *statementsv1.Change
	draining chan struct{}
}

// newLive serves with a server that gives up slow requests soon, as a real one does
// late: streams must not mind.
func newLive(t *testing.T, config server.Config, timeout time.Duration) *live {
	t.Helper()
	l := &live{changes: make(chan *statementsv1.Change), draining: make(chan struct{})}
	statementsConn := rpctest.Conn(t, rpcserver.Options{}, func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterChangeServiceServer(r, &statementFeed{changes: l.changes})
	})
	metricsConn := rpctest.Conn(t, rpcserver.Options{}, func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterChangeServiceServer(r, metricFeed{})
	})
	s, err := server.New(t.Context(), config, server.Deps{Statements: statementsConn, Metrics: metricsConn})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, s.Close()) })
	s.UseDraining(l.draining)
	l.Server = httptest.NewUnstartedServer(s.Handler())
	l.Config.ReadTimeout, l.Config.WriteTimeout = timeout, timeout
	l.Start()
	t.Cleanup(l.Close)
	return l
}

// event is one server-sent event.
type event struct{ id, name, data string }

// events reads a stream of events.
type events struct {
	*http.Response
	lines *bufio.Scanner
	retry string
}

func (l *live) open(t *testing.T, method, query string, headers ...string) *events {
	t.Helper()
	request := must.Get(http.NewRequestWithContext(t.Context(), method, l.URL+"/v1/changes"+query, nil))(t)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := l.Client().Do(request)
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, response.Body.Close()) })
	return &events{Response: response, lines: bufio.NewScanner(response.Body)}
}

// next reads an event, as the standard says (HTML, server-sent events).
func (e *events) next(t *testing.T) (out event) {
	t.Helper()
	for e.lines.Scan() {
		field, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch field {
		case "id":
			out.id = value
		case "event":
			out.name = value
		case "data":
			out.data = value
		case "retry":
			e.retry = value
		case "":
			if out.name != "" {
				return out
			}
		}
	}
	t.Fatalf("the stream ended: %v", e.lines.Err())
	return out
}

func said(name string) *statementsv1.Change {
	return &statementsv1.Change{Type: statementsv1.Change_CREATED, Name: name, Resource: &statementsv1.Change_Statement{
		Statement: &statementsv1.Statement{Name: name, Text: "two\nlines", Speakers: []*statementsv1.Speaker{{Entity: "entities/a"}}},
	}}
}

// TestJ4ChangesAreServerSentEvents: with ids to resume at, past the deadlines of
// ordinary requests.
func TestJ4ChangesAreServerSentEvents(t *testing.T) {
	const timeout = 50 * time.Millisecond
	l := newLive(t, server.Config{}, timeout)
	stream := l.open(t, http.MethodGet, "")
	must.Equal(t, stream.StatusCode, http.StatusOK)
	must.Equal(t, stream.Header.Get("Content-Type"), "text/event-stream")
	must.Equal(t, stream.Header.Get("Cache-Control"), "no-store")
	must.Equal(t, stream.Header.Get("Access-Control-Allow-Origin"), "*")
	first := stream.next(t)
	must.Equal(t, first.name, "heartbeat")
	must.True(t, stream.retry != "", "nothing says when to come back")
	beat := &gatewayv1.WatchResponse{}
	must.OK(t, protojson.Unmarshal([]byte(first.data), beat))
	must.Equal(t, beat.GetResumeToken(), first.id)
	must.True(t, beat.GetSettledTime() != nil)

	<-time.After(4 * timeout) // longer than the server lets an ordinary request take
	l.changes <- said("statements/x")
	change := stream.next(t)
	must.Equal(t, change.name, "CREATED")
	got := &gatewayv1.WatchResponse{}
	must.OK(t, protojson.Unmarshal([]byte(change.data), got))
	must.Equal(t, got.GetStatements().GetStatement().GetText(), "two\nlines")
	must.Equal(t, got.GetResumeToken(), change.id)

	// What was seen last comes before what the address says.
	again := l.open(t, http.MethodGet, "?start_time=1970-01-01T00:00:00Z", "Last-Event-ID", change.id)
	must.Equal(t, again.next(t).name, "heartbeat")
	close(l.draining)
	for _, s := range []*events{stream, again} {
		end := s.next(t)
		must.Equal(t, []string{end.name, end.id}, []string{"error", ""})
		must.Contains(t, end.data, `"reason":"SERVER_STOPPING"`)
		_, err := io.Copy(io.Discard, s.Body)
		must.OK(t, err) // it ends, and in order
	}
}

func TestChangesOverHEADAndWithWhatIsNotTaken(t *testing.T) {
	l := newLive(t, server.Config{}, 0)
	head := l.open(t, http.MethodHead, "")
	must.Equal(t, head.StatusCode, http.StatusOK)
	must.Equal(t, head.Header.Get("Content-Type"), "text/event-stream")
	for query, want := range map[string]struct {
		code   int
		reason string
	}{
		"?resume_token=x":            {400, "INVALID_RESUME_TOKEN"},
		"?start_time=yesterday":      {400, "MALFORMED_PARAMETER"},
		"?entity=entities/a":         {400, "UNKNOWN_PARAMETER"},
		"?entities=joe":              {400, "INVALID_REQUEST"},
		"?fields=statements":         {400, "UNKNOWN_PARAMETER"},
		"?format=json":               {400, "UNKNOWN_ENUM_VALUE"},
		"?start_time=3000-01-01":     {400, "MALFORMED_PARAMETER"},
		"?resume_token=x&metrics=m/": {400, "INVALID_REQUEST"},
	} {
		answer := l.open(t, http.MethodGet, query)
		body := string(must.Get(io.ReadAll(answer.Body))(t))
		must.Equal(t, answer.StatusCode, want.code)
		must.Contains(t, body, want.reason)
	}
	garbage := l.open(t, http.MethodGet, "", "Last-Event-ID", "\xff\xfe")
	must.Equal(t, garbage.StatusCode, http.StatusBadRequest)
	must.Contains(t, string(must.Get(io.ReadAll(garbage.Body))(t)), "MALFORMED_HEADER")
	other := l.open(t, http.MethodGet, "", "Accept", "application/json")
	must.Equal(t, other.StatusCode, http.StatusNotAcceptable)
	post := l.open(t, http.MethodPost, "")
	must.Equal(t, post.StatusCode, http.StatusMethodNotAllowed)
}

func TestTooManyWatchersAreRefused(t *testing.T) {
	l := newLive(t, server.Config{Shared: server.Shared{MaxWatchers: 1}}, 0)
	one := l.open(t, http.MethodGet, "")
	one.next(t)
	two := l.open(t, http.MethodGet, "")
	must.Equal(t, two.StatusCode, http.StatusTooManyRequests)
	must.Contains(t, string(must.Get(io.ReadAll(two.Body))(t)), "TOO_MANY_WATCHERS")
}

// TestAGoneWatcherLeavesNothing: its place is free for the next.
func TestAGoneWatcherLeavesNothing(t *testing.T) {
	l := newLive(t, server.Config{Shared: server.Shared{MaxWatchers: 1}}, 0)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		for { // until the one before is gone
			request := must.Get(http.NewRequestWithContext(ctx, http.MethodGet, l.URL+"/v1/changes", nil))(t)
			response, err := l.Client().Do(request)
			must.OK(t, err)
			if response.StatusCode == http.StatusOK {
				stream := &events{Response: response, lines: bufio.NewScanner(response.Body)}
				must.Equal(t, stream.next(t).name, "heartbeat")
				cancel()
				_ = response.Body.Close() // the request was cancelled
				break
			}
			must.OK(t, response.Body.Close())
		}
	}
}
