package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// Guard says who calls. Nil is a guard without credentials: everybody is
// Unrestricted.
type Guard struct {
	anonymous Role
	own       string
	list      *listFile // nil for none
	issuer    *issuer   // nil for none
	limits    *limits
	streams   *streams
}

// New returns the guard that the settings describe, nil if they name no
// credential. The access list must be readable; the issuer need not answer yet.
func New(settings config.Access, log *zap.Logger) (*Guard, error) {
	if !settings.Authenticates() {
		return nil, nil //nolint:nilnil // nil is the open guard
	}
	if log == nil {
		log = zap.NewNop()
	}
	anonymous, err := ParseRole(settings.AnonymousRole)
	if err != nil {
		return nil, err
	}
	g := &Guard{anonymous: anonymous, own: NewKey(), limits: newLimits(settings.RateLimit), streams: newStreams(settings.StreamLimit, log)}
	if settings.APIKeys != "" {
		if g.list, err = openListFile(settings.APIKeys, log); err != nil {
			return nil, err
		}
	}
	if settings.OIDCIssuer != "" {
		g.issuer = newIssuer(settings.OIDCIssuer, settings.OIDCAudience)
	}
	return g, nil
}

// Upkeep reads the access list again when it changes.
func (g *Guard) Upkeep() lifecycle.Component {
	if g == nil || g.list == nil {
		return lifecycle.Every(time.Hour, func(context.Context) (bool, error) { return false, nil }, nil)
	}
	return g.list.upkeep()
}

// Credential is what a call shows.
type Credential struct {
	// Authorization are the values of the header of that name.
	Authorization []string
	// Behalf says that the program calls for somebody else, who showed no credential:
	// its own certificate then counts for nothing.
	Behalf bool
	// CertificateNames are the DNS names of the connection's verified certificate.
	CertificateNames []string
	// Inner says that the call comes from within the process: it was counted where it
	// came in.
	Inner bool
	// Remote is where the connection comes from, for callers without a credential:
	// they are counted by it.
	Remote string
}

// Identify returns who shows a credential, and counts the call. Whoever shows
// none is anonymous and has the role of the settings.
//
// UNAUTHENTICATED: CREDENTIAL_MALFORMED, CREDENTIAL_UNKNOWN, TOKEN_INVALID,
// TOKEN_EXPIRED. UNAVAILABLE: ISSUER_UNAVAILABLE. RESOURCE_EXHAUSTED: RATE_LIMITED.
func (g *Guard) Identify(ctx context.Context, credential Credential) (Identity, error) {
	if g == nil {
		return Unrestricted, nil
	}
	if credential.Inner {
		return g.identify(ctx, credential)
	}
	identity, err := g.identify(ctx, credential)
	if err != nil {
		return nobody, errors.Join(g.limits.take(guesses(credential)), err)
	}
	key := g.countedAs(identity, credential)
	if key == "" {
		return identity, nil
	}
	return identity, g.limits.take(key)
}

// countedAs is what the calls of a caller are counted by: its name or, if it showed no
// credential, where it comes from. "" says that they are not counted: those of our own
// programs, and those that were counted where they came in.
func (g *Guard) countedAs(identity Identity, credential Credential) string {
	if _, certified := g.certificate(credential); certified || credential.Inner {
		return ""
	}
	if identity.Caller == caller.Anonymous {
		return "from:" + network(credential.Remote)
	}
	return "caller:" + identity.Caller
}

func (g *Guard) certificate(credential Credential) (Identity, bool) {
	if g.list == nil {
		return Identity{}, false
	}
	return g.list.list.Load().ofCertificate(credential.CertificateNames)
}

func (g *Guard) identify(ctx context.Context, credential Credential) (Identity, error) {
	if len(credential.Authorization) == 0 {
		if identity, ok := g.certificate(credential); ok && !credential.Behalf {
			return identity, nil
		}
		return Identity{Caller: caller.Anonymous, Role: g.anonymous}, nil
	}
	secret, err := bearer(credential.Authorization)
	if err != nil {
		return nobody, err
	}
	if subtle.ConstantTimeCompare([]byte(secret), []byte(g.own)) == 1 {
		return own, nil
	}
	if g.list != nil {
		if identity, ok := g.list.list.Load().ofKey(secret); ok {
			return identity, nil
		}
	}
	if g.issuer != nil && strings.Count(secret, ".") == 2 {
		return g.ofToken(ctx, secret, credential)
	}
	return nobody, unauthenticated("CREDENTIAL_UNKNOWN", "the credential is not known")
}

// guesses is what wrong credentials are counted by: where they come from.
func guesses(credential Credential) string { return "guess:" + network(credential.Remote) }

// ofToken returns who a token speaks for. It cannot speak for a caller on the access
// list: revisions would name one and mean the other.
func (g *Guard) ofToken(ctx context.Context, token string, credential Credential) (Identity, error) {
	identity, known := g.issuer.verified.get(token)
	if !known {
		// To verify a token is dear, so whoever guesses too often is refused before.
		err := g.limits.look(guesses(credential))
		if err == nil {
			identity, err = g.issuer.verify(ctx, token)
		}
		if err != nil {
			return nobody, err
		}
	}
	if g.list != nil && g.list.list.Load().names(identity.Caller) {
		return nobody, unauthenticated("TOKEN_INVALID", "the token's subject is the name of a caller on the access list")
	}
	return identity, nil
}

// Again says whether a caller that was let in, as whom it was then, may go on: its key
// may have been taken off the list since, its role lowered, or its token have expired.
// It does not count as a call.
func (g *Guard) Again(ctx context.Context, credential Credential, was Identity) error {
	if g == nil {
		return nil
	}
	identity, err := g.identify(ctx, credential)
	if err != nil {
		return err
	}
	if identity.Role < was.Role {
		return errs.New(errs.PermissionDenied, "ROLE_REQUIRED", "the caller had the role %s when the stream began and has %s now: begin a new one", was.Role, identity.Role).
			With("role", was.Role.String())
	}
	return nil
}

// nobody is who shows a credential that is not valid.
var nobody = Identity{Caller: caller.Anonymous}

// own is what the program does by itself, such as finishing what a crash left.
var own = Identity{Caller: "onrecord", Role: Editor}

// OwnKey is an API key that is good for as long as the process runs and is shown
// to nobody: by it the program calls itself. "" of a guard without credentials.
func (g *Guard) OwnKey() string {
	if g == nil {
		return ""
	}
	return g.own
}

// bearer reads an Authorization header (RFC 6750, section 2.1).
func bearer(values []string) (string, error) {
	if len(values) != 1 {
		return "", unauthenticated("CREDENTIAL_MALFORMED", "send one Authorization header")
	}
	scheme, secret, found := strings.Cut(values[0], " ")
	secret = strings.TrimSpace(secret)
	if !found || !strings.EqualFold(scheme, "Bearer") || secret == "" || len(secret) > maxTokenBytes {
		return "", unauthenticated("CREDENTIAL_MALFORMED", "send Authorization: Bearer and a token or an API key of at most %d bytes", maxTokenBytes)
	}
	return secret, nil
}

func unauthenticated(reason, format string, args ...any) *errs.Error {
	return errs.New(errs.Unauthenticated, reason, format, args...)
}

// AuthorizeRole refuses an identity whose role is less than the one needed.
// UNAUTHENTICATED, reason CREDENTIAL_REQUIRED, if it showed no credential;
// PERMISSION_DENIED, reason ROLE_REQUIRED, if it did.
func (g *Guard) AuthorizeRole(identity Identity, needed Role) error {
	if g == nil || identity.Role >= needed {
		return nil
	}
	if identity.Caller == caller.Anonymous {
		return unauthenticated("CREDENTIAL_REQUIRED", "this needs the role %s: send Authorization: Bearer and a token or an API key", needed).
			With("role", needed.String())
	}
	return errs.New(errs.PermissionDenied, "ROLE_REQUIRED", "this needs the role %s; the caller has %s", needed, identity.Role).
		With("role", needed.String())
}

// AnonymousMayRead says whether answers may be kept by caches that many share.
func (g *Guard) AnonymousMayRead() bool { return g == nil || g.anonymous >= Reader }
