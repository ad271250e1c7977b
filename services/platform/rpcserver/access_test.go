package rpcserver_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// guarded serves over TCP, as calls from within the process are not limited, with one key
// that may do everything; it returns a context that shows it.
func guarded(t *testing.T, service *echo.Service, settings config.Access) (context.Context, *grpc.ClientConn, *observer.ObservedLogs) {
	t.Helper()
	key := auth.NewKey()
	settings.APIKeys = filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(settings.APIKeys, []byte("ops admin "+auth.HashKey(key)+"\n"), 0o600))
	core, logs := observer.New(zap.ErrorLevel) // no level silences the audit
	server := rpcserver.New(rpcserver.Options{
		Guard: must.Get(auth.New(settings, nil))(t), Health: health.New(zap.NewNop()), Log: zap.New(core),
	})
	service.Register(server)
	listener := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn := must.Get(rpcclient.Dial(listener.Addr().String(), rpcclient.Options{Credentials: insecure.NewCredentials()}))(t)
	t.Cleanup(func() {
		must.OK(t, conn.Close())
		server.Stop()
		must.OK(t, <-served)
	})
	return metadata.AppendToOutgoingContext(t.Context(), auth.AuthorizationKey, "Bearer "+key), conn, logs
}

// TestAProbeIsNoStreamOfItsCaller: clients watch health on every connection.
func TestAProbeIsNoStreamOfItsCaller(t *testing.T) {
	service := &echo.Service{OnWatch: func(ctx context.Context, text string, send func(string) error) error {
		if err := send(text); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	ctx, conn, _ := guarded(t, service, config.Access{StreamLimit: 1, AnonymousRole: "none"})
	probe := func() {
		for range 3 {
			watching := must.Get(healthv1.NewHealthClient(conn).Watch(ctx, &healthv1.HealthCheckRequest{}))(t)
			must.Get(watching.Recv())(t)
		}
	}
	probe()
	must.Get(openAndReceive(ctx, conn, "one"))(t)
	_, err := openAndReceive(ctx, conn, "two")
	statustest.Check(t, err, codes.ResourceExhausted, "TOO_MANY_STREAMS", "")
	probe()
}

// TestAuditSaysWhoWasRefused and from where.
func TestAuditSaysWhoWasRefused(t *testing.T) {
	_, conn, logs := guarded(t, &echo.Service{}, config.Access{AnonymousRole: "reader"})
	_, err := echo.Call(t.Context(), conn, echo.Create, "a")
	statustest.Check(t, err, codes.Unauthenticated, "CREDENTIAL_REQUIRED", "")
	lines := logs.FilterMessage("audit").All()
	must.Equal(t, len(lines), 1)
	said := lines[0].ContextMap()
	must.Equal(t, said["allowed"], any(false))
	must.Equal(t, said["reason"], any("CREDENTIAL_REQUIRED"))
	must.Equal(t, said["remote"], any("127.0.0.1"))
}

// TestAuditNamesTheTraceThatThereIs, and no other.
func TestAuditNamesTheTraceThatThereIs(t *testing.T) {
	ctx, conn, logs := guarded(t, &echo.Service{}, config.Access{AnonymousRole: "none"})
	must.Get(echo.Call(ctx, conn, echo.Create, "a"))(t)
	lines := logs.FilterMessage("audit").All()
	must.Equal(t, len(lines), 1)
	_, named := lines[0].ContextMap()["trace_id"]
	must.False(t, named)
}
