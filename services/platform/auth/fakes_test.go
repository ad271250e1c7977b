package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// audience is what the tokens of the tests are for.
const audience = "onrecord"

// issuer is an OpenID Connect issuer.
type issuer struct {
	*httptest.Server
	key     atomic.Pointer[signingKey]
	fetched atomic.Int64 // how often its keys were asked for
	broken  atomic.Bool  // its keys cannot be had
}

type signingKey struct {
	id      string
	private *ecdsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{}
	i.rotate(t, "first")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token",
			"id_token_signing_alg_values_supported": []string{"ES256", "RS256", "none", "HS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.fetched.Add(1)
		if i.broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		key := i.key.Load()
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
			{Key: key.private.Public(), KeyID: key.id, Algorithm: "ES256", Use: "sig"},
		}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// rotate gives the issuer another key.
func (i *issuer) rotate(t *testing.T, id string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must.OK(t, err)
	i.key.Store(&signingKey{id: id, private: private})
}

// claims are those of a valid token of an editor.
func (i *issuer) claims() map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": i.URL, "aud": audience, "sub": "ann", "roles": []string{"editor"},
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

// sign makes a token, signed with the issuer's key unless another is given.
func (i *issuer) sign(t *testing.T, claims map[string]any, other ...jose.SigningKey) string {
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

// write puts a text into a file of the test.
func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "access")
	must.OK(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func guard(t *testing.T, settings config.Access) *auth.Guard {
	t.Helper()
	if settings.AnonymousRole == "" {
		settings.AnonymousRole = "none"
	}
	must.OK(t, settings.Validate())
	g, err := auth.New(settings, nil)
	must.OK(t, err)
	return g
}

// shows returns a credential as a header of a client at one address.
func shows(headers ...string) auth.Credential {
	return auth.Credential{Authorization: headers, Remote: "192.0.2.1"}
}
