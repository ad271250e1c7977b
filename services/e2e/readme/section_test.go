package readme_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/services/e2e/readme"
)

func TestReplace(t *testing.T) {
	got, err := readme.Replace("a\n<!-- x -->\nold\n<!-- /x -->\nb\n", "x", "\nnew\n\n")
	if want := "a\n<!-- x -->\n\nnew\n<!-- /x -->\nb\n"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	again, err := readme.Section(got, "x")
	if err != nil || again != "\nnew\n" {
		t.Errorf("got %q, %v", again, err)
	}
	for _, wrong := range []string{"", "<!-- x -->\n", "<!-- /x -->\n<!-- x -->\n", "<!-- x -->\n<!-- x -->\n<!-- /x -->\n"} {
		if _, err := readme.Replace(wrong, "x", "new"); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

const tour = "Text.\n\n```console\n$ one \\\n    more\nold\n\nold\n\n$ two\n```\n\n```go\n$ not a command\n```\n"

func TestExamplesOfText(t *testing.T) {
	got, err := readme.Examples(tour)
	if err != nil {
		t.Fatal(err)
	}
	want := []readme.Example{{Command: "one \\\n    more", Answer: "old\n\nold"}, {Command: "two"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	fresh, err := readme.RewriteExamples(tour, func(e readme.Example) (string, error) { return "new " + e.Command[:3] + "\n", nil })
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.NewReplacer("old\n\nold", "new one", "$ two\n", "$ two\nnew two\n").Replace(tour); fresh != want {
		t.Error(cmp.Diff(want, fresh))
	}
	if same, err := readme.RewriteExamples(fresh, func(e readme.Example) (string, error) { return e.Answer, nil }); err != nil || same != fresh {
		t.Error(cmp.Diff(fresh, same), err)
	}
}

func TestExamplesRefuse(t *testing.T) {
	for _, wrong := range []string{"no block", "```console\n$ one\n", "```console\nno prompt\n```\n"} {
		if _, err := readme.Examples(wrong); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	failed := errors.New("failed")
	if _, err := readme.RewriteExamples(tour, func(readme.Example) (string, error) { return "", failed }); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}

func TestSettingsTable(t *testing.T) {
	got := readme.SettingsTable(
		readme.Program{Name: "one", Settings: []readme.Setting{
			{Flag: "--data", Env: "ONRECORD_DATA", Default: "./data", Help: "Folder.", Commands: []string{"serve"}},
			{Flag: "--level", Env: "ONRECORD_LEVEL", Default: "info", Help: "Level: a|b."},
			{Flag: "--server", Env: "ONRECORD_SERVER", Help: "Server.", Commands: []string{"get", "list"}},
			{Flag: "--all", Help: "All.", Commands: []string{"list"}},
			{Flag: "--port", Env: "ONRECORD_PORT", Default: "1", Help: "Port."},
		}},
		readme.Program{Name: "two", Settings: []readme.Setting{
			{Flag: "--level", Env: "ONRECORD_LEVEL", Default: "info", Help: "Level: a|b."},
			{Flag: "--port", Env: "ONRECORD_PORT", Default: "2", Help: "Port."},
		}},
	)
	want := "| flag | variable | default | of | meaning |\n|---|---|---|---|---|\n" +
		"| `--level` | `ONRECORD_LEVEL` | `info` | all | Level: a\\|b. |\n" +
		"| `--port` | `ONRECORD_PORT` | `1` (one); `2` (two) | all | Port. |\n" +
		"| `--data` | `ONRECORD_DATA` | `./data` | one | Folder. |\n" +
		"| `--server` | `ONRECORD_SERVER` |  | one get, list | Server. |\n"
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
}
