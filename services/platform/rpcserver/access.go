package rpcserver

import (
	"context"
	"net"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

type refusalKey struct{}

// known puts who calls into the context, and why that cannot be said if so: the
// refusal comes later, once it can be logged.
func known(ctx context.Context, guard *auth.Guard, md metadata.MD) context.Context {
	if guard == nil {
		if id := usable(md, caller.MetadataKey); id != "" {
			ctx = caller.WithID(ctx, id)
		}
		return ctx
	}
	authorization := md.Get(auth.AuthorizationKey)
	identity, err := guard.Identify(ctx, credentialOf(ctx, md, authorization))
	ctx = auth.WithForward(auth.With(ctx, identity), authorization)
	if err != nil {
		ctx = context.WithValue(ctx, refusalKey{}, err)
	}
	return ctx
}

func credentialOf(ctx context.Context, md metadata.MD, authorization []string) auth.Credential {
	credential := auth.Credential{Authorization: authorization, Anonymous: usable(md, caller.MetadataKey) == caller.Anonymous}
	from, ok := peer.FromContext(ctx)
	if !ok {
		return credential
	}
	if from.Addr != nil {
		credential.Remote, credential.Inner = host(from.Addr), inner(from.Addr)
	}
	if info, ok := from.AuthInfo.(credentials.TLSInfo); ok {
		credential.CertificateNames = auth.NamesOf(&info.State)
	}
	return credential
}

// inner reports whether a call comes from within the process.
func inner(addr net.Addr) bool { return addr.Network() == "local" || addr.Network() == "bufconn" }

func host(addr net.Addr) string {
	if name, _, err := net.SplitHostPort(addr.String()); err == nil {
		return name
	}
	return addr.String()
}

// allow refuses a call that the caller may not make.
func allow(ctx context.Context, guard *auth.Guard, fullMethod string) error {
	if guard == nil {
		return nil
	}
	// A probe that shows a bad credential is a probe.
	needed := auth.Needed(fullMethod)
	if refusal, ok := ctx.Value(refusalKey{}).(error); ok && needed > auth.None {
		return refusal
	}
	return guard.Authorize(auth.Of(ctx), fullMethod)
}

// audit writes the record of a call that changes something, or that was refused:
// who, with which role, what, and how it ended. It says which resource the call
// names, never what stands in it.
func audit(ctx context.Context, log *zap.Logger, fullMethod string, request any, err error) {
	refused := errs.Is(err, errs.Unauthenticated) || errs.Is(err, errs.PermissionDenied)
	if auth.Needed(fullMethod) < auth.Editor && !refused {
		return
	}
	identity := auth.Of(ctx)
	log.Info("audit",
		zap.String("caller", identity.Caller), zap.Stringer("role", identity.Role), zap.String("method", abridge(fullMethod)),
		zap.String("resource", resourceOf(request)), zap.Bool("allowed", !refused), zap.String("reason", errs.ReasonOf(err)),
		zap.String("request_id", caller.RequestID(ctx)))
}

// resourceOf returns the resource that a request names, "" for none.
func resourceOf(request any) string {
	switch named := request.(type) {
	case interface{ GetName() string }:
		return named.GetName()
	case interface{ GetParent() string }:
		return named.GetParent()
	}
	return ""
}

func accessUnary(guard *auth.Guard, log *zap.Logger) grpc.UnaryServerInterceptor {
	log = log.Named("audit")
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if guard == nil {
			return handler(ctx, req)
		}
		err := allow(ctx, guard, info.FullMethod)
		var resp any
		if err == nil {
			resp, err = handler(ctx, req)
		}
		audit(ctx, log, info.FullMethod, req, err)
		return resp, err
	}
}

func accessStream(guard *auth.Guard, log *zap.Logger) grpc.StreamServerInterceptor {
	log = log.Named("audit")
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		ctx := stream.Context()
		if err := allow(ctx, guard, info.FullMethod); err != nil {
			audit(ctx, log, info.FullMethod, nil, err)
			return err
		}
		return handler(srv, stream)
	}
}
