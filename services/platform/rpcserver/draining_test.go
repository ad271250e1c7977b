package rpcserver_test

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// An endless stream ends when it is told to, so a graceful stop does not wait
// for it.
func TestEndlessStreamsDoNotHoldUpAStop(t *testing.T) {
	draining := make(chan struct{})
	server := rpcserver.New(rpcserver.Options{Draining: draining})
	service := &echo.Service{OnWatch: func(ctx context.Context, text string, send func(string) error) error {
		if err := send(text); err != nil {
			return err
		}
		<-rpcserver.Draining(ctx)
		return errs.New(errs.Unavailable, "SERVER_STOPPING", "bye")
	}}
	service.Register(server)
	conn := rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{})
	next, err := echo.Open(t.Context(), conn, echo.New("a"))
	must.OK(t, err)
	_, err = next()
	must.OK(t, err)
	close(draining)
	server.GracefulStop()
	_, err = next()
	statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
}

func TestWithoutAWordThereIsNoDraining(t *testing.T) {
	must.True(t, rpcserver.Draining(t.Context()) == nil)
}
