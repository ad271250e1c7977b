package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// programs are the packages of the programs by name.
var programs = map[string]string{
	"onrecord":   "./services/cli/cmd/onrecord",
	"statements": "./services/statements/cmd/statements",
	"metrics":    "./services/metrics/cmd/metrics",
	"gateway":    "./services/gateway/cmd/gateway",
}

// folder is where the programs of a test binary are built.
var folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "onrecord-programs-") })

// built has a program's path once it is compiled: each at most once for a test
// binary, and only those that are run.
var built = func() map[string]func() (string, error) {
	all := make(map[string]func() (string, error), len(programs))
	for name, pkg := range programs {
		all[name] = sync.OnceValues(func() (string, error) { return compile(name, pkg) })
	}
	return all
}()

func compile(name, pkg string) (string, error) {
	into, err := folder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(into, name)
	cmd := exec.Command("go", "build", "-o", path, pkg)
	cmd.Dir = root()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}

// root is the top of the project: the folder of go.work.
func root() string {
	here, err := os.Getwd()
	if err != nil {
		return "."
	}
	for dir := here; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir
		}
	}
	return here
}

// ProgramsVariable names a folder with programs that are already built, which
// are then used as they are.
const ProgramsVariable = "ONRECORD_E2E_PROGRAMS"

// Program is the path of a program, built when it is first asked for: onrecord,
// statements, metrics or gateway.
func Program(t testing.TB, name string) string {
	t.Helper()
	build := built[name]
	if build == nil {
		t.Fatalf("there is no program %q", name)
	}
	if folder := os.Getenv(ProgramsVariable); folder != "" {
		return filepath.Join(folder, name)
	}
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Cleanup removes the built programs; Main calls it after the tests.
func Cleanup() {
	if made, err := folder(); err == nil {
		_ = os.RemoveAll(made)
	}
}
