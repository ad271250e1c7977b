package rpcserver_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// overBoth runs a test over HTTP/2 in memory and by local calls: what a caller and a
// service see must be the same.
func overBoth(t *testing.T, options rpcserver.Options, service *echo.Service, test func(t *testing.T, conn *grpc.ClientConn)) {
	t.Helper()
	t.Run("wire", func(t *testing.T) { test(t, rpctest.Conn(t, options, service.Register)) })
	t.Run("local", func(t *testing.T) {
		local := rpcserver.NewLocal(options)
		service.Register(local)
		test(t, localConn(t, local, options, service))
	})
}

// localConn is a connection whose unary calls are local.
func localConn(t *testing.T, local *rpcserver.Local, options rpcserver.Options, service *echo.Service) *grpc.ClientConn {
	t.Helper()
	server := rpcserver.New(options)
	service.Register(server)
	return rpctest.Dial(t, rpctest.Listen(t, server), rpcclient.Options{
		Extra: []grpc.DialOption{grpc.WithChainUnaryInterceptor(local.Unary)},
	})
}

// seenCall is what a service sees of a call.
type seenCall struct {
	caller, requestID, extra string
	deadline, leaked         bool
	restricted               bool // it sees what is restricted
}

// secret is a key of the caller's context.
type secret struct{}

// service notes what it sees and does what the text says.
func (seen *seenCall) service() *echo.Service {
	return &echo.Service{
		OnGet: func(ctx context.Context, text string) (string, error) {
			md, _ := metadata.FromIncomingContext(ctx)
			seen.caller, seen.requestID, seen.extra = caller.ID(ctx), caller.RequestID(ctx), strings.Join(md.Get("extra"), ",")
			_, seen.deadline = ctx.Deadline()
			_, seen.leaked = ctx.Value(secret{}).(string)
			seen.restricted = auth.SeesRestricted(ctx)
			switch text {
			case "refuse":
				return "", errs.New(errs.NotFound, "ECHO_NOT_FOUND", "no echo").With("where", "here").Wrap(errors.New("secret cause"))
			case "panic":
				panic("secret state")
			case "trailer":
				return text, grpc.SetTrailer(ctx, metadata.Pairs("at-end", "yes"))
			case "twice":
				return text, errors.Join(grpc.SendHeader(ctx, metadata.Pairs("a", "1")), nil)
			}
			return text + "!", nil
		},
	}
}

// TestNobodyWaitsForTheEndOfALocalCall: what is to happen when a local call ends needs no
// goroutine that waits for it, however deep in the call it is asked for.
func TestNobodyWaitsForTheEndOfALocalCall(t *testing.T) {
	ended := make(chan struct{})
	service := &echo.Service{OnGet: func(ctx context.Context, _ string) (string, error) {
		before := runtime.NumGoroutine()
		for range 100 {
			defer context.AfterFunc(context.WithValue(ctx, secret{}, "deeper"), func() {})()
		}
		context.AfterFunc(ctx, func() { close(ended) }) // and it does happen
		return strconv.FormatBool(runtime.NumGoroutine() < before+100), nil
	}}
	local := rpcserver.NewLocal(rpcserver.Options{})
	service.Register(local)
	conn := localConn(t, local, rpcserver.Options{}, service)
	text, err := echo.Call(t.Context(), conn, echo.Get, "x")
	must.OK(t, err)
	must.Equal(t, text, "true")
	<-ended
}

func TestLocalCallsAreAsOverTheWire(t *testing.T) {
	settled := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	options := rpcserver.Options{Settled: func(string) time.Time { return settled }, MaxMessageBytes: 1 << 10}
	var seen seenCall
	service := seen.service()
	overBoth(t, options, service, func(t *testing.T, conn *grpc.ClientConn) {
		ctx := context.WithValue(t.Context(), secret{}, "not for services")
		ctx = metadata.AppendToOutgoingContext(ctx, caller.MetadataKey, "ann", caller.RequestIDKey, "r-1", "Extra", "x", "extra", "y")
		var header, trailer metadata.MD
		text, err := echo.Call(ctx, conn, echo.Get, "hello", grpc.Header(&header), grpc.Trailer(&trailer))
		must.OK(t, err)
		must.Equal(t, text, "hello!")
		must.Equal(t, []string{seen.caller, seen.requestID, seen.extra}, []string{"ann", "r-1", "x,y"})
		must.True(t, seen.deadline)
		must.False(t, seen.leaked)
		must.True(t, seen.restricted) // an open listener hides nothing
		must.Equal(t, header.Get(rpcserver.SettledKey), []string{"2026-01-02T03:04:05.000000Z"})
		must.Equal(t, len(header.Get(caller.RequestIDKey)), 0) // its own, which it knows

		_, err = echo.Call(t.Context(), conn, echo.Get, "refuse", grpc.Header(&header))
		st := statustest.Check(t, err, codes.NotFound, "ECHO_NOT_FOUND", "")
		must.Equal(t, errs.Info(st).GetMetadata()["where"], "here")
		must.False(t, strings.Contains(err.Error(), "secret"))
		must.Equal(t, errors.Unwrap(err), nil)
		must.Equal(t, len(header.Get(rpcserver.SettledKey)), 1)

		_, err = echo.Call(t.Context(), conn, echo.Get, "panic")
		statustest.Check(t, err, codes.Internal, "INTERNAL", "")
		_, err = echo.Call(t.Context(), conn, echo.Get, "trailer", grpc.Trailer(&trailer))
		must.OK(t, err)
		must.Equal(t, trailer.Get("at-end"), []string{"yes"})
		_, err = echo.Call(t.Context(), conn, echo.Get, "twice")
		must.Equal(t, status.Code(err), codes.Internal) // the chain wants to add one more

		_, err = echo.Call(t.Context(), conn, echo.Get, "")
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "text")
		_, err = echo.Call(t.Context(), conn, echo.Get, strings.Repeat("x", 1500))
		statustest.Check(t, err, codes.ResourceExhausted, "REQUEST_TOO_LARGE", "")
		_, err = echo.Call(t.Context(), conn, echo.Missing, "a")
		statustest.Check(t, err, codes.Unimplemented, "UNKNOWN_METHOD", "")
		_, err = echo.Call(t.Context(), conn, echo.Get, "long answer", grpc.MaxCallRecvMsgSize(4))
		must.Equal(t, status.Code(err), codes.ResourceExhausted)
		text, err = openAndReceive(t.Context(), conn, "streams too")
		must.OK(t, err)
		must.Equal(t, text, "streams too")
	})
}

// TestAnAnswerThatIsTooLargeIsRefused: as one that stays so, and not as a limit that passes.
// What a write did stays done, so nobody may take it for one that wrote nothing.
func TestAnAnswerThatIsTooLargeIsRefused(t *testing.T) {
	large := func(context.Context, string) (string, error) { return strings.Repeat("a", 64<<20), nil }
	overBoth(t, rpcserver.Options{}, &echo.Service{OnGet: large, OnCreate: large}, func(t *testing.T, conn *grpc.ClientConn) {
		for method, written := range map[string]bool{echo.Get: false, echo.Create: true} {
			_, err := echo.Call(t.Context(), conn, method, "all")
			statustest.Check(t, err, codes.FailedPrecondition, "ANSWER_TOO_LARGE", "")
			must.Equal(t, errs.WriteUnknown(err), written)
		}
	})
}

func TestLocalCallsEndWithTheirContext(t *testing.T) {
	service := &echo.Service{OnGet: func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}}
	overBoth(t, rpcserver.Options{}, service, func(t *testing.T, conn *grpc.ClientConn) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := echo.Call(ctx, conn, echo.Get, "a")
		must.Equal(t, status.Code(err), codes.DeadlineExceeded)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = echo.Call(gone, conn, echo.Get, "a")
		must.Equal(t, status.Code(err), codes.Canceled)
	})
}

// TestLocalCallsShareNothing: what a handler keeps of a request, and what a caller
// keeps of an answer, is theirs alone.
func TestLocalCallsShareNothing(t *testing.T) {
	local := rpcserver.NewLocal(rpcserver.Options{})
	(&echo.Service{}).Register(local)
	conn := localConn(t, local, rpcserver.Options{}, &echo.Service{})
	request, first, second := echo.New("a"), echo.New(""), echo.New("")
	must.OK(t, conn.Invoke(t.Context(), echo.Get, request, first))
	proto.Reset(request)
	must.OK(t, conn.Invoke(t.Context(), echo.Get, echo.New("b"), second))
	must.Equal(t, []string{echo.Text(first), echo.Text(second)}, []string{"a", "b"})
}

func TestLocalCallsComeFromTheProcess(t *testing.T) {
	var network string
	service := &echo.Service{OnGet: func(ctx context.Context, text string) (string, error) {
		from, _ := peer.FromContext(ctx)
		network = from.Addr.Network()
		return text, nil
	}}
	local := rpcserver.NewLocal(rpcserver.Options{})
	service.Register(local)
	var from peer.Peer
	_, err := echo.Call(t.Context(), localConn(t, local, rpcserver.Options{}, service), echo.Get, "a", grpc.Peer(&from))
	must.OK(t, err)
	must.Equal(t, []string{network, from.Addr.Network()}, []string{"local", "local"})
}

func TestStoppedLocalRefusesAndWaits(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	service := &echo.Service{OnGet: func(_ context.Context, text string) (string, error) {
		close(begun)
		<-end
		return text, nil
	}}
	local := rpcserver.NewLocal(rpcserver.Options{})
	service.Register(local)
	conn := localConn(t, local, rpcserver.Options{}, service)
	answered := make(chan error, 1)
	go func() {
		_, err := echo.Call(t.Context(), conn, echo.Get, "a")
		answered <- err
	}()
	<-begun
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	must.True(t, local.Stop(gone) != nil)
	_, err := echo.Call(t.Context(), conn, echo.Create, "b")
	statustest.Check(t, err, codes.Unavailable, "SERVER_STOPPING", "")
	close(end)
	must.OK(t, <-answered)
	must.OK(t, local.Stop(t.Context()))
	must.OK(t, local.Stop(t.Context()))
}
