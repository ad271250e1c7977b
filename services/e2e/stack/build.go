package stack

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/release/program"
)

// folder is where the programs of a test binary are built.
var folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "onrecord-programs-") })

// built has a program's path once it is compiled: each at most once for a test
// binary, and only those that are run.
var built = func() map[string]func() (string, error) {
	all := map[string]func() (string, error){}
	for _, name := range program.Names() {
		all[name] = sync.OnceValues(func() (string, error) { return compile(name) })
	}
	return all
}()

// compile builds a program as it is shipped, so that the tests run just that.
func compile(name string) (string, error) {
	into, err := folder()
	if err != nil {
		return "", err
	}
	return program.Build(context.Background(), root(), name, into, program.Target{}, program.Stamp{})
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
// statements, metrics or gateway. An absolute path is that of a program itself.
func Program(t testing.TB, name string) string {
	t.Helper()
	if filepath.IsAbs(name) {
		return name
	}
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
