package rpcserver_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/internal/echo"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// raw is a client codec that sends the bytes it is given.
type raw struct{ bytes []byte }

func (r raw) Marshal(any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(r.bytes)}, nil
}
func (r raw) Unmarshal(data mem.BufferSlice, v any) error {
	return proto.Unmarshal(data.Materialize(), v.(proto.Message))
}
func (r raw) Name() string { return "proto" }

// str encodes a length-delimited field.
func str(number protowire.Number, content string) []byte {
	return protowire.AppendString(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

func TestUndecodableRequests(t *testing.T) {
	const bad = "caf\xe9"
	text := string(str(1, "ok"))
	tests := map[string]struct {
		bytes  []byte
		code   codes.Code
		reason string
		field  string
	}{
		"text":       {str(1, bad), codes.InvalidArgument, "INVALID_UTF8", "text"},
		"nested":     {append(str(1, "ok"), str(2, string(str(1, bad)))...), codes.InvalidArgument, "INVALID_UTF8", "inner.note"},
		"in a list":  {[]byte(text + string(str(3, string(str(1, "a")))) + string(str(3, string(str(1, bad))))), codes.InvalidArgument, "INVALID_UTF8", "list[1].note"},
		"in a map":   {str(4, string(str(1, "k"))+string(str(2, bad))), codes.InvalidArgument, "INVALID_UTF8", "labels"},
		"no message": {[]byte{0xff, 0xff, 0xff}, codes.InvalidArgument, "MALFORMED_REQUEST", ""},
		"cut short":  {[]byte(text)[:2], codes.InvalidArgument, "MALFORMED_REQUEST", ""},
		"too large":  {str(1, string(bytes.Repeat([]byte("a"), 1500))), codes.ResourceExhausted, "REQUEST_TOO_LARGE", ""},
		"far too large": {str(1, string(bytes.Repeat([]byte("a"), 5000))), codes.ResourceExhausted,
			"RESOURCE_EXHAUSTED", ""}, // gRPC's own refusal: the reason is what errs gives a bare status
	}
	w := watch(t, &echo.Service{}, rpcserver.Options{MaxMessageBytes: 1000})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := echo.Call(t.Context(), w.conn, echo.Get, "", grpc.ForceCodecV2(raw{tt.bytes}))
			statustest.Check(t, err, tt.code, tt.reason, tt.field)
			receive, err := echo.Open(t.Context(), w.conn, echo.New(""), grpc.ForceCodecV2(raw{tt.bytes}))
			must.OK(t, err)
			_, err = receive()
			statustest.Check(t, err, tt.code, tt.reason, tt.field)
		})
	}
	w.counted(t, `onrecord_grpc_server_calls_total{code="ResourceExhausted",method="GetEcho",service="onrecord.echo.v1.EchoService"} 1`)
}

func TestDecodeMarkCannotBeForged(t *testing.T) {
	conn := rpctest.Conn(t, rpcserver.Options{}, (&echo.Service{}).Register)
	forged := append(str(1, "ok"), str(protowire.MaxValidNumber, "0123456789abcdefu-field")...)
	_, err := echo.Call(t.Context(), conn, echo.Get, "", grpc.ForceCodecV2(raw{forged}))
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_FIELD", "536870911")
}

// TestUnknownFieldsAreRefused: who is newer than the server is told so before anything else.
func TestUnknownFieldsAreRefused(t *testing.T) {
	var service echo.Service
	overBoth(t, rpcserver.Options{}, &service, func(t *testing.T, conn *grpc.ClientConn) {
		for field, wire := range map[string][]byte{
			"44":         append(str(1, "ok"), str(44, "x")...),
			"45":         str(45, "x"), // and without the text, which is required
			"1":          protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 1),
			"inner.44":   append(str(1, "ok"), str(2, string(str(44, "x")))...),
			"list[1].44": append(str(1, "ok"), append(str(3, ""), str(3, string(str(44, "x")))...)...),
		} {
			for _, method := range []string{echo.Get, echo.Create} {
				_, err := echo.Call(t.Context(), conn, method, "", grpc.ForceCodecV2(raw{wire}))
				statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_FIELD", field)
			}
			receive := must.Get(echo.Open(t.Context(), conn, echo.New(""), grpc.ForceCodecV2(raw{wire})))(t)
			_, err := receive()
			statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_FIELD", field)
		}
	})
}

// TestNewerClientsOfHealthAreAnswered: a probe of a newer gRPC takes no service away.
func TestNewerClientsOfHealthAreAnswered(t *testing.T) {
	conn := rpctest.Conn(t, rpcserver.Options{Health: health.New(zap.NewNop())}, (&echo.Service{}).Register)
	request := &healthpb.HealthCheckRequest{}
	request.ProtoReflect().SetUnknown(str(44, "x"))
	_, err := healthpb.NewHealthClient(conn).Check(t.Context(), request)
	must.OK(t, err)
}

func TestLargestRequestIsAccepted(t *testing.T) {
	conn := rpctest.Conn(t, rpcserver.Options{}, (&echo.Service{}).Register)
	text := string(bytes.Repeat([]byte("a"), 4<<20))
	must.Equal(t, len(must.Get(echo.Call(t.Context(), conn, echo.Get, text))(t)), len(text))
	_, err := echo.Call(t.Context(), conn, echo.Get, text+text[:100<<10])
	st := statustest.Check(t, err, codes.ResourceExhausted, "REQUEST_TOO_LARGE", "")
	must.Contains(t, st.Message(), "4259840")
}

func TestDeadlines(t *testing.T) {
	var left time.Duration
	service := &echo.Service{OnGet: func(ctx context.Context, text string) (string, error) {
		deadline, ok := ctx.Deadline()
		must.True(t, ok)
		left = time.Until(deadline)
		return text, nil
	}}
	conn := rpctest.Conn(t, rpcserver.Options{Timeout: time.Minute}, service.Register)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
	must.True(t, left <= time.Minute, "the server's own deadline is missing: %v", left)

	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	must.Get(echo.Call(ctx, conn, echo.Get, "a"))(t)
	must.True(t, left <= 20*time.Second, "the client's deadline is lost: %v", left)
}

func TestServerEndsAHandlerThatTakesTooLong(t *testing.T) {
	service := &echo.Service{OnGet: func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}}
	conn := rpctest.Conn(t, rpcserver.Options{Timeout: time.Millisecond}, service.Register)
	_, err := echo.Call(t.Context(), conn, echo.Get, "a")
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
}

func TestSettledTime(t *testing.T) {
	now := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	later := now.Add(time.Second)
	advance := func(ctx context.Context, text string) (string, error) {
		now = later
		switch text {
		case "choose":
			rpcserver.SetSettled(ctx, later.Add(-time.Hour))
		case "fail":
			return "", errors.New("no")
		}
		return text, nil
	}
	service := &echo.Service{OnGet: advance, OnCreate: advance}
	settled := func(service string) time.Time {
		must.Equal(t, service, echo.Name)
		return now
	}
	conn := rpctest.Conn(t, rpcserver.Options{Settled: settled}, service.Register)
	start := now
	for _, tt := range []struct{ method, text, want string }{
		{echo.Get, "a", "2024-05-01T12:00:00.000000Z"},
		{echo.Create, "a", "2024-05-01T12:00:01.000000Z"},
		{echo.Get, "choose", "2024-05-01T11:00:01.000000Z"},
		{echo.Create, "fail", "2024-05-01T12:00:01.000000Z"},
	} {
		now = start
		var header metadata.MD
		_, _ = echo.Call(t.Context(), conn, tt.method, tt.text, grpc.Header(&header)) // the header comes with errors too
		must.Equal(t, header.Get(rpcserver.SettledKey), []string{tt.want})
	}
	rpcserver.SetSettled(t.Context(), later) // outside a call: no effect
}

func TestHealthAndReflectionAreServed(t *testing.T) {
	readiness := health.New(zap.NewNop())
	conn := rpctest.Conn(t, rpcserver.Options{Health: readiness}, (&echo.Service{}).Register)
	answer := must.Get(healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_SERVING)

	stream := must.Get(reflectionpb.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context()))(t)
	must.OK(t, stream.Send(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{ListServices: "*"},
	}))
	var names []string
	for _, service := range must.Get(stream.Recv())(t).GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	must.True(t, len(names) == 4, "services are %q", names)
	must.OK(t, stream.CloseSend())
}

// component serves an echo server as a component and returns a connection, the
// component's Stop, and what Serve returns.
func component(t *testing.T, service *echo.Service) (*grpc.ClientConn, func(context.Context) error, <-chan error) {
	t.Helper()
	server := rpcserver.New(rpcserver.Options{})
	service.Register(server)
	first, second := bufconn.Listen(1<<16), bufconn.Listen(1<<16)
	part := rpcserver.Component(server, first, second)
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
	return rpctest.Dial(t, second, rpcclient.Options{}), part.Stop, served
}

func TestComponentLetsCallsFinish(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	service := &echo.Service{OnGet: func(_ context.Context, text string) (string, error) {
		close(begun)
		<-release
		return text, nil
	}}
	conn, stop, served := component(t, service)
	called := make(chan error, 1)
	go func() {
		_, err := echo.Call(t.Context(), conn, echo.Get, "a")
		called <- err
	}()
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- stop(t.Context()) }()
	close(release)
	must.OK(t, <-called)
	must.OK(t, <-stopped)
	must.OK(t, <-served)
}

func TestComponentEndsByForce(t *testing.T) {
	begun := make(chan struct{})
	service := &echo.Service{OnWatch: func(ctx context.Context, _ string, _ func(string) error) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	}}
	conn, stop, served := component(t, service)
	receive := must.Get(echo.Open(t.Context(), conn, echo.New("a")))(t)
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	must.ErrorIs(t, stop(ctx), context.Canceled)
	must.OK(t, <-served)
	_, err := receive()
	must.Err(t, err)
}

func TestComponentReportsAListenerThatFails(t *testing.T) {
	server := rpcserver.New(rpcserver.Options{})
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	must.OK(t, listener.Close())
	err := rpcserver.Component(server, listener, bufconn.Listen(1)).Serve(t.Context())
	must.Contains(t, err.Error(), listener.Addr().String())
}
