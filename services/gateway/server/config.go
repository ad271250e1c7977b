package server

import (
	"errors"
	"io"

	"github.com/onrecord/onrecord/services/platform/config"
)

// Config are the gateway's own settings. They are not needed where Deps brings
// both connections.
type Config struct {
	StatementsAddr string `name:"statements-addr" default:"dns:///127.0.0.1:50051" help:"gRPC target of the statements service, such as dns:///statements:50051."`
	MetricsAddr    string `name:"metrics-addr" default:"dns:///127.0.0.1:50052" help:"gRPC target of the metrics service, such as dns:///metrics:50052."`
	ServicesCA     string `name:"services-ca" default:"" help:"File with the authorities, PEM, by which both services are known: connections to them then are TLS, and show the gateway's own certificate."`

	Shared `embed:""`
}

// CLI is the command line of the program gateway. The table of settings in the
// documentation is made from it.
type CLI struct {
	Serve   ServeCommand `cmd:"" help:"Serve REST, pages and joined views until the program is stopped."`
	Version struct{}     `cmd:"" help:"Print what was built."`
}

// ServeCommand are the settings of serving.
type ServeCommand struct {
	Config `embed:""`
	Log    config.Log    `embed:""`
	HTTP   config.HTTP   `embed:""`
	Listen config.Listen `embed:""`
	Drain  config.Drain  `embed:""`
	Access config.Access `embed:""`
	Traces config.Traces `embed:""`
}

// Program describes the program to its command line.
func Program(out, err io.Writer) config.Program {
	return config.Program{
		Name:        "gateway",
		Description: "REST, pages and joined views over the statements and metrics services.",
		Vars:        map[string]string{"grpc_listen": "127.0.0.1:50053", "admin_listen": "127.0.0.1:9193"},
		Out:         out, Err: err,
	}
}

// check refuses listeners that would serve facts in the open.
func (c ServeCommand) check() error {
	if err := errors.Join(c.Validate(), c.Access.Validate(), c.Traces.Validate()); err != nil {
		return err
	}
	if c.Access.Authenticates() && c.ServicesCA == "" && !c.Listen.Insecure {
		return errors.New("--services-ca is needed where credentials are: the gateway sends them on to the services")
	}
	for _, addr := range []string{c.HTTP.Listen, c.Listen.GRPC, c.Listen.Admin} {
		if addr == "" {
			continue
		}
		if err := c.Access.CheckListen(addr, c.Listen.Insecure); err != nil {
			return err
		}
	}
	return nil
}
