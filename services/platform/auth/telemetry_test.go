package auth_test

import (
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestCertificatesShowWhenTheyEnd, also those that were replaced without a handshake
// since, and whether the files can be read.
func TestCertificatesShowWhenTheyEnd(t *testing.T) {
	authority := certs.NewAuthority(t)
	pair := authority.Issue(t, "server")
	certificates, err := auth.OpenCertificates(config.Access{TLSCert: pair.Cert, TLSKey: pair.Key, TLSClientCA: authority.File, APIKeys: "x"}, nil)
	must.OK(t, err)
	registry := prometheus.NewRegistry()
	certificates.Register(registry, "server")
	(*auth.Certificates)(nil).Register(registry, "client")
	(*auth.Guard)(nil).Register(registry)
	value := func(name string) float64 {
		t.Helper()
		families, err := registry.Gather()
		must.OK(t, err)
		for _, family := range families {
			if family.GetName() == name {
				must.Equal(t, family.GetMetric()[0].GetLabel()[0].GetValue(), "server")
				return family.GetMetric()[0].GetGauge().GetValue()
			}
		}
		t.Fatalf("there is no %s", name)
		return 0
	}
	must.Equal(t, value("onrecord_tls_certificate_expiry_timestamp_seconds"), float64(pair.Load(t).Leaf.NotAfter.Unix()))
	must.True(t, value("onrecord_tls_authority_expiry_timestamp_seconds") > 0, "the authority never ends")
	must.Equal(t, value("onrecord_tls_reload_failing"), 0)
	expired := authority.IssueExpired(t, "server")
	for from, to := range map[string]string{expired.Cert: pair.Cert, expired.Key: pair.Key} {
		must.OK(t, os.Rename(from, to))
	}
	must.Equal(t, value("onrecord_tls_certificate_expiry_timestamp_seconds"), float64(pair.Load(t).Leaf.NotAfter.Unix()))
	ended := value("onrecord_tls_certificate_expiry_timestamp_seconds")
	must.OK(t, os.Remove(pair.Key))
	must.Equal(t, value("onrecord_tls_reload_failing"), 1)
	must.Equal(t, value("onrecord_tls_certificate_expiry_timestamp_seconds"), ended)
}

func TestAGuardShowsItsTokens(t *testing.T) {
	guard, err := auth.New(config.Access{OIDCIssuer: "https://issuer.example", OIDCAudience: "onrecord", AnonymousRole: "none"}, nil)
	must.OK(t, err)
	registry := prometheus.NewRegistry()
	guard.Register(registry)
	must.OK(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP onrecord_auth_token_cache_requests_total Tokens that were shown, and whether they had been verified not long before.
# TYPE onrecord_auth_token_cache_requests_total counter
onrecord_auth_token_cache_requests_total{result="hit"} 0
onrecord_auth_token_cache_requests_total{result="miss"} 0
`)))
}
