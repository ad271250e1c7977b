package auth

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// streamRetry is after how long a caller with too many streams may try again: when
	// one of them ends is not known.
	streamRetry = 10 * time.Second
	// sayAgain is how often the log names a caller with too many: it could fill it.
	sayAgain = 10 * time.Second
)

// streams count the streams that each caller has open. Only callers that have one are
// in memory.
type streams struct {
	limit int // 0 for none
	log   *zap.Logger

	mu   sync.Mutex
	open map[string]int
	said time.Time // when the log named a caller
}

func newStreams(limit int, log *zap.Logger) *streams {
	return &streams{limit: limit, log: log, open: make(map[string]int)}
}

// enter counts a stream that begins; leave, that it ended.
func (s *streams) enter(key string) (leave func(), err error) {
	if s.limit == 0 || key == "" {
		return func() {}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[key] >= s.limit {
		if now := time.Now(); now.Sub(s.said) >= sayAgain {
			s.said = now
			s.log.Warn("a caller has as many streams open as it may", zap.String("caller", key), zap.Int("limit", s.limit))
		}
		return nil, errs.New(errs.ResourceExhausted, "TOO_MANY_STREAMS", "the caller has %d streams open, which is the limit: end one first", s.limit).
			Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(streamRetry)})
	}
	s.open[key]++
	return sync.OnceFunc(func() { s.leave(key) }), nil
}

func (s *streams) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[key]--; s.open[key] == 0 {
		delete(s.open, key)
	}
}

type streamerKey struct{}

// streamer is whom the streams of a request are counted for.
type streamer struct {
	guard      *Guard
	identity   Identity
	credential Credential
}

// WithStreamer returns a context by which EnterStream counts what the caller opens.
func (g *Guard) WithStreamer(ctx context.Context, identity Identity, credential Credential) context.Context {
	if g == nil {
		return ctx
	}
	return context.WithValue(ctx, streamerKey{}, streamer{g, identity, credential})
}

// EnterStream counts a stream that begins, of the caller of a context; leave says that
// it ended. Streams of our own programs, of calls from within the process, which were
// counted where they came in, and of a listener without credentials are not counted.
// RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS, if the caller has as many as it may.
func EnterStream(ctx context.Context) (leave func(), err error) {
	who, _ := ctx.Value(streamerKey{}).(streamer)
	return who.guard.EnterStream(who.identity, who.credential)
}

// EnterStream is the function of this name for a caller that is known. A nil Guard
// counts nothing.
func (g *Guard) EnterStream(identity Identity, credential Credential) (leave func(), err error) {
	if g == nil {
		return func() {}, nil
	}
	return g.streams.enter(g.countedAs(identity, credential))
}
