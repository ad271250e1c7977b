package rpcserver

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// UnlessStateKey is metadata of a unary read whose caller has an answer to the
	// same request: the state of the record that it was made from, as StateKey had it.
	// Empty, it only asks for the state.
	UnlessStateKey = "onrecord-unless-state"
	// StateKey is the header of an answer to such a call: the state of the record that
	// it is made from. It means nothing but itself: two answers to one request that were
	// made from the same state are the same, their bytes too. If it is the state that the
	// caller named, the answer is empty: they have it. No header, and the answer may have been
	// made from more than a state.
	StateKey = "onrecord-state"
)

// errKnown ends a call whose caller has the answer.
var errKnown = errors.New("the caller has the answer")

type stateKey struct{}

// stateCall is a call that names a state.
type stateCall struct{ unless, at string }

// FromState says that the answer of this call is made of the request and of the record as
// it stood at its newest write, and of nothing else. An error ends the call: the handler
// returns it as it is.
func FromState(ctx context.Context, written time.Time) error {
	call, ok := ctx.Value(stateKey{}).(*stateCall)
	if !ok {
		return nil
	}
	call.at = strconv.FormatInt(written.UnixMicro(), 36) + "-" + strconv.FormatBool(auth.SeesRestricted(ctx)) + "-" + release()
	if call.at == call.unless {
		return errKnown
	}
	return nil
}

// release tells programs apart that may write the same answer in other ways.
var release = sync.OnceValue(func() string {
	build := telemetry.ReadBuild("")
	return build.Version + build.Commit
})

// stateUnary answers reads whose caller has the answer without making it.
func stateUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		named := metadata.ValueFromIncomingContext(ctx, UnlessStateKey)
		if len(named) != 1 || !methods.IsRead(info.FullMethod) {
			return handler(ctx, req)
		}
		call := &stateCall{unless: named[0]}
		resp, err := handler(context.WithValue(ctx, stateKey{}, call), req)
		if errors.Is(err, errKnown) {
			resp, err = &emptypb.Empty{}, nil
		}
		if err == nil && call.at != "" {
			err = putHeader(ctx, StateKey, call.at)
		}
		return resp, err
	}
}
