// Command onrecord runs the record on one machine and is its command line
// client.
package main

import (
	"context"
	"os"

	"github.com/onrecord/onrecord/services/cli/internal/command"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

func main() {
	os.Exit(run())
}

func run() int {
	ctx, force, release := lifecycle.Signals(context.Background())
	defer release()
	return command.Main(ctx, os.Args[1:], command.Process{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Force: force})
}
