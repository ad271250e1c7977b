//go:build proxy

package proxy_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// client has cookies of its own and goes where it is sent.
func (s *site) client(t *testing.T) *http.Client {
	t.Helper()
	jar := must.Get(cookiejar.New(nil))(t)
	return &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}}
}

// staying is a client that does not go where it is sent.
func staying(c *http.Client) *http.Client {
	other := *c
	other.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &other
}

type answer struct {
	code   int
	header http.Header
	at     string
	body   string
}

func ask(t *testing.T, c *http.Client, method, url, body string, headers ...string) answer {
	t.Helper()
	r := must.Get(http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body)))(t)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.Do(r)
	must.OK(t, err)
	defer func() { _ = response.Body.Close() }()
	text := must.Get(io.ReadAll(response.Body))(t)
	return answer{response.StatusCode, response.Header, response.Request.URL.String(), string(text)}
}

const (
	page   = "/documents/goods-trade-note"
	quote  = "/v1/statements/goods-trade-note-infrastructure"
	figure = "figures/goods-trade-note-border-length"
	// html is what a browser asks for when somebody goes to a page.
	html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
)

// TestASession is one from its beginning to its end: who has none is sent to the issuer
// from a page and refused by the API; who has one is whom the issuer says, whatever else
// they show; after the end they are as before.
func TestASession(t *testing.T) {
	s := start(t)
	c := s.client(t)
	out := func() {
		t.Helper()
		sent := ask(t, staying(c), http.MethodGet, s.explorer+page, "", "Accept", html)
		must.Equal(t, sent.code, http.StatusFound)
		must.True(t, strings.HasPrefix(sent.header.Get("Location"), s.issuer.URL+"/auth?"), "sent to %s", sent.header.Get("Location"))
		must.Equal(t, ask(t, staying(c), http.MethodGet, s.explorer+quote, "").code, http.StatusUnauthorized)
		must.Equal(t, ask(t, staying(c), http.MethodGet, s.explorer+quote, "", "Authorization", "Bearer "+s.key).code, http.StatusUnauthorized)
	}
	out()
	in := ask(t, c, http.MethodGet, s.explorer+page+"?read_time="+"2020-01-01T00:00:00Z", "", "Accept", html)
	must.Equal(t, in.at, s.explorer+page+"?read_time=2020-01-01T00:00:00Z") // back where they wanted to go
	must.Equal(t, in.code, http.StatusNotFound)                             // nothing was on record then
	must.Equal(t, ask(t, c, http.MethodGet, s.explorer+page, "", "Accept", html).code, http.StatusOK)

	read := ask(t, c, http.MethodGet, s.explorer+quote, "")
	must.Equal(t, read.code, http.StatusOK)
	must.Equal(t, ask(t, c, http.MethodGet, s.explorer+quote, "", "If-None-Match", read.header.Get("ETag")).code, http.StatusNotModified)
	erase := func(at string) int {
		return ask(t, c, http.MethodPost, at+quote+":erase", `{"reason":"GDPR","validateOnly":true}`,
			"Authorization", "Bearer "+s.key, "Content-Type", "application/json").code
	}
	must.Equal(t, erase(s.explorer), http.StatusForbidden) // an editor with the key of an admin is an editor
	must.Equal(t, erase(s.api), http.StatusOK)
	must.Equal(t, ask(t, s.client(t), http.MethodGet, s.api+quote, "", "Authorization", "Bearer "+s.issuer.Sign(t, s.issuer.Claims())).code, http.StatusOK)
	// A form of another page of the same site would come with the cookie, but not as JSON.
	must.Equal(t, ask(t, c, http.MethodPost, s.explorer+"/v1/"+figure+":correct", "{}", "Content-Type", "text/plain").code, http.StatusUnsupportedMediaType)

	must.Equal(t, ask(t, staying(c), http.MethodGet, s.explorer+"/oauth2/sign_out", "").code, http.StatusFound)
	out()
	must.False(t, strings.Contains(s.output.String(), "read_time"), "the proxy logs what was asked for")
}

// TestASessionGoesOn with new tokens while the issuer gives them; when it gives no more,
// the API refuses, and a page signs in again.
func TestASessionGoesOn(t *testing.T) {
	s := start(t, "--cookie-refresh=1s") // instead of two minutes
	c := s.client(t)
	must.Equal(t, ask(t, c, http.MethodGet, s.explorer+page, "", "Accept", html).code, http.StatusOK)
	until := func(what string, holds func(code int) bool) {
		t.Helper()
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for begun := time.Now(); !holds(ask(t, staying(c), http.MethodGet, s.explorer+quote, "").code); <-tick.C {
			must.True(t, time.Since(begun) < 30*time.Second, "it does not come to this: %s", what)
		}
	}
	until("a refreshed session", func(code int) bool {
		must.Equal(t, code, http.StatusOK)
		return s.issuer.Login.Refreshed() > 0
	})
	s.issuer.Login.End()
	until("a refusal", func(code int) bool { return code == http.StatusUnauthorized })
	again := ask(t, c, http.MethodGet, s.explorer+page, "", "Accept", html)
	must.Equal(t, again.code, http.StatusOK)
	must.Equal(t, again.at, s.explorer+page)
}

// TestWhoHasNoRoleIsTold what is missing.
func TestWhoHasNoRoleIsTold(t *testing.T) {
	s := start(t)
	s.issuer.Login.As(map[string]any{"roles": []string{"journalist"}})
	told := ask(t, s.client(t), http.MethodGet, s.explorer+page, "", "Accept", html)
	must.Equal(t, told.code, http.StatusForbidden)
	must.Contains(t, told.body, "the role reader")
	must.Contains(t, told.body, "can give you the role")
}

// TestChangesComeThroughAtOnce: the proxy keeps no event back.
func TestChangesComeThroughAtOnce(t *testing.T) {
	s := start(t)
	c := s.client(t)
	must.Equal(t, ask(t, c, http.MethodGet, s.explorer+page, "", "Accept", html).code, http.StatusOK)
	r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, s.explorer+"/v1/changes", nil))(t)
	response, err := c.Do(r)
	must.OK(t, err)
	defer func() { _ = response.Body.Close() }()
	must.Equal(t, response.StatusCode, http.StatusOK)
	must.Equal(t, ask(t, s.client(t), http.MethodPost, s.api+"/v1/entities?entity_id=ann", `{"displayName":"Ann","entityType":"PERSON"}`,
		"Authorization", "Bearer "+s.key, "Content-Type", "application/json").code, http.StatusOK)
	for lines := bufio.NewScanner(response.Body); lines.Scan(); { // it says nothing by itself but a heartbeat
		if strings.Contains(lines.Text(), "entities/ann") {
			return
		}
	}
	t.Fatal("the stream ended without the entity")
}
