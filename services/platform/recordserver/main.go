package recordserver

import (
	"context"
	"fmt"
	"os"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/program"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Main is the program: it does what its arguments say and ends the process.
func (k Kind[R, W]) Main() {
	ctx, force, release := lifecycle.Signals(context.Background())
	err := k.run(ctx, force, os.Args[1:])
	release()
	if err != nil && err != config.ErrHelp { //nolint:errorlint // Parse returns exactly this
		fmt.Fprintln(os.Stderr, k.Name+":", err)
	}
	os.Exit(config.ExitCode(err))
}

func (k Kind[R, W]) run(ctx context.Context, force <-chan struct{}, args []string) error {
	var cli CLI
	parsed, err := config.Parse(args, &cli, k.Program(os.Stdout, os.Stderr))
	if err != nil {
		return err
	}
	switch parsed.Command() {
	case "migrate":
		return k.Migrate(ctx, cli.Config, Deps{})
	case "backup <file>":
		return k.Backup(ctx, cli.Config, cli.Backup.File)
	case "version":
		build := telemetry.ReadBuild(k.Name)
		_, err := fmt.Println(build.Program, build.Version, build.Commit, build.Go)
		return err
	default:
		return program.GRPC{
			Name: k.Name, ProtoPackage: k.ProtoPackage,
			Log: cli.Serve.Log, Listen: cli.Serve.Listen, Drain: cli.Serve.Drain, Access: cli.Serve.Access, Traces: cli.Serve.Traces,
			Open: func(ctx context.Context, log *zap.Logger, counters *telemetry.Telemetry) (program.Service, error) {
				return k.New(ctx, cli.Config, Deps{Log: log, Telemetry: counters})
			},
		}.Serve(ctx, force)
	}
}
