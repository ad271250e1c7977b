// Package outage is a connection to one of the two services that says which of
// them it was that did not answer. The transport only knows that nobody did.
package outage

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Conn is a connection to a service with a name.
type Conn struct {
	grpc.ClientConnInterface
	service string
}

// Wrap names the service at the other end of a connection.
func Wrap(service string, conn grpc.ClientConnInterface) *Conn {
	return &Conn{ClientConnInterface: conn, service: service}
}

// Invoke implements grpc.ClientConnInterface. An outage is UNAVAILABLE, reason
// SERVICE_UNAVAILABLE, or DEADLINE_EXCEEDED, reason SERVICE_TOO_SLOW, with the
// service in the metadata. An error that the service made itself passes as it
// is.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return c.name(c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...))
}

func (c *Conn) name(err error) error {
	st, ok := status.FromError(err)
	if err == nil || !ok || errs.Info(st) != nil {
		return err
	}
	switch st.Code() {
	case codes.Unavailable:
		return c.status(errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "the %s service does not answer now", c.service), err)
	case codes.DeadlineExceeded:
		return c.status(errs.New(errs.DeadlineExceeded, "SERVICE_TOO_SLOW", "the %s service did not answer in time", c.service), err)
	default:
		return err
	}
}

// status is the outage as a gRPC error, which is what a caller of a connection
// expects.
func (c *Conn) status(outage *errs.Error, cause error) error {
	return errs.ToStatus(outage.With("service", c.service).Wrap(cause)).Err()
}
