package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// clockSkew is how far the clocks of issuer and services may be apart.
	clockSkew = time.Minute
	// maxTokenBytes is the size limit of a token or key; a longer one is refused
	// unread.
	maxTokenBytes = 16 << 10
	// discoveryPause is how long after a failed discovery the next is tried.
	discoveryPause = 5 * time.Second
	// fetchTimeout bounds one request to the issuer.
	fetchTimeout = 5 * time.Second
	// claimRoles is the claim that holds roles: a text or an array of texts.
	claimRoles = "roles"
)

// algorithms are the signatures that are accepted: never "none", and none whose
// key is shared, which could be confused with a public key.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// issuer verifies the tokens of one OpenID Connect issuer. It asks the issuer
// for its keys when the first token comes, and again when one is signed with a
// key that is not known, but not more often than its transport allows.
type issuer struct {
	url, audience string
	client        *http.Client

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	failed   time.Time // when discovery last failed
	cause    error
}

func newIssuer(url, audience string) *issuer {
	return &issuer{
		url: url, audience: audience,
		client: &http.Client{Timeout: fetchTimeout, Transport: newCalm(http.DefaultTransport)},
	}
}

// verify returns who a token speaks for. UNAVAILABLE says that the issuer does
// not answer.
func (i *issuer) verify(ctx context.Context, token string) (Identity, error) {
	verifier, err := i.discover(ctx)
	if err != nil {
		return nobody, err
	}
	verified, err := verifier.Verify(oidc.ClientContext(ctx, i.client), token)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return nobody, unauthenticated("TOKEN_EXPIRED", "the token has expired: get a new one").Wrap(err)
	case err != nil:
		return nobody, unauthenticated("TOKEN_INVALID", "the token is not one of the issuer for this service").Wrap(err)
	}
	if !caller.Valid(verified.Subject) {
		return nobody, unauthenticated("TOKEN_INVALID", "the token's subject is not 1 to %d visible ASCII characters", caller.MaxLen)
	}
	var claims map[string]json.RawMessage
	if err := verified.Claims(&claims); err != nil {
		return nobody, unauthenticated("TOKEN_INVALID", "the token's claims cannot be read").Wrap(err)
	}
	return Identity{Caller: verified.Subject, Role: roleOf(claims[claimRoles])}, nil
}

// discover asks the issuer who it is, once; after a failure it waits a little
// before it asks again.
func (i *issuer) discover(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.verifier != nil {
		return i.verifier, nil
	}
	if i.cause != nil && time.Since(i.failed) < discoveryPause {
		return nil, i.silent()
	}
	// The keys outlive the call that was first to need them.
	asking := oidc.ClientContext(context.WithoutCancel(ctx), i.client)
	provider, err := oidc.NewProvider(asking, i.url)
	if err != nil {
		i.cause, i.failed = err, time.Now()
		return nil, i.silent()
	}
	i.verifier = provider.Verifier(&oidc.Config{
		ClientID:             i.audience,
		SupportedSigningAlgs: algorithms,
		Now:                  func() time.Time { return time.Now().Add(-clockSkew) },
	})
	return i.verifier, nil
}

func (i *issuer) silent() error {
	return errs.New(errs.Unavailable, "ISSUER_UNAVAILABLE", "the token's issuer does not answer now").Wrap(fmt.Errorf("discovery: %w", i.cause))
}

// roleOf returns the greatest of the roles that a claim names, None for none.
func roleOf(claim json.RawMessage) Role {
	var names []string
	if json.Unmarshal(claim, &names) != nil {
		var name string
		if json.Unmarshal(claim, &name) != nil {
			return None
		}
		names = []string{name}
	}
	for role := Admin; role > None; role-- {
		if slices.Contains(names, role.String()) || slices.Contains(names, "onrecord:"+role.String()) {
			return role
		}
	}
	return None
}
