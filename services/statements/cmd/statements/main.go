// Command statements serves documents, entities and statements over gRPC.
package main

import (
	"context"
	"fmt"
	"os"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/program"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/statements/server"
)

func main() {
	ctx, force, release := lifecycle.Signals(context.Background())
	err := run(ctx, force)
	release()
	if err != nil && err != config.ErrHelp { //nolint:errorlint // Parse returns exactly this
		fmt.Fprintln(os.Stderr, "statements:", err)
	}
	os.Exit(config.ExitCode(err))
}

func run(ctx context.Context, force <-chan struct{}) error {
	var cli server.CLI
	parsed, err := config.Parse(os.Args[1:], &cli, server.Program(os.Stdout, os.Stderr))
	if err != nil {
		return err
	}
	switch parsed.Command() {
	case "migrate":
		return server.Migrate(ctx, cli.Config, server.Deps{})
	case "backup <file>":
		return server.Backup(ctx, cli.Config, cli.Backup.File)
	case "version":
		build := telemetry.ReadBuild("statements")
		_, err := fmt.Println(build.Program, build.Version, build.Commit, build.Go)
		return err
	default:
		return program.GRPC{
			Name: "statements", ProtoPackage: server.ProtoPackage,
			Log: cli.Serve.Log, Listen: cli.Serve.Listen, Drain: cli.Serve.Drain, Access: cli.Serve.Access, Traces: cli.Serve.Traces,
			Open: func(ctx context.Context, log *zap.Logger, counters *telemetry.Telemetry) (program.Service, error) {
				return server.New(ctx, cli.Config, server.Deps{Log: log, Telemetry: counters})
			},
		}.Serve(ctx, force)
	}
}
