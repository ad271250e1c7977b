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
	return databaseOf(t, must.Get(shared())(t).url)
}

// databaseOf makes a database on the server of a URL.
func databaseOf(t testing.TB, server string) string {
	t.Helper()
	target := must.Get(url.Parse(server))(t)
	name := "onrecord_test_" + strings.ToLower(rand.Text())
	execute(t, server, "CREATE DATABASE "+name+" TEMPLATE template0 STRATEGY wal_log")
	t.Cleanup(func() { execute(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
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
