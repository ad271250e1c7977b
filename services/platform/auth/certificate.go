package auth

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/config"
)

// Certificates are the certificate of a listener, or of a client, and the
// authorities that the other side must be known to, as the files say now: they are
// looked at before each handshake, which costs thousands of times as much.
type Certificates struct {
	paths [3]string // certificate, key, authorities
	// authoritiesBy is the setting that names the authorities.
	authoritiesBy string
	log           *zap.Logger

	mu      sync.Mutex
	read    stamp
	failing bool
	now     material
}

// material is what the files hold.
type material struct {
	own         []tls.Certificate // none, or one
	authorities *x509.CertPool    // nil for none
	// authoritiesEnd is when the first of them ends.
	authoritiesEnd time.Time
}

// OpenCertificates reads the files that the settings name, nil if they name none.
func OpenCertificates(settings config.Access, log *zap.Logger) (*Certificates, error) {
	if !settings.Encrypts() {
		return nil, nil //nolint:nilnil // nil speaks in clear
	}
	return openCertificates([3]string{settings.TLSCert, settings.TLSKey, settings.TLSClientCA}, "--tls-client-ca", log)
}

// OpenClientCertificates reads the authorities by which a client knows its
// servers, and the client's own certificate unless that is "".
func OpenClientCertificates(authorities, cert, key string, log *zap.Logger) (*Certificates, error) {
	return openCertificates([3]string{cert, key, authorities}, "--services-ca", log)
}

func openCertificates(paths [3]string, authoritiesBy string, log *zap.Logger) (*Certificates, error) {
	if log == nil {
		log = zap.NewNop()
	}
	c := &Certificates{paths: paths, authoritiesBy: authoritiesBy, log: log}
	var err error
	if c.read, err = stampOf(paths); err != nil {
		return nil, fmt.Errorf("certificate files: %w", err)
	}
	if c.now, err = c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

// current returns what the files hold. Files that are being replaced, or are wrong,
// leave in force what was read before, with one warning.
func (c *Certificates) current() material {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, err := stampOf(c.paths)
	if err == nil && found == c.read {
		return c.now
	}
	var loaded material
	if err == nil {
		loaded, err = c.load()
	}
	if err != nil {
		if !c.failing {
			c.log.Warn("certificate files cannot be read; what was read before stays in force", zap.Error(err))
		}
		c.failing = true
		return c.now
	}
	c.now, c.read, c.failing = loaded, found, false
	if own := loaded.own; len(own) > 0 && own[0].Leaf != nil {
		c.log.Info("certificate read", zap.Time("not_after", own[0].Leaf.NotAfter))
	}
	return c.now
}

// load reads the files. An error names a file and never what stands in it.
func (c *Certificates) load() (material, error) {
	var m material
	if c.paths[0] != "" {
		pair, err := tls.LoadX509KeyPair(c.paths[0], c.paths[1])
		if err != nil {
			return material{}, fmt.Errorf("--tls-cert %s with --tls-key %s: %w", c.paths[0], c.paths[1], err)
		}
		m.own = []tls.Certificate{pair}
	}
	if c.paths[2] == "" {
		return m, nil
	}
	text, err := os.ReadFile(c.paths[2])
	if err != nil {
		return material{}, fmt.Errorf("%s: %w", c.authoritiesBy, err)
	}
	m.authorities = x509.NewCertPool()
	if !m.authorities.AppendCertsFromPEM(text) {
		return material{}, fmt.Errorf("%s %s: no certificate in PEM", c.authoritiesBy, c.paths[2])
	}
	m.authoritiesEnd = firstEnd(text)
	return m, nil
}

// protocols are what HTTP and gRPC speak over TLS (RFC 7301).
var protocols = []string{"h2", "http/1.1"}

// Server returns the TLS settings of a listener. A client's certificate is
// checked if it shows one; whether it must be known is for the Guard to say.
func (c *Certificates) Server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: protocols,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			now := c.current()
			settings := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: protocols, Certificates: now.own}
			if now.authorities != nil {
				settings.ClientAuth, settings.ClientCAs = tls.VerifyClientCertIfGiven, now.authorities
			}
			return settings, nil
		},
	}
}

// Client returns the TLS settings of one connection to a server, whose certificate
// is verified for the name or address that the connection is made to.
func (c *Certificates) Client(name string) *tls.Config {
	now := c.current()
	return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: name, Certificates: now.own, RootCAs: now.authorities}
}

// NamesOf returns the DNS names of the certificate that the other side of a
// connection showed and that was verified, none if it showed none.
func NamesOf(state *tls.ConnectionState) []string {
	if state == nil || len(state.VerifiedChains) == 0 {
		return nil
	}
	return state.VerifiedChains[0][0].DNSNames
}
