package rpcserver_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAReadOfAStateThatTheCallerHas: an answer that is made from the state that the caller
// names is empty, any other is made and says from which state. A write is made always.
func TestAReadOfAStateThatTheCallerHas(t *testing.T) {
	written, made, who := time.UnixMicro(1_700_000_000_000_000), 0, auth.Unrestricted
	handle := func(ctx context.Context, text string) (string, error) {
		if err := rpcserver.FromState(auth.With(ctx, who), written); err != nil {
			return "", err
		}
		made++
		return text, nil
	}
	service := &echo.Service{OnGet: handle, OnCreate: handle}
	overBoth(t, rpcserver.Options{}, service, func(t *testing.T, conn *grpc.ClientConn) {
		made = 0
		call := func(method string, unless ...string) (text string, state []string) {
			t.Helper()
			ctx := metadata.NewOutgoingContext(t.Context(), metadata.MD{rpcserver.UnlessStateKey: unless})
			var header metadata.MD
			text, err := echo.Call(ctx, conn, method, "a text", grpc.Header(&header))
			must.OK(t, err)
			return text, header[rpcserver.StateKey]
		}
		text, state := call(echo.Get)
		must.Equal(t, text, "a text")
		must.Equal(t, len(state), 0) // nobody asked
		text, state = call(echo.Get, "")
		must.Equal(t, text, "a text")
		must.Equal(t, len(state), 1)
		must.Equal(t, made, 2)

		text, again := call(echo.Get, state[0])
		must.Equal(t, text, "")
		must.Equal(t, again, state)
		must.Equal(t, made, 2)

		written = written.Add(time.Microsecond)
		text, later := call(echo.Get, state[0])
		must.Equal(t, text, "a text")
		must.True(t, later[0] != state[0], "the state is the same after a write")
		sum := sha256.Sum256(must.Get(os.ReadFile(must.Get(os.Executable())(t)))(t))
		must.Contains(t, later[0], base64.RawURLEncoding.EncodeToString(sum[:12])) // another program has another state

		who = auth.Identity{Role: auth.Reader} // they do not see what is restricted
		text, others := call(echo.Get, later[0])
		must.Equal(t, text, "a text")
		must.True(t, others[0] != later[0], "the state is the same for who sees less")
		who = auth.Unrestricted

		for _, named := range [][]string{{later[0]}, {""}} {
			text, none := call(echo.Create, named...)
			must.Equal(t, text, "a text")
			must.Equal(t, len(none), 0)
		}
		text, _ = call(echo.Get, later[0], later[0]) // no answer to two states
		must.Equal(t, text, "a text")
	})
}
