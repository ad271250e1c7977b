package auth

import (
	"context"

	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// AuthorizationKey is the gRPC metadata key of a credential, and in lower case
// its HTTP header.
const AuthorizationKey = "authorization"

type forwardKey struct{}

// WithForward returns a context whose calls to other services show the credential
// that came in, or say that none did. The services check it again.
func WithForward(ctx context.Context, authorization []string) context.Context {
	header := ""
	if len(authorization) == 1 {
		header = authorization[0]
	}
	return context.WithValue(ctx, forwardKey{}, header)
}

// Outgoing returns what a call made with the context shows: the credential of the
// caller on whose behalf it is made, or else the program's own key, "" for a
// program without one.
func Outgoing(ctx context.Context, ownKey string) metadata.MD {
	header, onBehalf := ctx.Value(forwardKey{}).(string)
	switch {
	case onBehalf && header != "":
		return metadata.Pairs(AuthorizationKey, header)
	case onBehalf:
		return metadata.Pairs(caller.MetadataKey, caller.Anonymous)
	case ownKey != "":
		return metadata.Pairs(AuthorizationKey, "Bearer "+ownKey)
	}
	return nil
}
