package readme_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

var update = flag.Bool("update", false, "write README.md anew; needs curl, jq and grpcurl")

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// path is README.md.
func path(t *testing.T) string {
	t.Helper()
	root, err := readme.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "README.md")
}

// section is a part of README.md.
func section(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(path(t))
	if err != nil {
		t.Fatal(err)
	}
	content, err := readme.Section(string(text), name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestSettings(t *testing.T) {
	var programs []readme.Program
	for _, name := range []string{"onrecord", "statements", "metrics", "gateway"} {
		program, err := readme.ParseProgram(name, stack.Run(t, name, "settings"))
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	want := readme.SettingsTable(programs...)
	if *update {
		if err := readme.Write(path(t), "settings", want); err != nil {
			t.Fatal(err)
		}
	}
	if got := section(t, "settings"); got != "\n"+want {
		t.Errorf("the settings table of README.md is stale; -update writes it:\n%s", want)
	}
}

// waitUntilLoaded waits for what a person waits for: the list of URLs to open,
// which comes when the example record is there.
func waitUntilLoaded(t *testing.T, running *stack.AllInOne) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for !strings.Contains(running.Output(), "serving; open") {
		select {
		case <-retry.C:
		case <-ctx.Done():
			t.Fatal("the example record is not there yet")
		}
	}
}

// TestExamples: every command in the README does what the README shows.
func TestExamples(t *testing.T) {
	running := stack.StartAllInOne(t, t.TempDir(), "--examples")
	waitUntilLoaded(t, running)
	for _, name := range []string{"tour:rest", "tour:grpc", "tour:cli"} {
		t.Run(name, func(t *testing.T) {
			if *update {
				shell := realShell(t, running)
				fresh, err := readme.RewriteExamples(section(t, name), func(e readme.Example) (string, error) {
					answer, err := shell(e)
					if differ(e.Answer, answer) == "" {
						answer = e.Answer // no new times for nothing
					}
					return answer, err
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := readme.Write(path(t), name, fresh); err != nil {
					t.Fatal(err)
				}
			}
			examples, err := readme.Examples(section(t, name))
			if err != nil {
				t.Fatal(err)
			}
			shell := ownShell(t, running)
			for _, e := range examples {
				answer, err := shell(e)
				if err != nil {
					t.Errorf("$ %s\n%v", e.Command, err)
				} else if diff := differ(e.Answer, answer); diff != "" {
					t.Errorf("$ %s\nno longer answers what README.md shows; -update writes it (-README +now):\n%s", e.Command, diff)
				}
			}
		})
	}
}
