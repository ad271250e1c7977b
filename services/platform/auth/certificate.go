package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc/credentials/tls/certprovider"
	"google.golang.org/grpc/credentials/tls/certprovider/pemfile"

	"github.com/onrecord/onrecord/services/platform/config"
)

// certificateInterval is how often certificate files are looked at for changes.
const certificateInterval = time.Second

// keyTimeout bounds the wait for files that are being replaced.
const keyTimeout = 5 * time.Second

// Certificates are the certificate of a listener, or of a client, and the
// authorities that the other side must be known to, as the files say now.
type Certificates struct {
	provider certprovider.Provider
	clients  bool
}

// OpenCertificates reads the files that the settings name, nil if they name
// none. Close it.
func OpenCertificates(settings config.Access) (*Certificates, error) {
	if !settings.Encrypts() {
		return nil, nil //nolint:nilnil // nil speaks in clear
	}
	return openCertificates(settings.TLSCert, settings.TLSKey, settings.TLSClientCA)
}

// OpenClientCertificates reads the authorities by which a client knows its
// servers, and the client's own certificate if there is one. Close it.
func OpenClientCertificates(authorities, cert, key string) (*Certificates, error) {
	return openCertificates(cert, key, authorities)
}

func openCertificates(cert, key, authorities string) (*Certificates, error) {
	// The provider would only say later, and to nobody, that a file is not there.
	if cert != "" {
		if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
			return nil, fmt.Errorf("certificate %s with key %s: %w", cert, key, err)
		}
	}
	if authorities != "" {
		text, err := os.ReadFile(authorities)
		if err != nil {
			return nil, fmt.Errorf("authorities: %w", err)
		}
		if !x509.NewCertPool().AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("authorities %s: no certificate in PEM", authorities)
		}
	}
	provider, err := pemfile.NewProvider(pemfile.Options{
		CertFile: cert, KeyFile: key, RootFile: authorities, RefreshDuration: certificateInterval,
	})
	if err != nil {
		return nil, fmt.Errorf("certificate files: %w", err)
	}
	return &Certificates{provider: provider, clients: authorities != ""}, nil
}

// Close stops looking at the files.
func (c *Certificates) Close() error {
	if c != nil {
		c.provider.Close()
	}
	return nil
}

// Server returns the TLS settings of a listener. A client's certificate is
// checked if it shows one; whether it must be known is for the Guard to say.
func (c *Certificates) Server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			material, err := c.material(hello.Context())
			if err != nil {
				return nil, err
			}
			settings := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, Certificates: material.Certs}
			if c.clients {
				settings.ClientAuth, settings.ClientCAs = tls.VerifyClientCertIfGiven, material.Roots
			}
			return settings, nil
		},
	}
}

// Client returns the TLS settings of connections to a host.
func (c *Certificates) Client(host string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		ServerName: host,
		GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			material, err := c.material(request.Context())
			if err != nil || len(material.Certs) == 0 {
				return &tls.Certificate{}, err
			}
			return &material.Certs[0], nil
		},
		// The authorities change while connections are made, so they are asked for at
		// each handshake, by the check that Go would make itself.
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection below verifies
		VerifyConnection: func(state tls.ConnectionState) error {
			ctx, cancel := context.WithTimeout(context.Background(), keyTimeout)
			defer cancel()
			material, err := c.material(ctx)
			if err != nil {
				return err
			}
			return verifyServer(state, material.Roots)
		},
	}
}

func verifyServer(state tls.ConnectionState, roots *x509.CertPool) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server shows no certificate")
	}
	between := x509.NewCertPool()
	for _, certificate := range state.PeerCertificates[1:] {
		between.AddCert(certificate)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{
		DNSName: state.ServerName, Roots: roots, Intermediates: between,
	})
	return err
}

func (c *Certificates) material(ctx context.Context) (*certprovider.KeyMaterial, error) {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	return c.provider.KeyMaterial(ctx)
}

// NamesOf returns the DNS names of the certificate that the other side of a
// connection showed and that was verified, none if it showed none.
func NamesOf(state *tls.ConnectionState) []string {
	if state == nil || len(state.VerifiedChains) == 0 {
		return nil
	}
	return state.VerifiedChains[0][0].DNSNames
}
