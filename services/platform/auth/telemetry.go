package auth

import (
	"crypto/x509"
	"encoding/pem"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Register shows on a registry until when the certificates that are loaded are valid.
// use is "server" for those of listeners, "client" for those of connections to services.
// Nil shows nothing.
func (c *Certificates) Register(registry prometheus.Registerer, use string) {
	if c == nil {
		return
	}
	gauge := func(name, help string, value func(material, bool) float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "onrecord", Subsystem: "tls", Name: name, Help: help, ConstLabels: prometheus.Labels{"use": use},
		}, func() float64 {
			now := c.current() // so that what was replaced on disk is looked at without a handshake
			c.mu.Lock()
			defer c.mu.Unlock()
			return value(now, c.failing)
		}))
	}
	if c.paths[0] != "" {
		gauge("certificate_expiry_timestamp_seconds", "Time, since 1970, at which the certificate ends.", func(m material, _ bool) float64 {
			if len(m.own) == 0 || m.own[0].Leaf == nil {
				return 0
			}
			return float64(m.own[0].Leaf.NotAfter.Unix())
		})
	}
	if c.paths[2] != "" {
		gauge("authority_expiry_timestamp_seconds", "Time, since 1970, at which the first of the authorities ends.", func(m material, _ bool) float64 {
			return float64(m.authoritiesEnd.Unix())
		})
	}
	gauge("reload_failing", "1 while the files cannot be read and what was read before is in force.", func(_ material, failing bool) float64 {
		return oneIf(failing)
	})
}

// Register shows on a registry whether the access list can be read, and how many tokens
// need no verification; of a guard without a list, or without an issuer, not that. Nil
// shows nothing.
func (g *Guard) Register(registry prometheus.Registerer) {
	if g == nil {
		return
	}
	if g.issuer != nil {
		g.issuer.verified.register(registry)
	}
	if g.list == nil {
		return
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "onrecord", Name: "access_list_failing",
		Help: "1 while the access list cannot be read and what was read before is in force.",
	}, func() float64 { return oneIf(g.list.failing.Load()) }))
}

// register counts how often a token was known already.
func (r *remembered) register(registry prometheus.Registerer) {
	for result, count := range map[string]*atomic.Int64{"hit": &r.hits, "miss": &r.misses} {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: "onrecord", Subsystem: "auth", Name: "token_cache_requests_total", ConstLabels: prometheus.Labels{"result": result},
			Help: "Tokens that were shown, and whether they had been verified not long before.",
		}, func() float64 { return float64(count.Load()) }))
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// firstEnd returns when the first of the certificates in PEM ends.
func firstEnd(text []byte) (first time.Time) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return first
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue // no certificate: the pool has left it out too
		}
		if first.IsZero() || certificate.NotAfter.Before(first) {
			first = certificate.NotAfter
		}
	}
}
