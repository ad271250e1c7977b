package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/singleflight"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// clockSkew is how far the clocks of issuer and services may be apart.
	clockSkew = time.Minute
	// maxTokenBytes is the size limit of a token or key; a longer one is refused
	// unread.
	maxTokenBytes = 16 << 10
	// fetchTimeout bounds one request to the issuer.
	fetchTimeout = 5 * time.Second
)

// algorithms are the signatures that are accepted: never "none", and none whose
// key is shared, which could be confused with a public key.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// issuer verifies the tokens of one OpenID Connect issuer. It asks the issuer
// for its keys when the first token comes, and again when one is signed with a
// key that is not known, but not more often than its transport allows. A token that
// comes again is looked up.
type issuer struct {
	url, audience string
	transport     *calm
	client        *http.Client
	verified      *remembered

	discovery singleflight.Group
	verifier  atomic.Pointer[oidc.IDTokenVerifier]
}

func newIssuer(url, audience string) *issuer {
	transport := newCalm(http.DefaultTransport)
	return &issuer{
		url: url, audience: audience, transport: transport,
		client:   &http.Client{Timeout: fetchTimeout, Transport: transport},
		verified: newRemembered(time.Now),
	}
}

// verify returns who a token speaks for. UNAVAILABLE says that the issuer does
// not answer.
func (i *issuer) verify(ctx context.Context, token string) (Identity, error) {
	verified, err := i.check(ctx, token)
	if err != nil {
		return nobody, err
	}
	identity, err := identityOf(verified)
	if err != nil {
		return nobody, err
	}
	i.verified.put(token, identity, verified.Expiry.Add(clockSkew))
	return identity, nil
}

// check says whether a token is one of the issuer for this service, and in time.
func (i *issuer) check(ctx context.Context, token string) (*oidc.IDToken, error) {
	verifier, err := i.discover(ctx)
	if err != nil {
		return nil, err
	}
	verified, err := verifier.Verify(oidc.ClientContext(ctx, i.client), token)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return nil, unauthenticated("TOKEN_EXPIRED", "the token has expired: get a new one").Wrap(err)
	case err != nil && i.transport.failing():
		return nil, silent(err) // the keys could not be had, so nothing is known of the token
	case err != nil:
		return nil, unauthenticated("TOKEN_INVALID", "the token is not one of the issuer for this service").Wrap(err)
	}
	return verified, nil
}

// identityOf reads who a token speaks for and what they may do.
func identityOf(verified *oidc.IDToken) (Identity, error) {
	var claims struct {
		NotBefore *float64        `json:"nbf"`
		Roles     json.RawMessage `json:"roles"`
	}
	if err := verified.Claims(&claims); err != nil {
		return nobody, unauthenticated("TOKEN_INVALID", "the token's claims cannot be read").Wrap(err)
	}
	// The library lets a token come five minutes before its time.
	if nbf := claims.NotBefore; nbf != nil && time.Unix(int64(*nbf), 0).After(time.Now().Add(clockSkew)) {
		return nobody, unauthenticated("TOKEN_INVALID", "the token is not valid yet")
	}
	subject := verified.Subject
	if !ValidCaller(subject) {
		return nobody, unauthenticated("TOKEN_INVALID", "the token's subject is not 1 to %d visible ASCII characters without #, or is a name of ours", caller.MaxLen)
	}
	return Identity{Caller: subject, Role: roleOf(claims.Roles)}, nil
}

// discover asks the issuer who it is, once for all that wait, each as long as it
// may.
func (i *issuer) discover(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	if verifier := i.verifier.Load(); verifier != nil {
		return verifier, nil
	}
	found := i.discovery.DoChan("", func() (any, error) {
		// The keys outlive the call that was first to need them.
		provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.client), i.url)
		if err != nil {
			return nil, err
		}
		verifier := provider.Verifier(&oidc.Config{
			ClientID:             i.audience,
			SupportedSigningAlgs: algorithms,
			Now:                  func() time.Time { return time.Now().Add(-clockSkew) },
		})
		i.verifier.Store(verifier)
		return verifier, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-found:
		if result.Err != nil {
			return nil, silent(fmt.Errorf("discovery: %w", result.Err))
		}
		return i.verifier.Load(), nil
	}
}

func silent(cause error) error {
	return errs.New(errs.Unavailable, "ISSUER_UNAVAILABLE", "the token's issuer does not answer now").Wrap(cause)
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
