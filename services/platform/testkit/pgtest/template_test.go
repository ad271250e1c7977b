package pgtest_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// openNotes opens a database with one table.
func openNotes(ctx context.Context, url string, options pgdb.Options) (*pgdb.DB, error) {
	return pgdb.Open(ctx, url, pgdb.Schema{Name: "notes", Migrations: []string{"CREATE TABLE notes (id text)"}}, options)
}

// TestCopiesAreApart: what one test does to its copy is in no other, nor in the template.
func TestCopiesAreApart(t *testing.T) {
	template := pgtest.NewTemplate(openNotes)
	for range 3 {
		url := template.Database(t)
		must.OK(t, must.Get(openNotes(t.Context(), url, pgdb.Options{Migrate: true}))(t).Close())
		conn := connect(t, url)
		must.Equal(t, ask[int](t, conn, "SELECT count(*) FROM notes.notes"), 0)
		exec1(t, conn, "INSERT INTO notes.notes VALUES ('a')")
		exec1(t, conn, "ALTER TABLE notes.notes RENAME id TO body")
	}
}

// TestTheTemplateStaysOnlyWhereTheServerEnds: on somebody's own server nothing is left that
// a test made. On one that ends with the tests there is the template, with its tables.
func TestTheTemplateStaysOnlyWhereTheServerEnds(t *testing.T) {
	server := pgtest.Cluster(t).Database()
	conn := connect(t, server)
	const left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'onrecord_test_%'"
	for _, mode := range []struct {
		ends string
		left int
	}{{"", 0}, {"yes", 1}} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCopiesAreApart$", "-test.count=1")
		cmd.Env = append(cmd.Environ(), pgtest.Server+"="+server, pgtest.Ending+"="+mode.ends)
		out, err := cmd.CombinedOutput()
		must.True(t, err == nil, "%v: %s", err, out)
		must.Equal(t, ask[int](t, conn, left), mode.left)
	}
}
