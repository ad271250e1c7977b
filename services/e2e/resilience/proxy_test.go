package resilience_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// proxy stands between the gateway and a service and passes every call on as it
// is, except one that it holds: before the service sees it, or after the
// service has done it and before its answer is known.
type proxy struct {
	address string
	backend *grpc.ClientConn

	mu   sync.Mutex
	hold *hold
}

// moment is where a call is held.
type moment string

const (
	before moment = "before"
	after  moment = "after"
)

// hold is one call that is held when it comes.
type hold struct {
	method string
	nth    int // the how many-th call of the method, from 1
	at     moment

	reached  chan struct{} // closed when the call is held
	released chan struct{} // closed by release
	ended    chan struct{} // closed when the call goes on, or its caller is gone
	once     sync.Once
}

// newProxy serves a proxy to a service until the test ends.
func newProxy(t testing.TB, backend string) *proxy {
	t.Helper()
	p := &proxy{}
	var err error
	p.backend, err = grpc.NewClient(backend,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(frames{}), grpc.MaxCallRecvMsgSize(64<<20)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1, MaxDelay: 10 * time.Millisecond}, MinConnectTimeout: time.Second,
		}))
	must.OK(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must.OK(t, err)
	p.address = listener.Addr().String()
	server := grpc.NewServer(grpc.ForceServerCodecV2(frames{}), grpc.UnknownServiceHandler(p.pass), grpc.MaxRecvMsgSize(64<<20))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		p.backend.Close()
	})
	return p
}

// holdCall holds the nth call of a method from now on.
func (p *proxy) holdCall(method string, nth int, at moment) *hold {
	h := &hold{method: method, nth: nth, at: at, reached: make(chan struct{}), released: make(chan struct{}), ended: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hold = h
	return h
}

// release lets the call go on, and every later one.
func (p *proxy) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hold != nil {
		h := p.hold
		h.once.Do(func() { close(h.released) })
	}
	p.hold = nil
}

// abandoned waits until the held call ended, since its caller is gone: a call that
// was released before the proxy knows would still be made.
func (p *proxy) abandoned() {
	p.mu.Lock()
	h := p.hold
	p.mu.Unlock()
	<-h.ended
}

// reconnected waits until the service can be reached again.
func (p *proxy) reconnected(t testing.TB) {
	t.Helper()
	for {
		state := p.backend.GetState()
		if state == connectivity.Ready {
			return
		}
		p.backend.Connect()
		if !p.backend.WaitForStateChange(t.Context(), state) {
			t.Fatal("the service cannot be reached")
		}
	}
}

// held answers the hold that a call meets, nil for none.
func (p *proxy) held(method string) *hold {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hold == nil || p.hold.method != method {
		return nil
	}
	if p.hold.nth--; p.hold.nth == 0 {
		return p.hold
	}
	return nil
}

// wait holds a call until it is released or its caller is gone.
func (h *hold) wait(ctx context.Context) error {
	close(h.reached)
	defer close(h.ended)
	select {
	case <-h.released:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

// pass is the handler of every method: unary calls are read whole, which is all
// that the gateway makes.
func (p *proxy) pass(_ any, incoming grpc.ServerStream) error {
	method, ok := grpc.MethodFromServerStream(incoming)
	if !ok {
		return status.Error(codes.Internal, "a call without a method")
	}
	ctx := incoming.Context()
	var request []byte
	if err := incoming.RecvMsg(&request); err != nil {
		return err
	}
	h := p.held(method)
	if h != nil && h.at == before {
		if err := h.wait(ctx); err != nil {
			return err
		}
	}
	answers, err := p.forward(ctx, method, request, incoming)
	if h != nil && h.at == after {
		if err := h.wait(ctx); err != nil {
			return err
		}
	}
	for i := range answers {
		if err := incoming.SendMsg(&answers[i]); err != nil {
			return err
		}
	}
	return err
}

// forward makes the call and reads all answers.
func (p *proxy) forward(ctx context.Context, method string, request []byte, incoming grpc.ServerStream) ([][]byte, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(ctx, md.Copy()))
	defer cancel()
	outgoing, err := p.backend.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		return nil, err
	}
	if err := outgoing.SendMsg(&request); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := outgoing.CloseSend(); err != nil {
		return nil, err
	}
	var answers [][]byte
	for {
		var answer []byte
		err := outgoing.RecvMsg(&answer)
		if header, headerErr := outgoing.Header(); headerErr == nil && len(answers) == 0 {
			_ = incoming.SetHeader(header)
		}
		if errors.Is(err, io.EOF) {
			incoming.SetTrailer(outgoing.Trailer())
			return answers, nil
		}
		if err != nil {
			incoming.SetTrailer(outgoing.Trailer())
			return answers, err
		}
		answers = append(answers, answer)
	}
}

// frames is the codec of who does not look into messages.
type frames struct{}

// Name implements encoding.CodecV2.
func (frames) Name() string { return "proto" }

// Marshal implements encoding.CodecV2.
func (frames) Marshal(v any) (mem.BufferSlice, error) {
	frame, ok := v.(*[]byte)
	if !ok {
		return nil, errors.New("not a frame")
	}
	return mem.BufferSlice{mem.SliceBuffer(*frame)}, nil
}

// Unmarshal implements encoding.CodecV2.
func (frames) Unmarshal(data mem.BufferSlice, v any) error {
	frame, ok := v.(*[]byte)
	if !ok {
		return errors.New("not a frame")
	}
	*frame = data.Materialize()
	return nil
}
