package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// Access is who may call, and how a connection is secured. Everything that is
// named by a file is read again when the file changes.
type Access struct {
	TLSCert       string  `name:"tls-cert" default:"" help:"File with the certificate, PEM, of listeners that serve facts."`
	TLSKey        string  `name:"tls-key" default:"" help:"File with its private key, PEM, in the same folder."`
	TLSClientCA   string  `name:"tls-client-ca" default:"" help:"File with the authorities, PEM, whose client certificates are accepted."`
	OIDCIssuer    string  `name:"oidc-issuer" default:"" help:"URL of the OpenID Connect issuer whose bearer tokens are accepted; the claim roles says reader, editor or admin."`
	OIDCAudience  string  `name:"oidc-audience" default:"" help:"Audience that a token must be for."`
	APIKeys       string  `name:"api-keys" default:"" help:"File with the access list: lines of caller, role and sha256:HEX of an API key or certificate:DNS-NAME. To let in nobody, leave a line with #: an empty file is refused."`
	AnonymousRole string  `name:"anonymous-role" default:"none" enum:"none,reader" help:"What a caller without a credential may do, once credentials are configured: none or reader."`
	RateLimit     float64 `name:"rate-limit" default:"0" help:"Calls a second that one caller may make, twice as many at once; 0 for any number. Needs credentials."`
	StreamLimit   int     `name:"stream-limit" default:"1000" help:"Streams, such as Watch and /v1/changes, that one caller may have open, once credentials are configured; anonymous callers by their address; 0 for any number."`
}

// Authenticates reports whether credentials are configured. Without them
// everybody may do everything.
func (a Access) Authenticates() bool { return a.OIDCIssuer != "" || a.APIKeys != "" }

// Encrypts reports whether listeners speak TLS.
func (a Access) Encrypts() bool { return a.TLSCert != "" }

// Scheme is the scheme of URLs of an HTTP listener.
func (a Access) Scheme() string {
	if a.Encrypts() {
		return "https"
	}
	return "http"
}

// Validate refuses settings that do not go together.
func (a Access) Validate() error {
	switch {
	case (a.TLSCert == "") != (a.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case a.TLSClientCA != "" && a.TLSCert == "":
		return errors.New("--tls-client-ca needs --tls-cert and --tls-key")
	case a.TLSClientCA != "" && a.APIKeys == "":
		return errors.New("--tls-client-ca needs --api-keys: its lines say what whoever shows a certificate may do")
	case (a.OIDCIssuer == "") != (a.OIDCAudience == ""):
		return errors.New("--oidc-issuer and --oidc-audience go together: a token for another service must not open this one")
	case a.RateLimit < 0:
		return errors.New("--rate-limit must not be negative")
	case a.StreamLimit < 0:
		return errors.New("--stream-limit must not be negative")
	case !a.Authenticates() && (a.AnonymousRole == "reader" || a.RateLimit > 0):
		return errors.New("--anonymous-role and --rate-limit need --api-keys or --oidc-issuer: without credentials everybody may do everything")
	}
	return a.validateIssuer()
}

func (a Access) validateIssuer() error {
	if a.OIDCIssuer == "" {
		return nil
	}
	issuer, err := url.Parse(a.OIDCIssuer)
	if err != nil || issuer.Host == "" || (issuer.Scheme != "https" && issuer.Scheme != "http") {
		return errors.New("--oidc-issuer must be a URL such as https://issuer.example.org")
	}
	local, err := Loopback(net.JoinHostPort(issuer.Hostname(), "0"))
	if issuer.Scheme == "http" && (err != nil || !local) {
		return fmt.Errorf("--oidc-issuer must be https: whoever stands between here and %s could make tokens", issuer.Hostname())
	}
	return nil
}

// CheckListen refuses a listener that serves facts on an address off loopback
// without TLS and credentials, unless insecure is true.
func (a Access) CheckListen(addr string, insecure bool) error {
	if a.Authenticates() && a.Encrypts() {
		_, err := Loopback(addr)
		return err
	}
	return CheckListen(addr, insecure)
}
