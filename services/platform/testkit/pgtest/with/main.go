// Command with runs another command, such as `go test`, with a PostgreSQL in
// ONRECORD_TEST_POSTGRES: the one that is there already, else one of its own that
// ends with the command, however that ends. So all test packages of one run share
// a server. Nothing else may go here.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// run runs the command and returns its exit code.
func run(command []string) (code int, err error) {
	const failed = 1
	if len(command) == 0 {
		return failed, errors.New("usage: with COMMAND, and its arguments")
	}
	if os.Getenv(pgtest.Server) == "" {
		server, err := pgserver.New(pgserver.Options{})
		if err != nil {
			return failed, err
		}
		defer func() { err = errors.Join(err, server.Remove()) }()
		if err := server.Start(context.Background()); err != nil {
			return failed, err
		}
		if err := errors.Join(os.Setenv(pgtest.Server, server.URL("postgres")), os.Setenv(pgtest.Ending, "yes")); err != nil {
			return failed, err
		}
	}
	// The terminal interrupts the command as well: what it returns counts.
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupted)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return failed, err
	}
	go func() {
		for s := range interrupted {
			if s == syscall.SIGTERM {
				cmd.Process.Signal(s) //nolint:errcheck // It may have ended just now.
			}
		}
	}()
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), failed), nil
	}
	return 0, err
}
