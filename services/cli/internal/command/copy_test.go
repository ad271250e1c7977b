package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// everything is what a server answers about the example record.
func everything(t *testing.T, server *running) (answers []string) {
	t.Helper()
	for _, args := range [][]string{
		{"list", "documents"}, {"list", "entities"}, {"list", "statements", "--all"}, {"list", "metrics"}, {"list", "figures", "--all"},
		{"query", "metrics/bilateral-goods-trade", "--all"}, {"search", "wall"}, {"get", "documents/goods-trade-note/versions/1"},
	} {
		answers = append(answers, server.must(t, append(args, "-o", "json")...))
	}
	return answers
}

// A copy of the folder answers as the folder did.
func TestCopy(t *testing.T) {
	source, target := t.TempDir(), filepath.Join(t.TempDir(), "target")
	server := start(t, source, "--examples")
	want := everything(t, server)
	got := run(t, "", "copy", "sqlite:"+source, "sqlite:"+target)
	must.Contains(t, got.err, "another process") // it is served
	must.Equal(t, got.code, 1)
	server.stop()

	got = run(t, "", "copy", "sqlite:"+source, "sqlite:"+target)
	must.Equal(t, got.err, "")
	must.Equal(t, got.code, 0)
	for _, line := range []string{
		`statements: [1-9]\d* changes copied; source and target are the same up to 20`, `documents +3 with +\d+ revisions, SHA-256 [0-9a-f]{64}`,
		`documents/\*/versions +3 with`, `entities +\d+ with`, `metrics +6 with`, `figures +\d+ with`,
	} {
		must.True(t, regexp.MustCompile(line).MatchString(got.out), "%s is not in\n%s", line, got.out)
	}
	again := run(t, "", "copy", "sqlite:"+source, "sqlite:"+target)
	must.Equal(t, again.code, 0)
	must.Contains(t, again.out, "statements: 0 changes copied")
	must.Equal(t, everything(t, start(t, target)), want)
}

// One service alone, its file named.
func TestCopyOfOneService(t *testing.T) {
	source, target := t.TempDir(), t.TempDir()
	start(t, source, "--examples").stop()
	got := run(t, "", "copy", "--service", "metrics", "sqlite:"+filepath.Join(source, "metrics.db"), "sqlite:"+filepath.Join(target, "m.db"))
	must.Equal(t, got.err, "")
	must.Equal(t, got.code, 0)
	entries := must.Get(os.ReadDir(target))(t)
	must.Equal(t, entries[0].Name(), "m.db")

	// Nothing was recorded in 1970: an empty copy.
	got = run(t, "", "copy", "sqlite:"+source, "sqlite:"+filepath.Join(target, "past"), "--until", "1970-01-02T00:00:00Z")
	must.Equal(t, got.code, 0)
	must.Contains(t, got.out, "figures                      0 with        0 revisions")
}

func TestCopyOfNothing(t *testing.T) {
	got := run(t, "", "copy", "sqlite:"+t.TempDir(), "sqlite:"+t.TempDir())
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "statements: source: ")
}

// A backup is made while the record is served, and can be served itself.
func TestBackup(t *testing.T) {
	source, target := t.TempDir(), filepath.Join(t.TempDir(), "new")
	server := start(t, source, "--examples")
	want := everything(t, server)
	got := run(t, "", "backup", "--data", source, "--to", target)
	must.Equal(t, got.err, "")
	must.Equal(t, got.code, 0)
	must.Contains(t, got.out, filepath.Join(target, "statements.db")+" copied and checked")
	must.Equal(t, everything(t, start(t, target)), want)

	got = run(t, "", "backup", "--data", source, "--to", target)
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "never replaces a file")
}
