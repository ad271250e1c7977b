package rpcserver

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Local answers unary calls of a connection in the process of the services,
// without a transport: framing, flow control and the goroutines of HTTP/2 cost
// several times what a small read does.
//
// Everything else is as over the wire. Each call passes the chain of interceptors
// of New; requests and answers are encoded and decoded, so that neither side can
// change what the other holds, and the limits of size hold; metadata, headers,
// deadlines, cancelling and the details of errors are the same. Three things differ:
// the handler runs in the goroutine of the caller, who therefore gets its answer
// when the handler ends and not before; its context ends with that of the caller, which
// a connection of package rpcclient ends after the call; and gRPC's own keepalive and
// limits of streams, which belong to a transport, do not exist.
//
// It has the unary methods that were registered on it. Streams, and methods that it
// does not have, go over the connection that it was put into.
//
// fullstorydev/grpchan has such a channel too, but starts a goroutine for each
// call, copies messages by reflection and has no place for the codec that refuses
// what cannot be decoded.
type Local struct {
	codec   *codec
	chain   []grpc.UnaryServerInterceptor
	methods map[string]*localMethod

	mu       sync.Mutex
	running  int
	stopping bool
	ended    chan struct{} // closed when it is stopped and no call runs any more
}

// localMethod is a method with the chain before it, which is put together once: every
// call has the same.
type localMethod struct {
	service any
	handler grpc.MethodHandler
	chain   []grpc.UnaryServerInterceptor
	once    sync.Once
	chained grpc.UnaryHandler
}

// intercept is the chain. What generated code hands to an interceptor as the handler
// and as what is called is the same at each call.
func (m *localMethod) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	m.once.Do(func() {
		m.chained = handler
		for _, each := range slices.Backward(m.chain) {
			next := m.chained
			m.chained = func(ctx context.Context, req any) (any, error) { return each(ctx, req, info, next) }
		}
	})
	return m.chained(ctx, req)
}

// NewLocal returns a Local with the chain that a server of these options has.
// Register services on it before calls are made. Health, MaxConnectionAge,
// MaxStreams and Extra have no meaning for it.
func NewLocal(options Options) *Local {
	options = options.withDefaults()
	return &Local{
		codec:   newCodec(options.MaxMessageBytes),
		chain:   unaryChain(options),
		methods: make(map[string]*localMethod),
		ended:   make(chan struct{}),
	}
}

// RegisterService implements grpc.ServiceRegistrar.
func (l *Local) RegisterService(service *grpc.ServiceDesc, implementation any) {
	for i := range service.Methods {
		l.methods["/"+service.ServiceName+"/"+service.Methods[i].MethodName] = &localMethod{
			service: implementation, handler: service.Methods[i].Handler, chain: l.chain,
		}
	}
}

// Unary is the innermost interceptor of a connection whose calls Local is to
// answer.
func (l *Local) Unary(
	ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	found, ok := l.methods[method]
	if !ok {
		return invoker(ctx, method, req, reply, cc, opts...)
	}
	call := localCall{method: method}
	err := l.call(ctx, found, &call, req, reply, askedOf(opts))
	call.finish(opts, err)
	return err
}

// Stop refuses calls from now on and waits for those that run, at most until ctx
// ends.
func (l *Local) Stop(ctx context.Context) error {
	l.mu.Lock()
	if !l.stopping {
		l.stopping = true
		if l.running == 0 {
			close(l.ended)
		}
	}
	l.mu.Unlock()
	select {
	case <-l.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("calls still run: %w", ctx.Err())
	}
}

// enter counts a call that begins; false says that none may.
func (l *Local) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return false
	}
	l.running++
	return true
}

func (l *Local) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	if l.stopping && l.running == 0 {
		close(l.ended)
	}
}

func (l *Local) call(ctx context.Context, found *localMethod, call *localCall, req, reply any, asked asked) error {
	if !l.enter() {
		return errs.ToStatus(errs.New(errs.Unavailable, "SERVER_STOPPING", "the server is stopping")).Err()
	}
	defer l.leave()
	if err := ctx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	wire, err := asked.codec.Marshal(req)
	if err != nil {
		return status.Errorf(codes.Internal, "grpc: error while marshaling: %v", err)
	}
	defer wire.Free()
	sent, _ := metadata.FromOutgoingContext(ctx)
	inside := metadata.NewIncomingContext(apart{ctx}, sent)
	inside = grpc.NewContextWithServerTransportStream(inside, call)
	decode := func(into any) error { return l.codec.Unmarshal(wire, into) }
	answer, err := found.handler(found.service, inside, decode, found.intercept)
	if err != nil {
		if gone := ctx.Err(); gone != nil {
			return status.FromContextError(gone).Err() // nobody waits for what the handler says
		}
		return status.FromProto(status.Convert(err).Proto()).Err() // without the cause, which is not for callers
	}
	return l.deliver(answer, reply, asked)
}

// deliver gives the answer to the caller. A codec of the caller's own gets bytes that are
// nobody else's, in one piece, and may keep them.
func (l *Local) deliver(answer, reply any, asked asked) error {
	marshal := l.codec.Marshal
	if asked.codec != wireCodec {
		marshal = l.codec.marshalOwn
	}
	out, err := marshal(answer)
	if err != nil {
		return status.Errorf(codes.Internal, "grpc: error while marshaling: %v", err)
	}
	defer out.Free()
	if limit := min(maxAnswerBytes, asked.maxAnswer); out.Len() > limit {
		return status.Errorf(codes.ResourceExhausted, "grpc: received message larger than max (%d vs. %d)", out.Len(), limit)
	}
	if err := asked.codec.Unmarshal(out, reply); err != nil {
		return status.Errorf(codes.Internal, "grpc: failed to unmarshal the received message: %v", err)
	}
	return nil
}

// apart is a context that ends when the caller's does and has none of its values but
// where the call comes from: what else a service knows of it came with the call.
type apart struct{ context.Context } //nolint:containedctx // it is one

// Value implements context.Context. Package context asks by a key of its own, a *int, for
// what ends the context (cancelCtxKey, since Go 1.14): not told, it would start a goroutine
// for whatever waits for that. Another package's key that is a *int would pass, too; none
// that this program has is one.
func (a apart) Value(key any) any {
	if _, own := key.(*int); own {
		return a.Context.Value(key)
	}
	return fromHere.Value(key)
}

// fromHere says where local calls come from.
var fromHere = peer.NewContext(context.Background(), &peer.Peer{Addr: localAddr{}, LocalAddr: localAddr{}})

// localAddr is where a local call comes from.
type localAddr struct{}

var _ net.Addr = localAddr{}

func (localAddr) Network() string { return "local" }
func (localAddr) String() string  { return "local" }

// asked are the options of a call that mean something before it.
type asked struct {
	codec     encoding.CodecV2
	maxAnswer int
}

// wireCodec is gRPC's own.
var wireCodec = encoding.GetCodecV2("proto")

func askedOf(opts []grpc.CallOption) asked {
	a := asked{codec: wireCodec, maxAnswer: maxAnswerBytes}
	for _, option := range opts {
		switch o := option.(type) {
		case grpc.ForceCodecV2CallOption:
			a.codec = o.CodecV2
		case grpc.MaxRecvMsgSizeCallOption:
			a.maxAnswer = o.MaxRecvMsgSize
		}
	}
	return a
}
