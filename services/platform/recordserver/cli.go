package recordserver

import (
	"io"
	"strings"

	"github.com/onrecord/onrecord/services/platform/config"
)

// CLI is the command line of a service's program. The table of settings in the
// documentation is made from it.
type CLI struct {
	Config `embed:""`

	Serve   ServeCommand  `cmd:"" help:"Serve gRPC until the program is stopped."`
	Migrate struct{}      `cmd:"" help:"Bring the database up to date, or make it."`
	Backup  BackupCommand `cmd:"" help:"Copy the SQLite database to a new file while the service runs and writes."`
	Version struct{}      `cmd:"" help:"Print what was built."`
}

// ServeCommand are the settings of serving.
type ServeCommand struct {
	Log    config.Log    `embed:""`
	Listen config.Listen `embed:""`
	Drain  config.Drain  `embed:""`
	Access config.Access `embed:""`
	Traces config.Traces `embed:""`
}

// BackupCommand are the arguments of a backup.
type BackupCommand struct {
	File string `arg:"" help:"The file to make. It must not be there; its folder must."`
}

// Program describes the program to its command line.
func (k Kind[R, W]) Program(out, err io.Writer) config.Program {
	return config.Program{
		Name:        k.Name,
		Description: strings.ToUpper(k.Keeps[:1]) + k.Keeps[1:] + " over gRPC.",
		Vars:        map[string]string{"service": k.Name, "keeps": k.Keeps, "grpc_listen": k.Listen, "admin_listen": k.Admin},
		Out:         out, Err: err,
	}
}
