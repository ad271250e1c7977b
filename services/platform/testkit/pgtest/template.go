package pgtest

import (
	"context"
	"io"
	"os"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Ending is the environment variable that says that the server of Server ends with the
// tests.
const Ending = "ONRECORD_TEST_POSTGRES_ENDS"

// Template is a database with the tables of a service and nothing on record. To make the
// tables takes longer than the rest of most tests that begin with them, so each process
// makes them once and copies the database from then on. It does so on a server that ends
// with the tests: on any other one the template would stay.
type Template struct {
	fill func(ctx context.Context, url string) (io.Closer, error)
	once sync.Once
	name string
}

// NewTemplate returns the template of the databases that open opens and makes.
func NewTemplate[S io.Closer](open func(ctx context.Context, url string, options pgdb.Options) (S, error)) *Template {
	return &Template{name: noTables, fill: func(ctx context.Context, url string) (io.Closer, error) {
		return open(ctx, url, pgdb.Options{Migrate: true})
	}}
}

// Database is pgtest.Database, with the tables. It is safe for concurrent use.
func (p *Template) Database(t testing.TB) string {
	t.Helper()
	server := must.Get(shared())(t)
	if server.own != nil || os.Getenv(Ending) != "" {
		p.once.Do(func() {
			name := newDatabase(t, server.url, noTables)
			made := must.Get(p.fill(t.Context(), at(t, server.url, name)))(t)
			must.OK(t, made.Close())
			p.name = name
		})
	}
	return databaseOf(t, server.url, p.name)
}
