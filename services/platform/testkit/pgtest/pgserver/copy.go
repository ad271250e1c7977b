package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// What a copied cluster does with the log of changes when it starts.
const (
	// Standby follows another server until it is promoted.
	Standby = "standby.signal"
	// Recovery goes on from an archive up to a target.
	Recovery = "recovery.signal"
)

// Copy makes a cluster that is a copy of a running one, as pg_basebackup takes
// it, with the same users on a port of its own. It is not started.
func (s *Server) Copy(ctx context.Context) (*Server, error) {
	program, err := find("pg_basebackup")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	folder, err := newFolder("")
	if err != nil {
		return nil, err
	}
	c := &Server{folder: folder, program: s.program, password: s.password, port: port}
	err = run(ctx, folder, program, "--dbname="+s.URL(superuser), "--pgdata="+c.Data(), "--checkpoint=fast", "--no-sync")
	if err == nil {
		err = c.Configure(fmt.Sprintf("port = %d", port))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return c, nil
}

// Configure adds lines to the postgresql.conf of a cluster; the last line about
// a setting counts. A running server does not notice.
func (s *Server) Configure(lines ...string) error {
	conf, err := os.OpenFile(filepath.Join(s.Data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(conf, line); err != nil {
			return errors.Join(err, conf.Close())
		}
	}
	return conf.Close()
}

// Signal makes the cluster start as a Standby or with a Recovery.
func (s *Server) Signal(name string) error { return writeFile(filepath.Join(s.Data(), name), "") }
