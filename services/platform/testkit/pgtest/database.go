package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

// Server is the environment variable with the postgres:// URL of the server
// that tests use, as a role that may create databases.
const Server = "ONRECORD_TEST_POSTGRES"

// cleanupTimeout bounds how long it may take to drop a database.
const cleanupTimeout = time.Minute

// server is the one that the tests of this process share.
type server struct {
	url string
	// own is nil for one that was there already. It is held as long as the process
	// lives: the server ends with it, or as soon as nothing refers to it.
	own *pgserver.Server
}

var shared = sync.OnceValues(func() (server, error) {
	if given := os.Getenv(Server); given != "" {
		return server{url: given}, nil
	}
	own, err := pgserver.New(pgserver.Options{})
	if err != nil {
		return server{}, err
	}
	if err := own.Start(context.Background()); err != nil {
		return server{}, err
	}
	return server{url: own.URL("postgres"), own: own}, nil
})

// Database returns the postgres:// URL of a new, empty database, which is
// dropped when the test ends, whoever is still connected.
func Database(t testing.TB) string {
	t.Helper()
	return databaseOf(t, must.Get(shared())(t).url, noTables)
}

// noTables is the template of an empty database.
const noTables = "template0"

// databaseOf makes a database on the server of a URL, as a copy of another one, for a test.
func databaseOf(t testing.TB, server, template string) string {
	t.Helper()
	name := newDatabase(t, server, template)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return at(t, server, name)
}

// newDatabase makes a database that stays, and returns its name.
func newDatabase(t testing.TB, server, template string) (name string) {
	t.Helper()
	name = "onrecord_test_" + strings.ToLower(rand.Text())
	execute(t, server, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY wal_log")
	return name
}

// at is the URL of a database of a server.
func at(t testing.TB, server, name string) string {
	t.Helper()
	target := must.Get(url.Parse(server))(t)
	target.Path = "/" + name
	return target.String()
}

// execute runs one statement, also after the test's context has ended.
func execute(t testing.TB, server, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), cleanupTimeout)
	defer cancel()
	conn := must.Get(pgx.Connect(ctx, server))(t)
	defer conn.Close(ctx) //nolint:errcheck // What it did is done.
	_, err := conn.Exec(ctx, sql)
	must.OK(t, err)
}
