package rpcclient_test

import (
	"context"
	"errors"
	"io"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// change is an answer of a stream of changes: its token is its number.
type change struct{ number int }

func (c *change) GetResumeToken() string { return strconv.Itoa(c.number) }

// feed has as many changes as streams were opened, and one more; then each stream ends
// with its error.
type feed struct {
	ends   []error
	opened []string
}

func (f *feed) open(ctx context.Context, token string) (grpc.ServerStreamingClient[change], error) {
	f.opened = append(f.opened, token)
	if len(f.ends) == 0 {
		return nil, status.Error(codes.InvalidArgument, "no more of them")
	}
	last, _ := strconv.Atoi(token)
	s := &feedStream{ctx: ctx, next: last + 1, to: len(f.opened) + 1, end: f.ends[0]}
	f.ends = f.ends[1:]
	return s, nil
}

type feedStream struct {
	grpc.ClientStream
	ctx      context.Context
	next, to int
	end      error
}

func (s *feedStream) Recv() (*change, error) {
	if s.next > s.to {
		if s.end == nil { // it falls silent
			<-s.ctx.Done()
			return nil, s.ctx.Err()
		}
		return nil, s.end
	}
	s.next++
	return &change{s.next - 1}, nil
}

// TestFollowGoesOnWhereTheStreamBroke: however it broke, every change comes once and
// in order.
func TestFollowGoesOnWhereTheStreamBroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &feed{ends: []error{
			errs.ToStatus(errs.New(errs.Unavailable, "SERVER_STOPPING", "the service stops")).Err(),
			io.EOF, nil, status.Error(codes.Internal, "stream reset"),
			errs.ToStatus(errs.New(errs.Aborted, "WATCH_TOO_SLOW", "nothing was read")).Err(),
			errs.ToStatus(errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW", "run a newer program")).Err(),
		}}
		var got []int
		err := rpcclient.Follow(t.Context(), "", f.open, func(c *change) error {
			got = append(got, c.number)
			return nil
		})
		must.Equal(t, status.Code(err), codes.InvalidArgument)
		must.Equal(t, got, []int{1, 2, 3, 4, 5, 6, 7})
		must.Equal(t, f.opened, []string{"", "2", "3", "4", "5", "6", "7"})
	})
}

// TestFollowWaitsLongerAndLonger between attempts that bring nothing, but not for ever.
func TestFollowWaitsLongerAndLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := rpcclient.Follow(ctx, "", func(context.Context, string) (grpc.ServerStreamingClient[change], error) {
			at = append(at, time.Since(start))
			return nil, status.Error(codes.Unavailable, "nobody there")
		}, func(*change) error { return nil })
		must.ErrorIs(t, err, context.DeadlineExceeded)
		must.True(t, len(at) > 20 && len(at) < 200, "it was tried %d times in a minute", len(at))
		limit := 50 * time.Millisecond
		for i := range at[1:] {
			must.True(t, at[i+1]-at[i] <= limit, "before attempt %d it waited %v", i+2, at[i+1]-at[i])
			limit = min(2*limit, 3*time.Second)
		}
	})
}

// TestFollowWaitsAsLongAsItIsAsked by a service that refuses it for now.
func TestFollowWaitsAsLongAsItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		err := rpcclient.Follow(t.Context(), "", func(context.Context, string) (grpc.ServerStreamingClient[change], error) {
			at = append(at, time.Since(start))
			if len(at) == 3 {
				return nil, status.Error(codes.InvalidArgument, "enough")
			}
			return nil, errs.ToStatus(errs.New(errs.ResourceExhausted, "TOO_MANY_STREAMS", "end one first").
				Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(10 * time.Second)})).Err()
		}, func(*change) error { return nil })
		must.Equal(t, status.Code(err), codes.InvalidArgument)
		must.True(t, at[1] >= 10*time.Second && at[2]-at[1] >= 10*time.Second, "it came at %v", at)
	})
}

// TestFollowEndsWithItsReader: what the reader says ends it, without another attempt.
func TestFollowEndsWithItsReader(t *testing.T) {
	f := &feed{ends: []error{io.EOF, io.EOF}}
	full := errors.New("the disk is full")
	err := rpcclient.Follow(t.Context(), "", f.open, func(*change) error { return full })
	must.True(t, err == full, "it is %v", err) //nolint:errorlint // just as it was returned
	must.Equal(t, f.opened, []string{""})
}
