package rpcserver

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

const (
	// UnlessStateKey is metadata of a unary read whose caller has an answer to the
	// same request: the state of the record that it was made from, as StateKey had it.
	// Empty, it only asks for the state. A state changes with what is restricted, too, so
	// only who sees that is answered one, and the gateway in this process, which keeps it.
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
	by := program()
	if by == "" {
		return nil
	}
	call.at = strconv.FormatInt(written.UnixMicro(), 36) + "-" + strconv.FormatBool(auth.SeesRestricted(ctx)) + "-" + by
	if call.at == call.unless {
		return errKnown
	}
	return nil
}

// program tells programs apart that may write the same answer in other ways: the hash of the
// executable that runs, because versions are not stamped on every build. "" if it cannot be read.
var program = sync.OnceValue(func() string {
	path := "/proc/self/exe" // what runs, even if its file was replaced since
	if runtime.GOOS != "linux" {
		path, _ = os.Executable()
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }() // it was only read
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:12])
})

// stateUnary answers reads whose caller has the answer without making it.
func stateUnary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		named := metadata.ValueFromIncomingContext(ctx, UnlessStateKey)
		if len(named) != 1 || !methods.IsRead(info.FullMethod) || !auth.SeesRestricted(ctx) && !isLocal(ctx) {
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
