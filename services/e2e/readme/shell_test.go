package readme_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// The addresses that the README's commands name.
const (
	httpAddress = "localhost:8080"
	grpcAddress = "localhost:50051"
)

// elsewhere is a command asking a running onrecord where it listens.
func elsewhere(command string, running *stack.AllInOne) string {
	return strings.NewReplacer(httpAddress, running.HTTP, grpcAddress, running.GRPC).Replace(command)
}

// serverVariable is where the command line client finds the server.
func serverVariable(running *stack.AllInOne) string {
	return "ONRECORD_SERVER=http://" + running.HTTP
}

// realShell runs commands as a reader does: with bash, and with the real curl,
// jq and grpcurl.
func realShell(t *testing.T, running *stack.AllInOne) func(readme.Example) (string, error) {
	t.Helper()
	path := filepath.Dir(stack.Program(t, "onrecord")) + string(os.PathListSeparator) + os.Getenv("PATH")
	return func(e readme.Example) (string, error) {
		// Without pipefail, as in a reader's terminal: a stream that -max-time ends is a fault to grpcurl.
		cmd := exec.CommandContext(t.Context(), "bash", "-eu", "-c", elsewhere(e.Command, running)) //nolint:gosec // the README's
		cmd.Env = append(os.Environ(), "PATH="+path, serverVariable(running))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("%w: %s", err, &stderr)
		}
		return string(out), nil
	}
}

// command is a program of ownShell: it reads and writes what context says.
type command func(ctx context.Context, args []string) error

// ownShell runs commands in a shell in which curl, jq and grpcurl are Go
// functions, so that the test needs none of them.
func ownShell(t *testing.T, running *stack.AllInOne) func(readme.Example) (string, error) {
	t.Helper()
	commands := map[string]command{
		"curl": curl, "jq": jq, "grpcurl": grpcurl(t, running),
		"onrecord": onrecord(stack.Program(t, "onrecord"), serverVariable(running)),
	}
	run := func(interp.ExecHandlerFunc) interp.ExecHandlerFunc {
		return func(ctx context.Context, args []string) error {
			run := commands[args[0]]
			if run == nil {
				return fmt.Errorf("the README's test cannot run %s", args[0])
			}
			return run(ctx, args[1:])
		}
	}
	return func(e readme.Example) (string, error) {
		file, err := syntax.NewParser().Parse(strings.NewReader(elsewhere(e.Command, running)), "README.md")
		if err != nil {
			return "", err
		}
		var stdout, stderr bytes.Buffer
		runner, err := interp.New(interp.StdIO(nil, &stdout, &stderr), interp.Env(expand.ListEnviron()), interp.ExecHandlers(run))
		if err != nil {
			return "", err
		}
		if err := runner.Run(t.Context(), file); err != nil {
			return "", fmt.Errorf("%w: %s", err, &stderr)
		}
		return stdout.String(), nil
	}
}
