package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// bouncerConfig lets in only the role of the server's URL.
const bouncerConfig = `[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = plain
auth_file = %s
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
server_tls_sslmode = disable
`

// Bouncer is a PgBouncer in transaction mode: a server connection belongs to a
// client only for the length of a transaction.
type Bouncer struct {
	folder  string
	url     string
	process *supervised
}

// StartBouncer starts a PgBouncer before the server of a postgres:// URL, with
// at most pool connections to it for each database, and waits until it answers.
func StartBouncer(ctx context.Context, server string, pool int) (*Bouncer, error) {
	program, err := find("pgbouncer")
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(server)
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
	b := &Bouncer{folder: folder}
	if err := b.start(ctx, program, target, port, pool); err != nil {
		return nil, errors.Join(err, b.Remove())
	}
	return b, nil
}

func (b *Bouncer) start(ctx context.Context, program string, target *url.URL, port, pool int) error {
	users, config := filepath.Join(b.folder, "users"), filepath.Join(b.folder, "pgbouncer.ini")
	password, _ := target.User.Password()
	err := errors.Join(
		writeFile(users, fmt.Sprintf("%q %q\n", target.User.Username(), password)),
		writeFile(config, fmt.Sprintf(bouncerConfig, target.Hostname(), target.Port(), port, users, pool)),
	)
	if err != nil {
		return err
	}
	if b.process, err = supervise(b.folder, "TERM", program, config); err != nil {
		return err
	}
	through := *target
	through.Host = Address(port)
	b.url = through.String()
	return until(ctx, func(ctx context.Context) error {
		options, err := pgx.ParseConfig(b.url)
		if err != nil {
			return err
		}
		options.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
		conn, err := pgx.ConnectConfig(ctx, options)
		if err != nil {
			return err
		}
		return errors.Join(conn.Ping(ctx), conn.Close(ctx))
	}, func() string { return logOf(b.folder) })
}

// URL returns the server's URL by way of PgBouncer.
func (b *Bouncer) URL() string { return b.url }

// Remove ends PgBouncer and removes its folder.
func (b *Bouncer) Remove() error {
	var err error
	if b.process != nil {
		err = b.process.end("")
	}
	return errors.Join(err, os.RemoveAll(b.folder))
}
