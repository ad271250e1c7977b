package rpcclient

import (
	"sync"
	"time"

	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/dns"
)

// resolveInterval is how often a name is looked up. gRPC does so only when a server has
// gone away, and then after 30 seconds at the earliest, which are longer than it takes to
// replace every pod behind a name; and not at all when all servers that it knows say that
// they are about to stop, as they do where a whole set of them is replaced at once.
const resolveInterval = 2 * time.Second

// resolveSoon sets the interval between two look-ups, which gRPC has for the whole process.
var resolveSoon = sync.OnceFunc(func() { dns.SetMinResolutionInterval(resolveInterval) })

// repeating builds resolvers that look names up again and again.
type repeating struct{ resolver.Builder }

// Build implements resolver.Builder.
func (b repeating) Build(target resolver.Target, cc resolver.ClientConn, options resolver.BuildOptions) (resolver.Resolver, error) {
	inner, err := b.Builder.Build(target, cc, options)
	if err != nil {
		return nil, err
	}
	r := &repeated{Resolver: inner, closed: make(chan struct{})}
	r.loop.Go(r.repeat)
	return r, nil
}

// repeated is a resolver with its loop.
type repeated struct {
	resolver.Resolver

	closed chan struct{}
	loop   sync.WaitGroup
}

func (r *repeated) repeat() {
	tick := time.NewTicker(resolveInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.ResolveNow(resolver.ResolveNowOptions{})
		case <-r.closed:
			return
		}
	}
}

// Close implements resolver.Resolver.
func (r *repeated) Close() {
	close(r.closed)
	r.loop.Wait()
	r.Resolver.Close()
}
