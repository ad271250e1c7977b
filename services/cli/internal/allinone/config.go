// Package allinone runs the three services in one process, on embedded storage
// unless it is told a PostgreSQL: one gRPC listener for all of them, REST and pages beside it.
//
// It wires the services' public packages together and decides nothing about
// facts: only listeners, the order of start and stop, and what is printed to the
// person who started it go here.
package allinone

import (
	"cmp"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	gateway "github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/config"
)

// defaultData is the folder of a record that nobody chose a place for. It is no
// default of the flag: a folder that was named is not passed over for a PostgreSQL.
const defaultData = "./data"

// Config are the settings of the process.
type Config struct {
	Data     string `help:"Folder of the two databases, ./data if none is given; made if it is not there."`
	Database string `help:"One postgres:// URL for both services instead of the folder: schemas statements and metrics."`
	Examples bool   `help:"Load the example record if there is no other record."`

	gateway.Shared `embed:""`

	config.HTTP   `embed:""`
	config.Listen `embed:""`
	config.Drain  `embed:""`
	config.Access `embed:""`
	config.Traces `embed:""`
}

// Validate refuses what could not be served, or only in the open.
func (c Config) Validate() error {
	if c.Data != "" && c.Database != "" {
		return errors.New("--data and --database cannot be given together: the record is either in that folder or in that PostgreSQL")
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		return errors.New("--database must be a postgres:// URL; embedded databases are in the folder that --data names")
	}
	if err := errors.Join(c.Shared.Validate(), c.Access.Validate(), c.Traces.Validate()); err != nil {
		return err
	}
	for _, addr := range []string{c.HTTP.Listen, c.GRPC, c.Admin, c.Health} {
		if addr == "" {
			continue
		}
		// Probes say nothing about facts, so they may be answered anywhere.
		if err := c.CheckListen(addr, c.Insecure || addr == c.Health); err != nil {
			return err
		}
	}
	if c.HTTP.Listen == "" || c.GRPC == "" {
		return errors.New("--listen and --grpc-listen must name an address")
	}
	return c.Drain.Validate()
}

// database is where a service keeps its record, as its own --database takes it.
func (c Config) database(service string) string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + c.file(service)
}

// file is the database of a service in the folder.
func (c Config) file(service string) string {
	return filepath.Join(cmp.Or(c.Data, defaultData), service+".db")
}

// place says where a service keeps its record, without what may hold a password.
func (c Config) place(service string) string {
	if c.Database == "" {
		return c.file(service)
	}
	where, err := url.Parse(c.Database)
	if err != nil {
		return "the schema " + service
	}
	return "the schema " + service + " of " + where.Scheme + "://" + where.Host + where.Path
}
