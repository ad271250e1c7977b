package rpcserver

import (
	"context"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// localCall is where the handler of a local call leaves headers and trailers.
type localCall struct {
	method string

	mu              sync.Mutex // a handler may set them from goroutines of its own
	header, trailer metadata.MD
	headerSent      bool
}

var _ grpc.ServerTransportStream = (*localCall)(nil)

// Method implements grpc.ServerTransportStream.
func (c *localCall) Method() string { return c.method }

// SetHeader implements grpc.ServerTransportStream.
func (c *localCall) SetHeader(md metadata.MD) error { return c.addHeader(md, false) }

// SendHeader implements grpc.ServerTransportStream. The header goes with the answer,
// so sending it means only that nothing is added any more.
func (c *localCall) SendHeader(md metadata.MD) error { return c.addHeader(md, true) }

func (c *localCall) addHeader(md metadata.MD, send bool) error {
	if len(md) == 0 && !send {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.headerSent {
		return status.Error(codes.Internal, "the header was sent already")
	}
	c.header = joined(c.header, md)
	c.headerSent = send
	return nil
}

// SetTrailer implements grpc.ServerTransportStream.
func (c *localCall) SetTrailer(md metadata.MD) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trailer = joined(c.trailer, md)
	return nil
}

// put is SetHeader for one value.
func (c *localCall) put(key, value string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.headerSent {
		return status.Error(codes.Internal, "the header was sent already")
	}
	if c.header == nil {
		c.header = make(metadata.MD, 2)
	}
	c.header[key] = append(c.header[key], value)
	return nil
}

// isLocal reports whether a call is from within the process.
func isLocal(ctx context.Context) bool {
	_, local := grpc.ServerTransportStreamFromContext(ctx).(*localCall)
	return local
}

// putHeader is grpc.SetHeader for one value, without a map around it where none is sent. A
// caller who has left hears none, which is nobody's fault.
func putHeader(ctx context.Context, key, value string) error {
	if call, local := grpc.ServerTransportStreamFromContext(ctx).(*localCall); local {
		return call.put(key, value)
	}
	if err := grpc.SetHeader(ctx, metadata.Pairs(key, value)); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// joined adds metadata to what there is, which it may change.
func joined(there, more metadata.MD) metadata.MD {
	if there == nil {
		there = make(metadata.MD, len(more)+2)
	}
	for key, values := range more {
		there[key] = append(there[key], values...)
	}
	return there
}

// finish hands out what came with the answer.
func (c *localCall) finish(opts []grpc.CallOption, err error) {
	c.mu.Lock()
	header, trailer := c.header, c.trailer
	c.mu.Unlock()
	for _, option := range opts {
		switch o := option.(type) {
		case grpc.HeaderCallOption:
			*o.HeaderAddr = header
		case grpc.TrailerCallOption:
			*o.TrailerAddr = trailer
		case grpc.PeerCallOption:
			*o.PeerAddr = peer.Peer{Addr: localAddr{}}
		case grpc.OnFinishCallOption:
			o.OnFinish(err)
		}
	}
}
