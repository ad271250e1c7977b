package pgdb_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// guarded is a server whose role service has a password that is in a file.
type guarded struct {
	*pgtest.PrivateCluster
	at, file string
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	c := pgtest.Cluster(t)
	at := must.Get(url.Parse(c.DatabaseOf("service")))(t)
	password, _ := at.User.Password()
	at.User = url.User("service")
	g := &guarded{c, "", filepath.Join(t.TempDir(), "pgpass")}
	g.at = with(t, at.String(), "passfile", g.file)
	g.keep(t, password)
	return g
}

// keep puts a password into the file.
func (g *guarded) keep(t *testing.T, password string) {
	t.Helper()
	must.OK(t, os.WriteFile(g.file, []byte("*:*:*:service:"+password+"\n"), 0o600))
}

// change has the server want another password.
func (g *guarded) change(to string) {
	g.Execute("onrecord", "ALTER ROLE service PASSWORD '"+to+"'")
}

// end ends the connections, so that new ones are made.
func (g *guarded) end() {
	g.Execute("onrecord", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'service'")
}

// show has the server show a certificate, and want one of clients from the authority.
func (g *guarded) show(t *testing.T, authority *certs.Authority) {
	t.Helper()
	pair := authority.IssueFor(t, "127.0.0.1")
	for name, from := range map[string]string{"server.crt": pair.Cert, "server.key": pair.Key, "root.crt": authority.File} {
		to := filepath.Join(g.Server().Data(), name)
		copyFile(t, to, from)
		must.OK(t, pgserver.Give(to))
	}
	const loaded = "SELECT pg_conf_load_time()::text"
	before := g.Query("onrecord", loaded)
	g.Execute("onrecord", "SELECT pg_reload_conf()")
	eventually(t, func() bool { return g.Query("onrecord", loaded) != before })
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	must.OK(t, os.WriteFile(to, must.Get(os.ReadFile(from))(t), 0o600))
}

// TestPasswordIsReadAnew: one that was changed in its file is used without a new start,
// however the address ends.
func TestPasswordIsReadAnew(t *testing.T) {
	g := newGuarded(t)
	t.Setenv("PGPASSFILE", g.file)
	bare, _, _ := strings.Cut(g.at, "?")
	for name, at := range map[string]string{
		"settings":          g.at,
		"settings and &":    g.at + "&",
		"a value with ?":    g.at + "&application_name=who?",
		"no settings":       bare,
		"no settings but ?": bare + "?",
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, at, pgdb.Options{})
			g.change("for " + name)
			g.end()
			err := db.Check(t.Context())
			statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
			must.Contains(t, err.Error(), "password authentication failed")
			g.keep(t, "for "+name)
			must.OK(t, db.Check(t.Context()))
			must.False(t, db.Usage().ReloadFails)
		})
	}
}

// TestWhatCannotBeReadLeavesWhatWasReadBefore: that, and not what was read at the start.
func TestWhatCannotBeReadLeavesWhatWasReadBefore(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	log, told := observer.New(zap.InfoLevel)
	db := open(t, g.at, pgdb.Options{Log: zap.New(log)})
	used := func(said ...string) {
		t.Helper()
		g.end()
		must.OK(t, db.Check(t.Context()))
		g.end()
		must.OK(t, db.Check(t.Context()))
		must.Equal(t, secretsOf(told), said)
	}
	g.change("another")
	g.keep(t, "another")
	used("the database's password read")
	for _, spoil := range []func(){
		func() { must.OK(t, os.Remove(g.file)) },
		func() { must.OK(t, os.WriteFile(g.file, nil, 0o600)) },
		func() { must.OK(t, os.WriteFile(g.file, []byte("*:*:*:metrics:another\n"), 0o600)) },
	} {
		spoil()
		used("the database's password cannot be read; what was read before stays in force")
		must.True(t, db.Usage().ReloadFails)
		g.keep(t, "another")
		used("the database's password read")
		must.False(t, db.Usage().ReloadFails)
	}
}

// secretsOf is what a log says of secrets since it was asked.
func secretsOf(told *observer.ObservedLogs) (said []string) {
	for _, line := range told.TakeAll() {
		if strings.HasPrefix(line.Message, "the database's ") {
			said = append(said, line.Message)
		}
	}
	return said
}

// TestAuthoritiesAreReadAnew: beside the password, whichever of the two cannot be read, and
// the certificate that the server wants of us goes on being shown.
func TestAuthoritiesAreReadAnew(t *testing.T) {
	t.Parallel()
	first, second, third := certs.NewAuthority(t), certs.NewAuthority(t), certs.NewAuthority(t)
	g := newGuarded(t)
	must.OK(t, g.Server().Configure("ssl = on", "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'root.crt'"))
	must.OK(t, os.WriteFile(filepath.Join(g.Server().Data(), "pg_hba.conf"), []byte(
		"host all postgres 127.0.0.1/32 password\nhostssl all service 127.0.0.1/32 password clientcert=verify-full\n"), 0o600))
	g.show(t, first)
	g.Stop()
	g.Start()
	trusted, own := filepath.Join(t.TempDir(), "ca.crt"), first.Issue(t, "service")
	copyFile(t, trusted, first.File)
	for _, mode := range []string{"verify-full", "verify-ca"} {
		at := g.at
		for name, value := range map[string]string{"sslmode": mode, "sslrootcert": trusted, "sslcert": own.Cert, "sslkey": own.Key} {
			at = with(t, at, name, value)
		}
		log, told := observer.New(zap.InfoLevel)
		db := open(t, at, pgdb.Options{Log: zap.New(log)})
		g.end()
		must.OK(t, db.Check(t.Context()))

		g.show(t, second)
		second.Renew(t, own, "service")
		g.end()
		must.Contains(t, db.Check(t.Context()).Error(), "signed by unknown authority")
		copyFile(t, trusted, second.File)
		must.OK(t, db.Check(t.Context()))
		must.Equal(t, secretsOf(told), []string{"the database's authorities read"})

		must.OK(t, os.WriteFile(trusted, []byte("half"), 0o600))
		g.change("changed for " + mode)
		g.keep(t, "changed for "+mode)
		g.end()
		must.OK(t, db.Check(t.Context())) // by the second authority, which was read last
		must.Equal(t, secretsOf(told), []string{
			"the database's password read", "the database's authorities cannot be read; what was read before stays in force",
		})
		must.OK(t, os.Remove(g.file))
		copyFile(t, trusted, third.File)
		g.show(t, third)
		third.Renew(t, own, "service")
		g.end()
		must.OK(t, db.Check(t.Context()))
		must.OK(t, db.Close())

		first.Renew(t, own, "service")
		g.show(t, first)
		copyFile(t, trusted, first.File)
		g.keep(t, "changed for "+mode)
	}
}

// TestAnIndexIsMadeWithWhatFilesHaveNow: a long migration may outlive a password.
func TestAnIndexIsMadeWithWhatFilesHaveNow(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	migrate(t, g.at, pgdb.Schema{Name: wider.Name, Migrations: wider.Migrations[:2]})
	lock := must.Get(pgx.Connect(t.Context(), g.URL("onrecord")))(t)
	defer lock.Close(context.Background())
	held := must.Get(lock.Begin(t.Context()))(t)
	must.Get(held.Exec(t.Context(), "LOCK TABLE notes.schema_version"))(t)
	done := make(chan error)
	go func() {
		db, err := pgdb.Open(t.Context(), g.at, wider, pgdb.Options{Migrate: true})
		if err == nil {
			err = db.Close()
		}
		done <- err
	}()
	eventually(t, func() bool {
		return g.Query("onrecord", "SELECT count(*)::text FROM pg_stat_activity WHERE usename = 'service' AND wait_event_type = 'Lock'") != "0"
	})
	g.change("another")
	g.keep(t, "another")
	must.OK(t, held.Rollback(t.Context()))
	must.OK(t, <-done)
}
