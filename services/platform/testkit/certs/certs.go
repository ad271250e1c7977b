// Package certs makes certificates for tests: an authority, and what it signs.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Authority signs certificates.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	// File has the certificate, PEM.
	File string
}

// Pair are the files of a certificate and its key, PEM, in one folder.
type Pair struct{ Cert, Key string }

// NewAuthority makes an authority.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "authority of a test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must.OK(t, err)
	certificate, err := x509.ParseCertificate(der)
	must.OK(t, err)
	a := &Authority{certificate: certificate, key: key, File: filepath.Join(t.TempDir(), "ca.pem")}
	must.OK(t, os.WriteFile(a.File, encode("CERTIFICATE", der), 0o600))
	return a
}

// Pool has the authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// Issue makes a certificate for a DNS name and for loopback addresses, good for
// servers and for clients.
func (a *Authority) Issue(t testing.TB, name string) Pair {
	t.Helper()
	folder := t.TempDir()
	pair := Pair{Cert: filepath.Join(folder, "tls.crt"), Key: filepath.Join(folder, "tls.key")}
	a.Renew(t, pair, name)
	return pair
}

// IssueFor makes a certificate for these names and addresses alone.
func (a *Authority) IssueFor(t testing.TB, names ...string) Pair {
	t.Helper()
	folder := t.TempDir()
	pair := Pair{Cert: filepath.Join(folder, "tls.crt"), Key: filepath.Join(folder, "tls.key")}
	a.write(t, pair, time.Now().Add(time.Hour), names...)
	return pair
}

// IssueExpired makes a certificate of which the time is over.
func (a *Authority) IssueExpired(t testing.TB, name string) Pair {
	t.Helper()
	folder := t.TempDir()
	pair := Pair{Cert: filepath.Join(folder, "tls.crt"), Key: filepath.Join(folder, "tls.key")}
	a.write(t, pair, time.Now().Add(-time.Minute), name)
	return pair
}

// Renew replaces the files of a certificate by those of a new one.
func (a *Authority) Renew(t testing.TB, pair Pair, name string) {
	t.Helper()
	a.write(t, pair, time.Now().Add(time.Hour), name, "localhost", "127.0.0.1", "::1")
}

func (a *Authority) write(t testing.TB, pair Pair, until time.Time, names ...string) {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: names[0]},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	must.OK(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must.OK(t, err)
	must.OK(t, os.WriteFile(pair.Cert, encode("CERTIFICATE", der), 0o600))
	must.OK(t, os.WriteFile(pair.Key, encode("PRIVATE KEY", private), 0o600))
}

// Load reads a certificate with its key.
func (p Pair) Load(t testing.TB) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(p.Cert, p.Key)
	must.OK(t, err)
	return pair
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must.OK(t, err)
	return key
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
