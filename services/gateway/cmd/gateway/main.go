// Command gateway serves REST, pages and joined views over the statements and
// metrics services.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

func main() {
	ctx, force, release := lifecycle.Signals(context.Background())
	err := run(ctx, force)
	release()
	if err != nil && !errors.Is(err, config.ErrHelp) {
		fmt.Fprintln(os.Stderr, "gateway:", err)
	}
	os.Exit(config.ExitCode(err))
}

func run(ctx context.Context, force <-chan struct{}) error {
	var cli server.CLI
	parsed, err := config.Parse(os.Args[1:], &cli, server.Program(os.Stdout, os.Stderr))
	if err != nil {
		return err
	}
	if parsed.Command() == "version" {
		build := telemetry.ReadBuild("gateway")
		_, err := fmt.Println(build.Program, build.Version, build.Commit, build.Go)
		return err
	}
	return server.Serve(ctx, cli.Serve, os.Stderr, force)
}
