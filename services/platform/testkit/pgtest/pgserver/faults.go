package pgserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// errStopped is what a fault needs and a stopped server is not.
var errStopped = errors.New("the test server does not run")

// Stop ends the server in order, as an operator does: its clients are cut off.
func (s *Server) Stop() error { return s.end("INT") }

func (s *Server) end(signal string) error {
	if s.process == nil {
		return errStopped
	}
	process := s.process
	s.process, s.frozen = nil, nil
	return process.end(signal)
}

// Kill ends every process of the server at once, as a crash does.
func (s *Server) Kill(ctx context.Context) error {
	if s.frozen == nil {
		if err := s.Freeze(ctx); err != nil {
			return err
		}
	}
	for _, pid := range s.frozen {
		if err := kill(pid); err != nil {
			return err
		}
	}
	return s.end("KILL")
}

// Freeze stops every process of the server where it is: connections stay open
// and nothing answers, as behind a dead network.
func (s *Server) Freeze(ctx context.Context) error {
	if s.process == nil {
		return errStopped
	}
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return err
	}
	postmaster, err := s.postmaster()
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	// First the one that starts the others, so that those it has are all.
	if err := freeze(postmaster); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	s.frozen = []int{postmaster}
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return err
	}
	for _, pid := range others {
		// One that has ended meanwhile is as silent as one that is stopped.
		if freeze(int(pid)) == nil {
			s.frozen = append(s.frozen, int(pid))
		}
	}
	return nil
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error {
	var errs []error
	for _, pid := range s.frozen {
		errs = append(errs, thaw(pid))
	}
	s.frozen = nil
	return errors.Join(errs...)
}

// postmaster returns the process that started the others.
func (s *Server) postmaster() (int, error) {
	content, err := os.ReadFile(filepath.Join(s.Data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return strconv.Atoi(first)
}
