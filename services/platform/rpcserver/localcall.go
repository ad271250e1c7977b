package rpcserver

import (
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
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

func (c *localCall) sent() (header, trailer metadata.MD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.header, c.trailer
}
