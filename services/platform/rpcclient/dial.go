package rpcclient

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // lets the service config ask for health checks
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/resolver"

	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// DefaultTimeout is the deadline of a unary call whose context has none.
	DefaultTimeout = 10 * time.Second
	// maxAnswerBytes limits one received message, as the server limits sending.
	maxAnswerBytes = 64 << 20
	// streamWindow and connectionWindow are how much of answers may be on its way, in
	// bytes.
	streamWindow, connectionWindow = 1 << 20, 4 << 20
	// connectTimeout bounds one attempt to connect.
	connectTimeout = 3 * time.Second
	// A connection with calls on which nothing came for aliveInterval is asked for a
	// sign of life, and given up if none came within aliveTimeout; so is one that does
	// not acknowledge what it is sent. Servers allow to be asked twice as often.
	aliveInterval, aliveTimeout = 10 * time.Second, 5 * time.Second
)

// reconnect is how long to wait between attempts to connect: short, because a
// restarted service should be found at once.
var reconnect = backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 3 * time.Second}

// balanced is the service config of a name that resolves to many addresses:
// every healthy one gets its share of calls.
const balanced = `{"loadBalancingConfig":[{"round_robin":{}}],"healthCheckConfig":{"serviceName":""}}`

// Options are the settings of a connection. The zero value works.
type Options struct {
	// Timeout replaces DefaultTimeout when it is not zero.
	Timeout time.Duration
	// Credentials secure the connection; nil sends in clear.
	Credentials credentials.TransportCredentials
	// Telemetry counts calls; nil counts nothing.
	Telemetry *telemetry.Telemetry
	// Key is the API key that every call shows, of a program that calls in its own
	// name only. It needs Credentials, so that no key is sent in clear by oversight.
	Key string
	// OwnKey is the API key of the calls that a program which passes on its callers'
	// credentials makes for itself (auth.AsOwn); "" shows none.
	OwnKey string
	// Once has every call tried only once: where the other side is in this process,
	// and repeats by itself what it asks of others.
	Once bool
	// Dialer opens the transport; nil is TCP. In-memory listeners need it, with a
	// target such as "passthrough:///bufnet".
	Dialer func(ctx context.Context, addr string) (net.Conn, error)
	// Extra are further gRPC options.
	Extra []grpc.DialOption
}

// Dial returns a connection that connects when it is first used. The target is
// a gRPC name: "host:port", or "dns:///host:port" to balance over all addresses
// of the host and leave out those that are not healthy.
//
// Unary calls get a deadline if they have none; those that read, and those that
// write with a request_id, are repeated when the service is unavailable. Caller and
// request id of the context go with every call.
func Dial(target string, options Options) (*grpc.ClientConn, error) {
	if options.Timeout == 0 {
		options.Timeout = DefaultTimeout
	}
	if options.Key != "" && options.Credentials == nil {
		return nil, fmt.Errorf("gRPC target %q: a key needs credentials (TLS) for the connection that it is sent on", target)
	}
	if options.Credentials == nil {
		options.Credentials = insecure.NewCredentials()
	}
	dial := []grpc.DialOption{
		grpc.WithTransportCredentials(options.Credentials),
		grpc.WithChainUnaryInterceptor(unaryChain(options)...),
		grpc.WithChainStreamInterceptor(streamChain(options)...),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: reconnect, MinConnectTimeout: connectTimeout}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: aliveInterval, Timeout: aliveTimeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithDisableServiceConfig(), // the DNS must not change how calls are made
		// Else gRPC measures the connection with a ping for nearly every small answer.
		grpc.WithStaticStreamWindowSize(streamWindow),
		grpc.WithStaticConnWindowSize(connectionWindow),
	}
	if strings.HasPrefix(target, "dns:") {
		resolveSoon()
		dial = append(dial, grpc.WithDefaultServiceConfig(balanced), grpc.WithResolvers(repeating{resolver.Get("dns")}))
	}
	if options.Dialer != nil {
		dial = append(dial, grpc.WithContextDialer(options.Dialer))
	}
	conn, err := grpc.NewClient(target, append(dial, options.Extra...)...)
	if err != nil {
		return nil, fmt.Errorf("gRPC target %q: %w", target, err)
	}
	return conn, nil
}

// The order of interceptors, outermost first: telemetry counts a call once
// however often it is tried, and the deadline spans all tries.

func unaryChain(o Options) []grpc.UnaryClientInterceptor {
	var chain []grpc.UnaryClientInterceptor
	if o.Telemetry != nil {
		chain = append(chain, o.Telemetry.UnaryClient())
	}
	chain = append(chain, deadlineUnary(o.Timeout), identityUnary(o))
	if !o.Once {
		chain = append(chain, newRetries().unary)
	}
	return chain
}

func streamChain(o Options) []grpc.StreamClientInterceptor {
	var chain []grpc.StreamClientInterceptor
	if o.Telemetry != nil {
		chain = append(chain, o.Telemetry.StreamClient())
	}
	return append(chain, identityStream(o))
}
