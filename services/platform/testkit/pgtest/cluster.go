package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

// PrivateCluster is a server that one test has to itself. It is durable, as in
// production. Every method fails the test when it cannot do what it says.
type PrivateCluster struct {
	t      testing.TB
	server *pgserver.Server
}

// Cluster starts a server for one test; settings are lines of postgresql.conf
// such as "max_connections=20". It is removed when the test ends.
func Cluster(t testing.TB, settings ...string) *PrivateCluster {
	t.Helper()
	return ClusterWith(t, pgserver.Options{Settings: settings})
}

// ClusterWith is Cluster, with more to choose.
func ClusterWith(t testing.TB, options pgserver.Options) *PrivateCluster {
	t.Helper()
	options.Durable = true
	c := own(t, must.Get(pgserver.New(options))(t))
	c.Start()
	return c
}

// own removes a server when the test ends, after its clients are gone.
func own(t testing.TB, server *pgserver.Server) *PrivateCluster {
	c := &PrivateCluster{t: t, server: server}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of PostgreSQL:\n%s", server.Log())
		}
		must.OK(t, server.Remove())
	})
	return c
}

// Copy takes a base backup of the running server: a cluster of its own with all
// the databases and roles of this one. It is not started.
func (c *PrivateCluster) Copy() *PrivateCluster {
	c.t.Helper()
	return own(c.t, must.Get(c.server.Copy(c.t.Context()))(c.t))
}

// StartStandby starts a copy as a standby of another server, which it follows
// from then on.
func (c *PrivateCluster) StartStandby(of *PrivateCluster) {
	c.t.Helper()
	must.OK(c.t, c.server.Configure("primary_conninfo = '"+of.URL("postgres")+"'"))
	must.OK(c.t, c.server.Signal(pgserver.Standby))
	c.Start()
}

// StartRecovery starts a copy that goes on from an archive as the settings say,
// such as "recovery_target_time = '…'", and serves what it finds.
func (c *PrivateCluster) StartRecovery(settings ...string) {
	c.t.Helper()
	must.OK(c.t, c.server.Configure(settings...))
	must.OK(c.t, c.server.Signal(pgserver.Recovery))
	c.Start()
}

// Database returns the URL of a new, empty database.
func (c *PrivateCluster) Database() string {
	c.t.Helper()
	// It goes with the cluster, which may be stopped by then.
	const name = "onrecord"
	execute(c.t, c.server.URL("postgres"), "CREATE DATABASE "+name+" TEMPLATE template0")
	return c.server.URL(name)
}

// DatabaseOf is Database, owned by a role without any privilege, which the URL
// connects as.
func (c *PrivateCluster) DatabaseOf(role string) string {
	c.t.Helper()
	database := must.Get(url.Parse(c.Database()))(c.t)
	password := rand.Text()
	execute(c.t, c.server.URL("postgres"), "CREATE ROLE "+role+" LOGIN PASSWORD '"+password+"'")
	execute(c.t, c.server.URL("postgres"), "ALTER DATABASE onrecord OWNER TO "+role)
	database.User = url.UserPassword(role, password)
	return database.String()
}

// URL returns the address of a database by its name.
func (c *PrivateCluster) URL(database string) string { return c.server.URL(database) }

// Execute runs one statement in a database as the superuser.
func (c *PrivateCluster) Execute(database, sql string) {
	c.t.Helper()
	execute(c.t, c.server.URL(database), sql)
}

// Query returns the one text of a query in a database, asked as the superuser.
func (c *PrivateCluster) Query(database, sql string) (text string) {
	c.t.Helper()
	conn := must.Get(pgx.Connect(c.t.Context(), c.server.URL(database)))(c.t)
	defer conn.Close(c.t.Context()) //nolint:errcheck // It has answered.
	must.OK(c.t, conn.QueryRow(c.t.Context(), sql).Scan(&text))
	return text
}

// Port returns the port on 127.0.0.1, the same at every start.
func (c *PrivateCluster) Port() int { return c.server.Port() }

// Server returns the server for what is not here.
func (c *PrivateCluster) Server() *pgserver.Server { return c.server }

// Start starts a stopped server and waits until it answers.
func (c *PrivateCluster) Start() {
	c.t.Helper()
	must.OK(c.t, c.server.Start(context.WithoutCancel(c.t.Context())))
}

// Stop ends the server in order; its clients are cut off.
func (c *PrivateCluster) Stop() {
	c.t.Helper()
	must.OK(c.t, c.server.Stop())
}

// Kill ends all processes of the server at once.
func (c *PrivateCluster) Kill() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	must.OK(c.t, c.server.Kill(ctx))
}

// Freeze stops all processes of the server where they are: it accepts
// connections, and nothing answers.
func (c *PrivateCluster) Freeze() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	must.OK(c.t, c.server.Freeze(ctx))
}

// Thaw lets a frozen server go on.
func (c *PrivateCluster) Thaw() {
	c.t.Helper()
	must.OK(c.t, c.server.Thaw())
}

// Fill makes the disk full under one table, schema.name, of the database that
// Database made. The table must be empty. The result makes room again.
func (c *PrivateCluster) Fill(table string) (makeRoom func()) {
	c.t.Helper()
	undo := must.Get(c.server.Fill(c.t.Context(), "onrecord", table))(c.t)
	return func() {
		c.t.Helper()
		must.OK(c.t, undo(context.WithoutCancel(c.t.Context())))
	}
}
