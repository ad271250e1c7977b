package rpcclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	// followSilence is after how long without an answer a stream counts as broken:
	// services send something at least every 10 s.
	followSilence = 30 * time.Second
	// followWait caps the wait before a stream is opened anew, unless the service asks
	// for a longer one.
	followWait = 3 * time.Second
)

// Resumable is an answer of a stream that can be resumed after it.
type Resumable[A any] interface {
	*A
	GetResumeToken() string
}

// Follow takes one answer after the other from a stream of changes, and opens it
// again after the last one taken wherever it breaks: because a replica stops, a
// connection ends, nothing comes any more, the reader was too slow, or the service
// refused it for now. open opens it after a token; token is the first, "" for the
// present. An answer comes once, in order, for as long as the process lives; to go
// on after that, keep the token of the last one.
//
// It returns the error of ctx when that ends, what take returns when that is not
// nil, and the service's refusal when trying again cannot help: a bad token, missing
// rights.
//
//	err := rpcclient.Follow(ctx, token,
//		func(ctx context.Context, token string) (grpc.ServerStreamingClient[statementsv1.WatchResponse], error) {
//			return changes.Watch(ctx, &statementsv1.WatchRequest{ResumeToken: token})
//		},
//		func(answer *statementsv1.WatchResponse) error { ... })
//
// A copy of the whole record begins with token "" and an open that then asks with a
// start_time of 1970 instead; the first answer without a change says that the copy is whole.
func Follow[A any, P Resumable[A]](
	ctx context.Context, token string,
	open func(ctx context.Context, token string) (grpc.ServerStreamingClient[A], error), take func(P) error,
) error {
	wait := firstWait
	for {
		last, err := followOnce(ctx, token, open, take)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case isTaken(err):
			return errors.Unwrap(err)
		case isRefusal(err):
			return err
		}
		if last != token {
			token, wait = last, firstWait
		}
		if !sleep(ctx, askedWait(err)+rand.N(wait)) {
			return ctx.Err()
		}
		wait = min(2*wait, followWait)
	}
}

// followOnce follows one stream to its end, and returns the token to go on after.
func followOnce[A any, P Resumable[A]](
	ctx context.Context, token string,
	open func(ctx context.Context, token string) (grpc.ServerStreamingClient[A], error), take func(P) error,
) (last string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(followSilence, cancel)
	defer silence.Stop()
	stream, err := open(ctx, token)
	if err != nil {
		return token, err
	}
	for {
		answer, err := stream.Recv()
		if err != nil {
			return token, err
		}
		silence.Stop() // its time is that of the service alone
		if err := take(answer); err != nil {
			return token, &takenError{err}
		}
		token = P(answer).GetResumeToken()
		silence.Reset(followSilence)
	}
}

// takenError is an error of the function that takes answers.
type takenError struct{ err error }

func (e *takenError) Error() string { return fmt.Sprintf("take a change: %v", e.err) }

func (e *takenError) Unwrap() error { return e.err }

func isTaken(err error) bool {
	var taken *takenError
	return errors.As(err, &taken)
}

// isRefusal reports whether opening the stream again would end the same way. A replica
// whose release does not fit the schema any more says FAILED_PRECONDITION, and another
// takes its place.
func isRefusal(err error) bool {
	switch status.Code(err) {
	case codes.InvalidArgument, codes.NotFound, codes.OutOfRange, codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented:
		return true
	default:
		return false
	}
}
