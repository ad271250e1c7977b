package pgserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// Fill makes the disk full under one table, schema.name, of a database that has
// no rows yet: every write that has to make its file longer fails as on a full
// disk. The result makes room again. It needs no disk of its own, which only root
// could make; all else of the server has room.
func (s *Server) Fill(ctx context.Context, database, table string) (makeRoom func(context.Context) error, err error) {
	conn, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		return nil, err
	}
	path, err := s.fill(ctx, conn, table)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, s.URL(database))
		if err != nil {
			return err
		}
		return errors.Join(os.Rename(path+".room", path), reopen(ctx, conn, table), conn.Close(ctx))
	}, nil
}

// fill puts the device that is always full in the place of a table's file.
func (s *Server) fill(ctx context.Context, conn *pgx.Conn, table string) (path string, err error) {
	var size int64
	file := "SELECT pg_relation_filepath($1::text::regclass), pg_relation_size($1::text::regclass)"
	if err := conn.QueryRow(ctx, file, table).Scan(&path, &size); err != nil {
		return "", err
	}
	if size != 0 {
		return "", errors.New("the table has rows: " + table)
	}
	// What is still to be synced must be before the device is there, which cannot be.
	if _, err := conn.Exec(ctx, "CHECKPOINT"); err != nil {
		return "", err
	}
	path = filepath.Join(s.Data(), path)
	return path, errors.Join(os.Rename(path, path+".room"), os.Symlink("/dev/full", path), reopen(ctx, conn, table))
}

// reopen makes all processes of the server open a table's file again: they do
// after every change of the table itself.
func reopen(ctx context.Context, conn *pgx.Conn, table string) error {
	_, err := conn.Exec(ctx, "ALTER TABLE "+table+" SET (fillfactor = 100)")
	return err
}
