package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// startTimeout bounds how long a server may take until it answers.
const startTimeout = time.Minute

// superuser is the role that owns a cluster.
const superuser = "postgres"

// Options are how a cluster differs from one for ordinary tests.
type Options struct {
	// Durable keeps what is committed through a crash of the server, as in
	// production. Without it a cluster is some times faster and lost by a crash.
	Durable bool
	// Settings are lines of postgresql.conf such as "max_connections=20".
	Settings []string
	// Folder is where the folder of the cluster is made, "" for that of temporary
	// files.
	Folder string
	// Init are further arguments of initdb, such as "--waldir=/elsewhere": that
	// folder must be the servers' user's own; see Give.
	Init []string
}

// Server is a PostgreSQL cluster of its own. Its methods belong to one goroutine.
type Server struct {
	folder, program, password string
	port                      int
	process                   *supervised // nil while it is stopped
	frozen                    []int       // the stopped processes
}

// New makes an empty cluster; Start starts it. Remove ends it.
//
// Its locale is one of ICU, whose order is not that of bytes: what depends on
// the order of bytes has to say so.
func New(options Options) (*Server, error) {
	initdb, err := find("initdb")
	if err != nil {
		return nil, err
	}
	program, err := find("postgres")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	folder, err := newFolder(options.Folder)
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, program: program, password: rand.Text(), port: port}
	if err := s.initialise(initdb, options); err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	return s, nil
}

func (s *Server) initialise(initdb string, options Options) error {
	secret := filepath.Join(s.folder, "password")
	if err := writeFile(secret, s.password); err != nil {
		return err
	}
	err := run(context.Background(), s.folder, initdb, append([]string{
		"--pgdata=" + s.Data(), "--username=" + superuser, "--pwfile=" + secret, "--auth=password",
		"--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync", "--no-instructions",
	}, options.Init...)...)
	if err != nil {
		return fmt.Errorf("PostgreSQL 15 or newer, built with ICU, is needed: %w", err)
	}
	lines := []string{
		"", "listen_addresses = '127.0.0.1'", fmt.Sprintf("port = %d", s.port), "unix_socket_directories = ''",
		"max_connections = 300", "shared_buffers = 64MB", "jit = off", "logging_collector = off", "log_destination = 'stderr'",
	}
	if !options.Durable {
		lines = append(lines, "fsync = off", "full_page_writes = off")
	}
	return s.Configure(append(lines, options.Settings...)...)
}

// Data returns the cluster's data folder.
func (s *Server) Data() string { return filepath.Join(s.folder, "data") }

// Folder returns a folder of the servers' user, beside the data, that goes with
// the cluster.
func (s *Server) Folder() string { return s.folder }

// Log returns what the server wrote to its log.
func (s *Server) Log() string { return logOf(s.folder) }

// Port returns the port on 127.0.0.1, the same at every start.
func (s *Server) Port() int { return s.port }

// URL returns the address of a database of the cluster, as its superuser.
func (s *Server) URL(database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, s.password),
		Host: Address(s.port), Path: "/" + database, RawQuery: "sslmode=disable",
	}).String()
}

// Start starts the server and waits until it answers, or until ctx ends.
func (s *Server) Start(ctx context.Context) error {
	if s.process != nil {
		return errors.New("the test server runs already")
	}
	if err := s.launch(); err != nil {
		return err
	}
	refused := strings.Count(s.Log(), leftOver)
	return until(ctx, func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, s.URL(superuser))
		if err == nil {
			return conn.Close(ctx)
		}
		if now := strings.Count(s.Log(), leftOver); now > refused {
			refused = now
			return errors.Join(err, s.end("KILL"), s.launch())
		}
		return err
	}, s.Log)
}

// leftOver is what a server says that ends again because a process of the killed
// one before it has not noticed yet that it is alone.
const leftOver = "Terminate any old server processes"

func (s *Server) launch() error {
	process, err := supervise(s.folder, "QUIT", s.program, "-D", s.Data())
	if err == nil {
		s.process = process
	}
	return err
}

// until repeats ready until it has no error, and tells the last one otherwise.
func until(ctx context.Context, ready func(context.Context) error, log func() string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("a test server does not answer: %w\n%s", err, log())
		}
	}
}

// Remove ends the server, if it runs, and removes its folder.
func (s *Server) Remove() error {
	var err error
	if s.process != nil {
		err = s.process.end("")
		s.process = nil
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}
