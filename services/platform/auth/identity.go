package auth

import (
	"context"
	"strings"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// Identity is a caller and what it may do.
type Identity struct {
	// Caller is the id that revisions and logs show: caller.Anonymous for one that
	// showed no credential.
	Caller string
	// Role is what it may do.
	Role Role
}

// ValidCaller reports whether an id may be that of a caller with a credential: it is
// usable in logs and headers, begins no comment in an access list, and is no name of
// ours.
func ValidCaller(id string) bool {
	return caller.Valid(id) && !strings.Contains(id, "#") && id != caller.Anonymous && id != own.Caller
}

// Unrestricted is everybody where no credential is configured: only loopback
// listeners and those that say --insecure are served so.
var Unrestricted = Identity{Caller: caller.Anonymous, Role: Admin}

type identityKey struct{}

// With returns a context that says who calls.
func With(ctx context.Context, identity Identity) context.Context {
	return caller.WithID(context.WithValue(ctx, identityKey{}, identity), identity.Caller)
}

// Of returns who calls; without an answer of a Guard that is nobody.
func Of(ctx context.Context) Identity {
	identity, ok := ctx.Value(identityKey{}).(Identity)
	if !ok {
		return Identity{Caller: caller.Anonymous}
	}
	return identity
}

// SeesRestricted reports whether the caller reads what is restricted: what is under
// embargo or confidential. Editors and admins do, and everybody whom an open listener
// serves. Where nobody said who calls, nobody does.
func SeesRestricted(ctx context.Context) bool { return Of(ctx).Role >= Editor }
