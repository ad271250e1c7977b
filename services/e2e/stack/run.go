package stack

import (
	"bytes"
	"errors"
	"os/exec"
	"testing"
)

// Run runs a program to its end and answers what it printed. It must succeed.
func Run(t testing.TB, name string, args ...string) string {
	t.Helper()
	stdout, stderr, code := Try(t, name, args...)
	if code != 0 {
		t.Fatalf("%s %v: exit code %d\n%s%s", name, args, code, stdout, stderr)
	}
	return stdout
}

// Try runs a program to its end and answers what it printed and its exit code.
func Try(t testing.TB, name string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(Program(t, name), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if failed := (&exec.ExitError{}); !errors.As(err, &failed) {
			t.Fatal(err)
		}
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
