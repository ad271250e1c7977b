package auth

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// AuthorizationKey is the gRPC metadata key of a credential, and in lower case
// its HTTP header.
const AuthorizationKey = "authorization"

// behalf says on whose behalf calls are made: nobody's, unless it is said.
type behalf struct {
	own           bool
	authorization string
}

type behalfKey struct{}

// WithForward returns a context whose calls to other services show the credential
// that came in, or say that none did. The services check it again.
func WithForward(ctx context.Context, authorization []string) context.Context {
	var b behalf
	if len(authorization) == 1 {
		b.authorization = authorization[0]
	}
	return context.WithValue(ctx, behalfKey{}, b)
}

// AsOwn returns a context whose calls the program makes for itself, by its own key
// or certificate: only what no caller asked for, such as finishing what a crash
// left.
func AsOwn(ctx context.Context) context.Context {
	return context.WithValue(ctx, behalfKey{}, behalf{own: true})
}

// Outgoing returns what a call made with the context shows: the credential of the
// caller on whose behalf it is made; the program's own key, if it has one, where the
// context is AsOwn; else who the caller is said to be, which only lowers what the
// other side allows. It is one pair of metadata; an empty key is none.
func Outgoing(ctx context.Context, ownKey string) (key, value string) {
	b, _ := ctx.Value(behalfKey{}).(behalf)
	switch {
	case b.own && ownKey != "":
		return AuthorizationKey, "Bearer " + ownKey
	case b.own:
		return "", ""
	case b.authorization != "":
		return AuthorizationKey, b.authorization
	default:
		return caller.MetadataKey, caller.ID(ctx)
	}
}
