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

// Known is a context that says under which request id a call comes and, once Identify
// has said it, who calls: in one piece, because every call has one and contexts of
// single values add up. What it does not know the context says that it is made of.
type Known struct {
	context.Context
	requestID string
	identity  Identity
	known     bool
}

// Under returns a context for a call with a request id, whose caller is not known yet.
func Under(ctx context.Context, requestID string) Known {
	return Known{Context: ctx, requestID: requestID}
}

// Identify says who calls. It must not run beside anything that reads the context.
func (k *Known) Identify(identity Identity) { k.identity, k.known = identity, true }

// Value implements context.Context.
func (k *Known) Value(key any) any {
	switch key.(type) {
	case caller.RequestIDValue:
		if k.requestID != "" {
			return &k.requestID
		}
	case caller.IDValue:
		if k.known {
			return &k.identity.Caller
		}
	case identityKey:
		if k.known {
			return &k.identity
		}
	}
	return k.Context.Value(key)
}

// With returns a context that says who calls.
func With(ctx context.Context, identity Identity) context.Context {
	return &Known{Context: ctx, identity: identity, known: true}
}

// Of returns who calls; without an answer of a Guard that is nobody.
func Of(ctx context.Context) Identity {
	if identity, _ := ctx.Value(identityKey{}).(*Identity); identity != nil {
		return *identity
	}
	return Identity{Caller: caller.Anonymous}
}

// SeesRestricted reports whether the caller reads what is restricted: what is under
// embargo or confidential. Editors and admins do, and everybody whom an open listener
// serves. Where nobody said who calls, nobody does.
func SeesRestricted(ctx context.Context) bool { return Of(ctx).Role >= Editor }
