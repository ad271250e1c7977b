package rpcserver

import (
	"context"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
	"github.com/onrecord/onrecord/services/platform/logging"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

const (
	// identifyTimeout bounds how long it may take to know who calls: an issuer of
	// tokens may have to be asked.
	identifyTimeout = 8 * time.Second
	// againInterval is how often the caller of an open stream is looked at again.
	againInterval = 10 * time.Second
)

type refusalKey struct{}

// known puts the request id and who calls into the context, and why that cannot be said
// if so: the refusal comes later, once it can be logged.
func known(ctx context.Context, guard *auth.Guard, requestID string) context.Context {
	authorization := metadata.ValueFromIncomingContext(ctx, auth.AuthorizationKey)
	if len(authorization) > 0 { // without, calls are nobody's
		ctx = auth.WithForward(ctx, authorization)
	}
	of := auth.Under(ctx, requestID)
	if guard == nil {
		identity := auth.Unrestricted
		if id := usable(ctx, caller.MetadataKey); id != "" {
			identity.Caller = id
		}
		of.Identify(identity)
		return &of
	}
	identity, err := identified(&of, guard, credentialOf(ctx, authorization))
	of.Identify(identity)
	if err != nil {
		return context.WithValue(&of, refusalKey{}, err)
	}
	return &of
}

// identified asks the guard. It runs before what recovers from panics and sets the
// deadline, so it does both itself.
func identified(ctx context.Context, guard *auth.Guard, credential auth.Credential) (identity auth.Identity, err error) {
	ctx, cancel := context.WithTimeout(ctx, identifyTimeout)
	defer cancel()
	defer recovered(&err)
	return guard.Identify(ctx, credential)
}

func credentialOf(ctx context.Context, authorization []string) auth.Credential {
	credential := auth.Credential{Authorization: authorization, Behalf: len(metadata.ValueFromIncomingContext(ctx, caller.MetadataKey)) > 0}
	from, ok := peer.FromContext(ctx)
	if !ok {
		return credential
	}
	if from.Addr != nil {
		credential.Remote, credential.Inner = auth.HostOf(from.Addr.String()), caller.Inner(from.Addr)
	}
	if info, ok := from.AuthInfo.(credentials.TLSInfo); ok {
		credential.CertificateNames = auth.NamesOf(&info.State)
	}
	return credential
}

// allow refuses a call that the caller may not make.
func allow(ctx context.Context, guard *auth.Guard, fullMethod string) error {
	// A probe that shows a bad credential is a probe.
	needed := auth.Needed(fullMethod)
	if refusal, ok := ctx.Value(refusalKey{}).(error); ok && needed > auth.None {
		return refusal
	}
	return guard.AuthorizeRole(auth.Of(ctx), needed)
}

// audit writes the record of a call that changes something, erases, or was refused:
// who, with which role, from where, what, and how it ended. It says which resource the call
// names, never what stands in it.
func audit(ctx context.Context, log *zap.Logger, fullMethod string, request any, err error) {
	refused := errs.Is(err, errs.Unauthenticated) || errs.Is(err, errs.PermissionDenied)
	changes := auth.Needed(fullMethod) >= auth.Editor && !methods.IsRead(fullMethod)
	if !changes && !refused {
		return
	}
	identity := auth.Of(ctx)
	log.Info("audit",
		zap.String("caller", identity.Caller), zap.Stringer("role", identity.Role), zap.String("method", abridge(fullMethod)),
		zap.String("resource", resourceOf(request)), zap.Bool("allowed", !refused), zap.String("reason", errs.ReasonOf(err)),
		remote(ctx), zap.String("request_id", caller.RequestID(ctx)), telemetry.TraceField(ctx))
}

// remote is the address that a call comes from; nothing of one from within the process,
// whose request the log of the gateway knows by its request_id.
func remote(ctx context.Context) zap.Field {
	from, ok := peer.FromContext(ctx)
	if !ok || from.Addr == nil || caller.Inner(from.Addr) {
		return zap.Skip()
	}
	return zap.String("remote", auth.HostOf(from.Addr.String()))
}

// resourceOf returns the resource that a request names, itself or by what it brings,
// "" for none.
func resourceOf(request any) string {
	message, ok := request.(proto.Message)
	if !ok {
		return ""
	}
	m := message.ProtoReflect()
	if name := textOf(m, "name"); name != "" {
		return name
	}
	if parent := textOf(m, "parent"); parent != "" {
		return parent
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.Message() == nil || field.IsList() || field.IsMap() || !m.Has(field) {
			continue
		}
		if name := textOf(m.Get(field).Message(), "name"); name != "" {
			return name
		}
	}
	return ""
}

func textOf(m protoreflect.Message, name protoreflect.Name) string {
	field := m.Descriptor().Fields().ByName(name)
	if field == nil || field.Kind() != protoreflect.StringKind || field.IsList() {
		return ""
	}
	return m.Get(field).String()
}

// errCrashed stands in the record for what is not known of a call that panicked.
var errCrashed = errs.New(errs.Internal, "", "the call crashed")

func accessUnary(guard *auth.Guard, log *zap.Logger) grpc.UnaryServerInterceptor {
	log = logging.Audit(log)
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
		if guard == nil {
			return handler(ctx, req)
		}
		ended := false
		defer func() {
			if !ended {
				err = errCrashed
			}
			audit(ctx, log, info.FullMethod, req, err)
		}()
		if err = allow(ctx, guard, info.FullMethod); err == nil {
			resp, err = handler(ctx, req)
		}
		ended = true
		return resp, err
	}
}

func accessStream(guard *auth.Guard, log *zap.Logger) grpc.StreamServerInterceptor {
	log = logging.Audit(log)
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if guard == nil {
			return handler(srv, stream)
		}
		ctx := stream.Context()
		if err := allow(ctx, guard, info.FullMethod); err != nil {
			audit(ctx, log, info.FullMethod, nil, err)
			return err
		}
		if auth.Needed(info.FullMethod) == auth.None {
			return handler(srv, stream) // a probe is nobody's stream
		}
		credential := credentialOf(ctx, metadata.ValueFromIncomingContext(ctx, auth.AuthorizationKey))
		leave, err := guard.EnterStream(auth.Of(ctx), credential)
		if err != nil {
			return err
		}
		defer leave()
		return handler(srv, &watched{ServerStream: stream, guard: guard, credential: credential, checked: time.Now()})
	}
}

// watched is a stream whose caller is looked at again while it is open: what follows
// changes must end when the caller may no longer read.
type watched struct {
	grpc.ServerStream
	guard      *auth.Guard
	credential auth.Credential
	checked    time.Time // only the one goroutine that sends looks at it
}

// SendMsg implements grpc.ServerStream.
func (w *watched) SendMsg(message any) error {
	if now := time.Now(); now.Sub(w.checked) >= againInterval {
		w.checked = now
		if err := w.guard.Again(w.Context(), w.credential, auth.Of(w.Context())); err != nil {
			return err
		}
	}
	return w.ServerStream.SendMsg(message)
}
