package command_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// The record moves to PostgreSQL by way of a backup, so that it is served
// meanwhile, and back.
func TestMoveToPostgreSQL(t *testing.T) {
	source, backup, back := t.TempDir(), filepath.Join(t.TempDir(), "backup"), t.TempDir()
	url := pgtest.Database(t)
	ran := func(args ...string) string {
		got := run(t, "", args...)
		must.Equal(t, got.err, "")
		must.Equal(t, got.code, 0)
		return got.out
	}
	server := start(t, source)
	ran("backup", "--data", source, "--to", backup)
	ran("copy", "sqlite:"+backup, url)
	server.stop()
	server = start(t, source, "--examples") // there is more than in the backup
	want := everything(t, server)
	server.stop()
	must.Contains(t, ran("copy", "sqlite:"+source, url), "metrics: 111 changes copied")

	server = start(t, "", "--database", url)
	must.Equal(t, everything(t, server), want)
	ran("copy", url, "sqlite:"+back) // while it is served
	server.stop()
	must.Equal(t, everything(t, start(t, back)), want)
}
