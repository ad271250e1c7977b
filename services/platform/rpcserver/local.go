package rpcserver

import (
	"context"
	"fmt"
	"net"
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
// deadlines, cancelling and the details of errors are the same. Two things differ:
// the handler runs in the goroutine of the caller, who therefore gets its answer
// when the handler ends and not before, and gRPC's own keepalive and limits of
// streams, which belong to a transport, do not exist.
//
// It has the unary methods that were registered on it. Streams, and methods that it
// does not have, go over the connection that it was put into.
//
// fullstorydev/grpchan has such a channel too, but starts a goroutine for each
// call, copies messages by reflection and has no place for the codec that refuses
// what cannot be decoded.
type Local struct {
	codec     encoding.CodecV2
	intercept grpc.UnaryServerInterceptor
	methods   map[string]localMethod

	mu       sync.Mutex
	running  int
	stopping bool
	ended    chan struct{} // closed when it is stopped and no call runs any more
}

type localMethod struct {
	service any
	handler grpc.MethodHandler
}

// NewLocal returns a Local with the chain that a server of these options has.
// Register services on it before calls are made. Health, MaxConnectionAge,
// MaxStreams and Extra have no meaning for it.
func NewLocal(options Options) *Local {
	options = options.withDefaults()
	return &Local{
		codec:     newCodec(options.MaxMessageBytes),
		intercept: chained(unaryChain(options)),
		methods:   make(map[string]localMethod),
		ended:     make(chan struct{}),
	}
}

// chained makes one interceptor of many, the first outermost.
func chained(chain []grpc.UnaryServerInterceptor) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		return chain[0](ctx, req, info, following(chain, 0, info, handler))
	}
}

func following(chain []grpc.UnaryServerInterceptor, at int, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) grpc.UnaryHandler {
	if at == len(chain)-1 {
		return handler
	}
	return func(ctx context.Context, req any) (any, error) {
		return chain[at+1](ctx, req, info, following(chain, at+1, info, handler))
	}
}

// RegisterService implements grpc.ServiceRegistrar.
func (l *Local) RegisterService(service *grpc.ServiceDesc, implementation any) {
	for i := range service.Methods {
		l.methods["/"+service.ServiceName+"/"+service.Methods[i].MethodName] = localMethod{implementation, service.Methods[i].Handler}
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
	asked := askedOf(opts)
	err := l.call(ctx, found, &call, req, reply, asked)
	asked.finish(&call, err)
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

func (l *Local) call(ctx context.Context, found localMethod, call *localCall, req, reply any, asked asked) error {
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
	inside, cancel := context.WithCancel(apart{ctx})
	defer cancel()
	inside = peer.NewContext(inside, &peer.Peer{Addr: localAddr{}, LocalAddr: localAddr{}})
	sent, _ := metadata.FromOutgoingContext(ctx)
	inside = metadata.NewIncomingContext(inside, sent)
	inside = grpc.NewContextWithServerTransportStream(inside, call)
	decode := func(into any) error { return l.codec.Unmarshal(wire, into) }
	answer, err := found.handler(found.service, inside, decode, l.intercept)
	if err != nil {
		if gone := ctx.Err(); gone != nil {
			return status.FromContextError(gone).Err() // nobody waits for what the handler says
		}
		return status.FromProto(status.Convert(err).Proto()).Err() // without the cause, which is not for callers
	}
	return l.deliver(answer, reply, asked)
}

// deliver gives the answer to the caller.
func (l *Local) deliver(answer, reply any, asked asked) error {
	out, err := l.codec.Marshal(answer)
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

// apart is a context that ends when the caller's does and has none of its values:
// what a service knows of a call came with the call.
type apart struct{ context.Context } //nolint:containedctx // it is one

// Value implements context.Context.
func (apart) Value(any) any { return nil }

// AfterFunc spares package context a goroutine that waits for the end.
func (a apart) AfterFunc(f func()) func() bool { return context.AfterFunc(a.Context, f) }

// localAddr is where a local call comes from.
type localAddr struct{}

var _ net.Addr = localAddr{}

func (localAddr) Network() string { return "local" }
func (localAddr) String() string  { return "local" }

// asked are the options of a call that mean something here.
type asked struct {
	codec           encoding.CodecV2
	maxAnswer       int
	header, trailer []*metadata.MD
	from            *peer.Peer
	onFinish        []func(error)
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
		case grpc.HeaderCallOption:
			a.header = append(a.header, o.HeaderAddr)
		case grpc.TrailerCallOption:
			a.trailer = append(a.trailer, o.TrailerAddr)
		case grpc.PeerCallOption:
			a.from = o.PeerAddr
		case grpc.OnFinishCallOption:
			a.onFinish = append(a.onFinish, o.OnFinish)
		}
	}
	return a
}

// finish hands out what came with the answer.
func (a *asked) finish(call *localCall, err error) {
	header, trailer := call.sent()
	for _, into := range a.header {
		*into = header
	}
	for _, into := range a.trailer {
		*into = trailer
	}
	if a.from != nil {
		*a.from = peer.Peer{Addr: localAddr{}}
	}
	for _, done := range a.onFinish {
		done(err)
	}
}
