//go:build kube

package kube_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

// postgresPort is the one that the network policies let pods call.
const postgresPort = "5432"

// startPostgres starts a server with TLS, a database onrecord and a role for each
// service, which pods reach at the host of the settings. It answers what a client
// keeps in its file of passwords.
func startPostgres(t *testing.T, authority *certs.Authority, roles ...string) (passwords map[string]string) {
	t.Helper()
	cluster := pgtest.Cluster(t, "max_connections = 400")
	pair := authority.IssueFor(t, settings.host)
	cert, key := filepath.Join(cluster.Server().Folder(), "server.crt"), filepath.Join(cluster.Server().Folder(), "server.key")
	for to, from := range map[string]string{cert: pair.Cert, key: pair.Key} {
		must.OK(t, os.WriteFile(to, must.Get(os.ReadFile(from))(t), 0o600))
		must.OK(t, pgserver.Give(to))
	}
	must.OK(t, cluster.Server().Configure("ssl = on", "ssl_cert_file = '"+cert+"'", "ssl_key_file = '"+key+"'"))
	cluster.Stop()
	cluster.Start()
	cluster.Execute("postgres", "CREATE DATABASE onrecord TEMPLATE template0")
	passwords = map[string]string{}
	for i, role := range roles {
		password := fmt.Sprintf("of-%s-%d", role, i)
		cluster.Execute("postgres", "CREATE ROLE "+role+" LOGIN PASSWORD '"+password+"'")
		cluster.Execute("postgres", "GRANT CREATE ON DATABASE onrecord TO "+role)
		passwords[role] = "*:*:*:" + role + ":" + password + "\n"
	}
	forward(t, net.JoinHostPort(settings.host, postgresPort), pgserver.Address(cluster.Port()))
	return passwords
}

// forward takes connections at one address and leads each to another until the test
// ends: the server itself listens on loopback only.
func forward(t *testing.T, at, to string) {
	t.Helper()
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", at))(t)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			go pass(out, in)
			go pass(in, out)
		}
	}()
}

// pass copies one direction to its end, which ends the other as well.
func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from) // either end may go at any time
	to.Close()
	from.Close()
}
