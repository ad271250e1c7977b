package changes_test

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// entry is one change on a fake record.
type entry struct {
	place      changefeed.Place
	statements *statementsv1.Change
	metrics    *metricsv1.Change
}

// service is one of the two services in memory: a record, and a connection to the
// real feed over it.
type service struct {
	proto string

	mu       sync.Mutex
	changes  []entry
	clock    recordtime.Time
	news     chan struct{}
	down     chan struct{} // closed while nobody answers
	streams  int           // opened so far
	open     int
	lie      string // a token to send in place of every right one
	revision func(name string) (proto.Message, error)
	slow     time.Duration // how long a revision takes
	asked    int           // for revisions
}

func newService(protoPackage string) *service {
	return &service{proto: protoPackage, news: make(chan struct{}), clock: 1_000_000, down: make(chan struct{})}
}

// add records changes in one transaction.
func (s *service) add(changes ...entry) recordtime.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock += 10
	for i, c := range changes {
		c.place.Time = s.clock
		c.place.Revision = max(c.place.Revision, 1)
		if c.place.ID == "" {
			c.place.ID = string(rune('a' + i))
		}
		at := timestamppb.New(s.clock.Time())
		if c.statements != nil {
			c.statements.RecordTime = at
		}
		if c.metrics != nil {
			c.metrics.RecordTime = at
		}
		s.changes = append(s.changes, c)
	}
	s.signal()
	return s.clock
}

// setClock moves the clock, without a change.
func (s *service) setClock(to recordtime.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = to
}

// signal wakes who waits; mu is held.
func (s *service) signal() {
	close(s.news)
	s.news = make(chan struct{})
}

// restore takes away all changes after the first n, as a restored backup does.
func (s *service) restore(n int) {
	s.stop()
	s.mu.Lock()
	s.changes = slices.Clone(s.changes[:n])
	s.mu.Unlock()
	s.start()
}

// erase leaves of a statement its name, in what was recorded too, and records that.
func (s *service) erase(id string) {
	s.mu.Lock()
	for i, c := range s.changes {
		if c.statements.GetName() == "statements/"+id {
			s.changes[i].statements = erasedStatement(id, c.statements.GetRecordTime())
		}
	}
	s.mu.Unlock()
	s.add(entry{place: changefeed.Place{Kind: 4, ID: id, Revision: 2}, statements: erasedStatement(id, nil)})
}

func erasedStatement(id string, at *timestamppb.Timestamp) *statementsv1.Change {
	return &statementsv1.Change{Type: statementsv1.Change_ERASED, Name: "statements/" + id, RecordTime: at, Resource: &statementsv1.Change_Statement{
		Statement: &statementsv1.Statement{Name: "statements/" + id},
	}}
}

// stop ends every stream as a killed service does, and refuses new ones.
func (s *service) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.down)
}

func (s *service) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = make(chan struct{})
}

func (s *service) opened() (total, now int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams, s.open
}

// Present implements changefeed.Source.
func (s *service) Present(context.Context) (recordtime.Present, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present(), nil
}

func (s *service) present() recordtime.Present {
	written := recordtime.Time(1)
	if n := len(s.changes); n > 0 {
		written = s.changes[n-1].place.Time
	}
	return recordtime.Present{Written: written, Settled: s.clock + 1}
}

// Await implements changefeed.Source.
func (s *service) Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error) {
	for {
		s.mu.Lock()
		now, news := s.present(), s.news
		s.mu.Unlock()
		if now.Written > after {
			return now, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return now, ctx.Err()
		}
	}
}

func (s *service) read(_ context.Context, after changefeed.Place, upTo recordtime.Time, limit int) (page []entry, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		if len(page) < limit && c.place.Compare(after) > 0 && c.place.Time <= upTo {
			page = append(page, c)
		}
	}
	return page, nil
}

// Invoke implements grpc.ClientConnInterface: an earlier revision, which is asked for once
// for all watchers and so in the trace of none.
func (s *service) Invoke(ctx context.Context, _ string, args, reply any, _ ...grpc.CallOption) error {
	if trace.SpanContextFromContext(ctx).IsSampled() {
		return errs.New(errs.Internal, "", "asked in a trace of a watcher")
	}
	named, _ := args.(interface{ GetName() string })
	s.mu.Lock()
	revision, slow := s.revision, s.slow
	s.asked++
	s.mu.Unlock()
	select {
	case <-after(slow):
	case <-ctx.Done():
		return errs.ToStatus(errs.New(errs.DeadlineExceeded, "", "too slow")).Err()
	}
	if revision == nil {
		return errs.New(errs.Unavailable, "", "down")
	}
	fact, err := revision(named.GetName())
	if err != nil {
		return err
	}
	proto.Merge(reply.(proto.Message), fact)
	return nil
}

// NewStream implements grpc.ClientConnInterface: a Watch.
func (s *service) NewStream(ctx context.Context, _ *grpc.StreamDesc, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.down:
		return nil, errs.ToStatus(errs.New(errs.Unavailable, "", "connection refused")).Err()
	default:
	}
	s.streams++
	s.open++
	ctx, cancel := context.WithCancel(ctx)
	return &clientStream{service: s, ctx: ctx, cancel: cancel, down: s.down, messages: make(chan proto.Message), end: make(chan error, 1)}, nil
}

// clientStream is the client's end of a Watch.
type clientStream struct {
	service  *service
	ctx      context.Context
	cancel   context.CancelFunc
	down     chan struct{}
	request  changefeed.Request
	messages chan proto.Message
	end      chan error
}

func (c *clientStream) Header() (metadata.MD, error) { return nil, nil }
func (c *clientStream) Trailer() metadata.MD         { return nil }
func (c *clientStream) Context() context.Context     { return c.ctx }

func (c *clientStream) SendMsg(m any) error {
	c.request, _ = m.(changefeed.Request)
	return nil
}

func (c *clientStream) CloseSend() error {
	go func() {
		defer c.cancel()
		stop := context.AfterFunc(c.ctx, func() {})
		defer stop()
		err := changefeed.Serve(c.ctx, changefeed.Feed[entry]{
			Service: c.service.proto, Source: c.service, Read: c.service.read,
			Place: func(e entry) changefeed.Place { return e.place }, Draining: c.down,
		}, c.request, c.message, func(m proto.Message) error {
			select {
			case c.messages <- m:
				return nil
			case <-c.ctx.Done():
				return c.ctx.Err()
			}
		})
		c.service.mu.Lock()
		c.service.open--
		c.service.mu.Unlock()
		c.end <- errs.ToStatus(err).Err()
	}()
	return nil
}

func (c *clientStream) message(event changefeed.Event[entry]) proto.Message {
	c.service.mu.Lock()
	defer c.service.mu.Unlock()
	if c.service.lie != "" {
		event.Token = c.service.lie
	}
	var settled *timestamppb.Timestamp
	if event.Change == nil {
		settled = timestamppb.New(event.Settled.Time())
		event.Change = &entry{}
	}
	if c.service.proto == "onrecord.metrics.v1" {
		return &metricsv1.WatchResponse{Change: event.Change.metrics, ResumeToken: event.Token, SettledTime: settled}
	}
	return &statementsv1.WatchResponse{Change: event.Change.statements, ResumeToken: event.Token, SettledTime: settled}
}

func (c *clientStream) RecvMsg(into any) error {
	select {
	case m := <-c.messages:
		proto.Merge(into.(proto.Message), m)
		return nil
	case err := <-c.end:
		if err == nil {
			return io.EOF
		}
		c.end <- err
		return err
	}
}

// statement is the change of a statement that somebody said in a document.
func statement(id, speaker, document string) entry {
	return entry{place: changefeed.Place{Kind: 4, ID: id}, statements: &statementsv1.Change{
		Type: statementsv1.Change_CREATED, Name: "statements/" + id,
		Resource: &statementsv1.Change_Statement{Statement: &statementsv1.Statement{
			Name: "statements/" + id, RevisionId: "1", DocumentVersion: document + "/versions/1",
			Speakers: []*statementsv1.Speaker{{Entity: speaker}},
		}},
	}}
}

// figure is the change of a figure of a metric.
func figure(id, metric string) entry {
	return entry{place: changefeed.Place{Kind: 2, ID: id}, metrics: &metricsv1.Change{
		Type: metricsv1.Change_CREATED, Name: "figures/" + id,
		Resource: &metricsv1.Change_Figure{Figure: &metricsv1.Figure{Name: "figures/" + id, Metric: metric}},
	}}
}

// after is a timer that only synctest's clock moves.
func after(d time.Duration) <-chan time.Time { return time.After(d) }

// sorted is a list in order.
func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}
