package oidctest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// Secret is what the client of the issuer shows beside its id, which is Audience.
const Secret = "a secret of the client"

// Login signs people in for one client: the authorization code flow with PKCE, and
// refresh tokens that are good for one use each (RFC 6749, RFC 7636). Whoever comes is
// signed in already, with the issuer's Claims. Tokens live for an hour.
type Login struct {
	issuer *Issuer
	t      testing.TB

	mu        sync.Mutex
	codes     map[string]url.Values // the questions that codes answer
	refresh   map[string]string     // nonces by the refresh tokens that are good
	claims    map[string]any
	refreshed int
}

func newLogin(t testing.TB, i *Issuer) *Login {
	return &Login{issuer: i, t: t, codes: map[string]url.Values{}, refresh: map[string]string{}}
}

// As says what the tokens claim from now on beside what they must, such as the roles.
func (l *Login) As(claims map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claims = claims
}

// End ends every session: no refresh token is good any more.
func (l *Login) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.refresh)
}

// Refreshed is how often a refresh token was taken.
func (l *Login) Refreshed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refreshed
}

// authorize answers the browser with a code for the client.
func (l *Login) authorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	if asked.Get("client_id") != Audience || asked.Get("response_type") != "code" || asked.Get("code_challenge_method") != "S256" {
		http.Error(w, "not a question of the client", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	l.mu.Lock()
	l.codes[code] = asked
	l.mu.Unlock()
	answer := url.Values{"code": {code}, "state": {asked.Get("state")}}
	http.Redirect(w, r, asked.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

// token gives the client tokens for a code or for a refresh token, each once.
func (l *Login) token(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	given, _ := url.QueryUnescape(secret) // RFC 6749, section 2.3.1
	if id != Audience || secret != Secret && given != Secret {
		refuse(w, "invalid_client")
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var nonce string
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		asked, known := l.codes[r.PostFormValue("code")]
		delete(l.codes, r.PostFormValue("code"))
		hash := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") ||
			asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(hash[:]) {
			refuse(w, "invalid_grant")
			return
		}
		nonce = asked.Get("nonce")
	case "refresh_token":
		was, known := l.refresh[r.PostFormValue("refresh_token")]
		delete(l.refresh, r.PostFormValue("refresh_token"))
		if !known {
			refuse(w, "invalid_grant")
			return
		}
		nonce = was
		l.refreshed++
	default:
		refuse(w, "unsupported_grant_type")
		return
	}
	l.give(w, nonce)
}

// give answers with tokens. l.mu is held.
func (l *Login) give(w http.ResponseWriter, nonce string) {
	claims := l.issuer.Claims()
	maps.Copy(claims, l.claims)
	if nonce != "" {
		claims["nonce"] = nonce
	}
	again := rand.Text()
	l.refresh[again] = nonce
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"token_type": "Bearer", "access_token": rand.Text(), "refresh_token": again,
		"id_token": l.issuer.Sign(l.t, claims), "expires_in": 3600,
	})
}

// refuse answers an error of RFC 6749, section 5.2.
func refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code})
}
