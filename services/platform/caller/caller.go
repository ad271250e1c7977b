// Package caller carries in a context who calls and under which request id,
// and names the metadata keys that take both from one service to the next.
//
// Only identity may go here; what a caller is allowed to do is decided
// elsewhere.
package caller

import (
	"context"
	"net"
)

const (
	// Anonymous is the id of a caller that nothing identifies.
	Anonymous = "anonymous"
	// MetadataKey is the gRPC metadata key of the caller's id.
	MetadataKey = "onrecord-caller"
	// RequestIDKey is the gRPC metadata key, and in lower case the HTTP header,
	// of the request id.
	RequestIDKey = "x-request-id"
	// MaxLen is the length limit of an id that comes over the wire, in bytes.
	MaxLen = 128
)

type (
	// IDValue is the key under which a context has who calls, a *string. A context that
	// carries several things at once answers it; everybody else calls ID.
	IDValue struct{}
	// RequestIDValue is the same for the request id.
	RequestIDValue struct{}
)

// WithID returns a context that says who calls. An empty id is Anonymous.
func WithID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, IDValue{}, &id)
}

// ID returns who calls, Anonymous when the context does not say.
func ID(ctx context.Context) string {
	if id, _ := ctx.Value(IDValue{}).(*string); id != nil && *id != "" {
		return *id
	}
	return Anonymous
}

// WithRequestID returns a context that carries the request id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, RequestIDValue{}, &id)
}

// RequestID returns the request id, "" when there is none.
func RequestID(ctx context.Context) string {
	if id, _ := ctx.Value(RequestIDValue{}).(*string); id != nil {
		return *id
	}
	return ""
}

// Valid reports whether an id received from outside may be used: 1 to MaxLen
// visible ASCII characters, so that it is safe in logs and headers.
func Valid(id string) bool {
	if id == "" || len(id) > MaxLen {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}

// Inner reports whether what calls from an address is in this process.
func Inner(addr net.Addr) bool { return addr.Network() == "local" || addr.Network() == "bufconn" }
