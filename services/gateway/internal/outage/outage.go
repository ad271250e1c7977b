// Package outage is a connection to one of the two services that says which of
// them it was that did not answer, and takes nothing for its answer that is not. The
// transport only knows that nobody answered.
package outage

import (
	"context"
	"path"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
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
// SERVICE_UNAVAILABLE, or DEADLINE_EXCEEDED, reason SERVICE_TOO_SLOW, with the service in the
// metadata. An error that the service made itself passes, with that too if it is no fault of
// the caller's: each has an ErrorInfo, that of a method which the service does not have as
// well. Any other was made on the way and says nothing of the record, whatever its code:
// INTERNAL, as is an answer of another resource. Who sends such an error logs its text. A
// field that the service does not know is SERVICE_TOO_OLD: it is older than the gateway.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if err := c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...); err != nil {
		return c.name(ctx, err)
	}
	if strings.HasPrefix(path.Base(method), "Get") {
		return c.checkName(ctx, args, reply)
	}
	return nil
}

func (c *Conn) name(ctx context.Context, err error) error {
	st, ok := status.FromError(err)
	if !ok {
		return err
	}
	switch code := st.Code(); {
	case errs.ReasonOf(err) == fieldcheck.UnknownField: // the gateway refuses what it does not know itself
		return c.status(errs.New(errs.FailedPrecondition, "SERVICE_TOO_OLD",
			"the %s service does not know what it is asked for: bring it up to the version of the gateway first", c.service), err)
	case errs.Info(st) != nil:
		return c.blame(st, err)
	case code == codes.Unavailable, code == codes.Canceled && ctx.Err() == nil:
		return c.status(errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "the %s service does not answer now", c.service), err)
	case code == codes.DeadlineExceeded:
		return c.status(errs.New(errs.DeadlineExceeded, "SERVICE_TOO_SLOW", "the %s service did not answer in time", c.service), err)
	case code == codes.Canceled:
		return err
	default:
		return status.Errorf(codes.Internal, "the %s service did not say itself: %v", c.service, err)
	}
}

// blame says whose fault an error is that the service made, for the metadata of what its
// callers see and the gateway's log: what fails alike may fail at either.
func (c *Conn) blame(st *status.Status, err error) error {
	switch st.Code() {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal, codes.DataLoss, codes.Unknown:
		return errs.WithMetadata(err, "service", c.service)
	default:
		return err
	}
}

// checkName refuses an answer that has another resource name than was asked for, or none:
// only an empty one may, where the caller has the answer, and nothing changed since.
func (c *Conn) checkName(ctx context.Context, args, reply any) error {
	asked, isNamed := args.(interface{ GetName() string })
	answer, isMessage := reply.(proto.Message)
	if !isNamed || !isMessage {
		return nil
	}
	field := answer.ProtoReflect().Descriptor().Fields().ByName("name")
	if field == nil {
		return nil
	}
	answered := nameIn(answer.ProtoReflect(), field)
	if answered == asked.GetName() {
		return nil
	}
	sent, _ := metadata.FromOutgoingContext(ctx)
	has := strings.Join(sent.Get(rpcserver.UnlessStateKey), "") != "" // who has none asks with "" for the state
	if has && proto.Size(answer) == 0 {
		return nil
	}
	return status.Errorf(codes.Internal, "the %s service was asked for %q and answered %q", c.service, asked.GetName(), answered)
}

// nameIn is the resource name in a message. One that is not parsed is all unknown fields.
func nameIn(message protoreflect.Message, name protoreflect.FieldDescriptor) string {
	if message.Has(name) {
		return message.Get(name).String()
	}
	for wire := message.GetUnknown(); len(wire) > 0; {
		number, kind, tag := protowire.ConsumeTag(wire)
		value := protowire.ConsumeFieldValue(number, kind, wire[max(tag, 0):])
		if tag < 0 || value < 0 {
			return ""
		}
		if number == name.Number() && kind == protowire.BytesType {
			text, _ := protowire.ConsumeBytes(wire[tag:])
			return string(text)
		}
		wire = wire[tag+value:]
	}
	return ""
}

// status is the outage as a gRPC error, which is what a caller of a connection
// expects.
func (c *Conn) status(outage *errs.Error, cause error) error {
	return errs.ToStatus(outage.With("service", c.service).Wrap(cause)).Err()
}
