package changes

import (
	"context"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// services is how many there are; their order is that of the tokens.
const services = 2

// upstream is one of the two services.
type upstream struct {
	name string
	// proto is its package, to which its tokens belong.
	proto string
	// watch opens a stream at a token, a time, or, without both, the present.
	watch func(ctx context.Context, token string, start *timestamppb.Timestamp) (func() (answer, error), error)
	// before asks for an earlier revision of a statement or figure.
	before func(name, id string) revision
}

// answer is what a service sends, whichever it is.
type answer struct {
	// change is nil in a heartbeat.
	change  *gatewayv1.WatchResponse
	token   string
	settled *timestamppb.Timestamp
}

func statementsUpstream(conn grpc.ClientConnInterface) upstream {
	client, facts := statementsv1.NewChangeServiceClient(conn), statementsv1.NewStatementServiceClient(conn)
	return upstream{
		name: "statements", proto: "onrecord.statements.v1",
		watch: func(ctx context.Context, token string, start *timestamppb.Timestamp) (func() (answer, error), error) {
			stream, err := client.Watch(ctx, &statementsv1.WatchRequest{ResumeToken: token, StartTime: start})
			return receiver(stream, err, func(c *statementsv1.Change) *gatewayv1.WatchResponse {
				return &gatewayv1.WatchResponse{Change: &gatewayv1.WatchResponse_Statements{Statements: c}}
			})
		},
		before: func(name, id string) revision {
			return func(ctx context.Context) (proto.Message, error) {
				got, err := facts.GetStatementRevision(ctx, &statementsv1.GetStatementRevisionRequest{Name: name + "/revisions/" + id})
				return got, err
			}
		},
	}
}

func metricsUpstream(conn grpc.ClientConnInterface) upstream {
	client, facts := metricsv1.NewChangeServiceClient(conn), metricsv1.NewFigureServiceClient(conn)
	return upstream{
		name: "metrics", proto: "onrecord.metrics.v1",
		watch: func(ctx context.Context, token string, start *timestamppb.Timestamp) (func() (answer, error), error) {
			stream, err := client.Watch(ctx, &metricsv1.WatchRequest{ResumeToken: token, StartTime: start})
			return receiver(stream, err, func(c *metricsv1.Change) *gatewayv1.WatchResponse {
				return &gatewayv1.WatchResponse{Change: &gatewayv1.WatchResponse_Metrics{Metrics: c}}
			})
		},
		before: func(name, id string) revision {
			return func(ctx context.Context) (proto.Message, error) {
				got, err := facts.GetFigureRevision(ctx, &metricsv1.GetFigureRevisionRequest{Name: name + "/revisions/" + id})
				return got, err
			}
		},
	}
}

// sent is what a service sends, each in its own message.
type sent[C any] interface {
	GetChange() *C
	GetResumeToken() string
	GetSettledTime() *timestamppb.Timestamp
}

// receiver receives from a stream, if it was opened, and makes answers of changes.
func receiver[C any, R sent[C]](stream interface{ Recv() (R, error) }, err error, of func(*C) *gatewayv1.WatchResponse) (func() (answer, error), error) {
	if err != nil {
		return nil, err
	}
	return func() (answer, error) {
		got, err := stream.Recv()
		out := answer{token: got.GetResumeToken(), settled: got.GetSettledTime()}
		if c := got.GetChange(); c != nil {
			out.change = of(c)
		}
		return out, err
	}, nil
}

// received is an answer with its place worked out.
type received struct {
	// change is nil in a heartbeat.
	change *change
	place  changefeed.Place
	token  string
	// settled is the time up to which everything was sent; of a heartbeat only.
	settled recordtime.Time
}

// stream is one Watch of one service. Not for use by several goroutines.
type stream struct {
	upstream
	receive func() (answer, error)
	cancel  context.CancelFunc
	// silence ends a stream that is half dead: heartbeats come every 10 s.
	silence *time.Timer
	told    transaction
	last    changefeed.Place
}

// open starts a Watch. Close the stream.
func (u upstream) open(ctx context.Context, token string, start *timestamppb.Timestamp) (*stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	s := &stream{upstream: u, cancel: cancel}
	s.silence = time.AfterFunc(patience, cancel)
	var err error
	if s.receive, err = u.watch(ctx, token, start); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stream) close() {
	s.silence.Stop()
	s.cancel()
}

// next waits for the next answer. A service that breaks the rules of its own
// stream counts as one that does not answer.
func (s *stream) next() (received, error) {
	got, err := s.receive()
	if err != nil {
		if err == io.EOF { //nolint:errorlint // as gRPC gives it, and no error otherwise
			err = errs.New(errs.Unavailable, "", "the stream ended without a status")
		}
		return received{}, err
	}
	s.silence.Reset(patience)
	place, err := changefeed.ParseToken(s.proto, got.token)
	if err != nil {
		return received{}, s.unavailable(fmt.Errorf("token of the %s service: %w", s.name, err))
	}
	out := received{place: place, token: got.token}
	if got.change == nil {
		if got.settled != nil {
			out.settled = recordtime.FromTime(got.settled.AsTime())
		}
		return out, nil
	}
	if place.Compare(s.last) <= 0 {
		return received{}, s.unavailable(fmt.Errorf("the %s service sends changes out of order", s.name))
	}
	s.last = place
	out.change = &change{place: place, token: got.token, answer: got.change, public: forReaders(got.change), about: s.told.tell(got.change, s.before)}
	return out, nil
}

// unavailable is the error of a watcher that needs a service which does not
// answer.
func (u upstream) unavailable(cause error) *errs.Error {
	return errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "the %s service does not answer now", u.name).
		With("service", u.name).Wrap(cause)
}

// passing reports whether an error of a stream is one that goes away: the
// service restarts, or renews its connections.
func passing(err error) bool {
	switch errs.KindOf(err) {
	case errs.Unavailable, errs.Aborted, errs.Internal, errs.Canceled:
		return true
	default:
		return false
	}
}

// restored reports whether a service does not know a place any more: its record
// was put back to an earlier time.
func restored(err error) bool {
	st, _ := status.FromError(err)
	return errs.Info(st).GetReason() == "INVALID_RESUME_TOKEN" || errs.ReasonOf(err) == "INVALID_RESUME_TOKEN"
}
