// Package oidctest is an OpenID Connect issuer for tests: it serves its keys and
// signs what it is asked to, also what no issuer would.
//
// Only what a real issuer does may go here. It is imported by tests only.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Audience is what its tokens are for.
const Audience = "onrecord"

// Issuer is an OpenID Connect issuer. URL is its name.
type Issuer struct {
	*httptest.Server
	// Fetched is how often its keys were asked for.
	Fetched atomic.Int64
	// Broken says that its keys cannot be had.
	Broken atomic.Bool

	// Login is where people sign in.
	Login *Login

	key atomic.Pointer[signingKey]
}

type signingKey struct {
	id      string
	private *ecdsa.PrivateKey
}

// New starts an issuer that ends with the test.
func New(t testing.TB) *Issuer {
	t.Helper()
	i := &Issuer{}
	i.Rotate(t, "first")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token",
			"id_token_signing_alg_values_supported": []string{"ES256", "RS256", "none", "HS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.Fetched.Add(1)
		if i.Broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		key := i.key.Load()
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
			{Key: key.private.Public(), KeyID: key.id, Algorithm: "ES256", Use: "sig"},
		}})
	})
	i.Login = newLogin(t, i)
	mux.HandleFunc("GET /auth", i.Login.authorize)
	mux.HandleFunc("POST /token", i.Login.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// Rotate gives the issuer another key.
func (i *Issuer) Rotate(t testing.TB, id string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must.OK(t, err)
	i.key.Store(&signingKey{id: id, private: private})
}

// Claims are those of a valid token of an editor, ann.
func (i *Issuer) Claims() map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": i.URL, "aud": Audience, "sub": "ann", "roles": []string{"editor"},
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

// With are claims with one of them changed.
func With(claims map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(claims)
	changed[name] = value
	return changed
}

// Sign makes a token, signed with the issuer's key unless another is given.
func (i *Issuer) Sign(t testing.TB, claims map[string]any, other ...jose.SigningKey) string {
	t.Helper()
	key := i.key.Load()
	signing := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key.private, KeyID: key.id}}
	if len(other) > 0 {
		signing = other[0]
	}
	signer, err := jose.NewSigner(signing, (&jose.SignerOptions{}).WithType("JWT"))
	must.OK(t, err)
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	must.OK(t, err)
	return token
}

// SignInvented makes a token that names a key that the issuer does not have.
func (i *Issuer) SignInvented(t testing.TB, id string) string {
	t.Helper()
	key := i.key.Load()
	return i.Sign(t, i.Claims(), jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key.private, KeyID: id}})
}

// Unsigned makes a token that says it needs no signature.
func Unsigned(t testing.TB, claims map[string]any) string {
	t.Helper()
	body, err := json.Marshal(claims)
	must.OK(t, err)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(body) + "."
}

// Confused makes a token that is signed with the issuer's public key as if that were a
// secret that both sides share.
func (i *Issuer) Confused(t testing.TB, claims map[string]any) string {
	t.Helper()
	key := i.key.Load()
	text, err := json.Marshal(jose.JSONWebKey{Key: key.private.Public(), KeyID: key.id})
	must.OK(t, err)
	return i.Sign(t, claims, jose.SigningKey{Algorithm: jose.HS256, Key: text})
}
