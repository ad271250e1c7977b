package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestWrongUsage(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no command":        {nil, "--help"},
		"unknown command":   {[]string{"gett"}, "get"},
		"unknown flag":      {[]string{"list", "metrics", "--filtr", "x"}, "--filter"},
		"no name":           {[]string{"get"}, "name"},
		"a collection":      {[]string{"get", "figures"}, "figures/ID"},
		"no collection":     {[]string{"list", "numbers"}, "figures"},
		"a resource":        {[]string{"list", "figures/x"}, "collection"},
		"empty part":        {[]string{"list", "documents//versions"}, "collection"},
		"no metric":         {[]string{"query", "a/b"}, "no metric"},
		"verify no version": {[]string{"verify", "documents/a", "--text", "-"}, "documents/ID/versions/NUMBER"},
		"verify no text":    {[]string{"verify", "documents/a/versions/1"}, "--text"},
		"bad format":        {[]string{"list", "metrics", "-o", "yaml"}, "json"},
		"bad server":        {[]string{"list", "metrics", "--server", "localhost:8080"}, "http://127.0.0.1:8080"},
		"bad request id":    {[]string{"ingest", "x.json", "--request-id", "7"}, "UUID"},
		"two files, one request id": {
			[]string{"ingest", "x.json", "y.json", "--request-id", "e3b0c442-98fc-4c14-9afb-f4c8996fb924"}, "2 files"},
		"a key for a name of ours": {[]string{"key", "onrecord", "editor"}, "onrecord"},
		"a key for a comment":      {[]string{"key", "a#b", "reader"}, "#"},
		"listener in the open":     {[]string{"serve", "--listen", "0.0.0.0:0"}, "--insecure"},
		"copy from nowhere":        {[]string{"copy", "./data", "sqlite:x"}, "FROM must be sqlite:FOLDER"},
		"copy to nowhere":          {[]string{"copy", "sqlite:x", "mysql://user:secret@x/y"}, `not "mysql://x/y"`},
		"copy of the future":       {[]string{"copy", "sqlite:x", "sqlite:y", "--until", "2999-01-01T00:00:00Z"}, "in the past"},
		"copy until when":          {[]string{"copy", "sqlite:x", "sqlite:y", "--until", "yesterday"}, "RFC 3339"},
		"copy of no service":       {[]string{"copy", "sqlite:x", "sqlite:y", "--service", "gateway"}, "statements"},
		"backup to nowhere":        {[]string{"backup"}, "--to"},
		"two places for a record": {
			[]string{"serve", "--data", "./data", "--database", "postgres://user@host/database"}, "--data and --database cannot be given together"},
		"drain": {[]string{"serve", "--drain-delay", "30s"}, "--drain-timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, "", tt.args...)
			must.Equal(t, got.code, 2)
			must.Equal(t, got.out, "")
			must.Contains(t, got.err, "onrecord: ")
			must.Contains(t, got.err, tt.want)
		})
	}
}

func TestHelp(t *testing.T) {
	got := run(t, "", "--help")
	must.Equal(t, got.code, 0)
	for _, name := range []string{"serve", "ingest", "import", "export", "demo-data", "get", "list", "search", "query", "verify", "backup", "copy", "version"} {
		must.Contains(t, got.out, "  "+name)
	}
}

func TestVersion(t *testing.T) {
	must.Contains(t, run(t, "", "version").out, "onrecord ")
	must.Equal(t, decode[map[string]string](t, run(t, "", "version", "-o", "json").out)["program"], "onrecord")
}

func TestNobodyServes(t *testing.T) {
	got := run(t, "", "list", "metrics", "--server", "http://127.0.0.1:1")
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "cannot reach http://127.0.0.1:1")
}

func TestFilesThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	big := filepath.Join(folder, "big.json")
	must.OK(t, os.WriteFile(big, []byte(strings.Repeat(" ", 4<<20+1)), 0o600))
	typo := filepath.Join(folder, "typo.json")
	must.OK(t, os.WriteFile(typo, []byte("{\n  \"documant\": {}\n}\n"), 0o600))
	for file, want := range map[string]string{
		filepath.Join(folder, "absent.json"): "no such file",
		folder:                               "is a directory",
		big:                                  "larger than 4 MiB",
		typo:                                 `(line 2:3): unknown field "documant"`,
	} {
		got := run(t, "", "ingest", file)
		must.Equal(t, got.code, 1)
		must.Contains(t, got.err, file+": ")
		must.Contains(t, got.err, want)
	}
}
