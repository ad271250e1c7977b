package recorddb

import (
	"context"
	"errors"
)

// ErrRollback undoes what a write closure did and makes Write return nil: a
// dry run, for validate_only.
var ErrRollback = errors.New("roll back")

// Database is an open database as an engine gives it.
type Database interface {
	Engine
	// Read runs fn on a reading connection. What stood at a settled time reads the
	// same all through it.
	Read(ctx context.Context, fn func(Conn) error) error
	// Write runs fn in one transaction at one record time and returns once it is
	// on disk. An error of fn undoes it and is returned as it is; ErrRollback
	// undoes it and becomes nil. fn may run more than once.
	Write(ctx context.Context, fn func(Tx) error) error
}

// Record is the record of one service: R reads it, W is a write transaction. It is safe for
// concurrent use.
type Record[R, W any] interface {
	Engine
	// Read runs fn; what it reads at a settled time is of one piece. fn must not
	// keep the reader, and reads at no other time.
	Read(ctx context.Context, fn func(R) error) error
	// Write runs fn in one transaction at one record time and returns once it is
	// on disk. An error of fn is returned as it is and nothing is written. fn
	// must be short, and may run more than once: it has no effect but by its
	// writer.
	Write(ctx context.Context, fn func(W) error) error
	// Try is Write without the writing: everything fn did is undone.
	Try(ctx context.Context, fn func(W) error) error
}

// Store is a database seen through the interfaces of one service: R reads, W is
// a write transaction.
type Store[R, W any] struct {
	Database
	reader func(Conn) R
	writer func(Tx) W
}

// NewStore returns the store over an open database, which Close closes.
func NewStore[R, W any](db Database, reader func(Conn) R, writer func(Tx) W) *Store[R, W] {
	return &Store[R, W]{Database: db, reader: reader, writer: writer}
}

// Read runs fn on a reading connection. See Database.Read.
func (s *Store[R, W]) Read(ctx context.Context, fn func(R) error) error {
	return s.Database.Read(ctx, func(conn Conn) error { return fn(s.reader(conn)) })
}

// Write runs fn in the write transaction. See Database.Write.
func (s *Store[R, W]) Write(ctx context.Context, fn func(W) error) error {
	return s.Database.Write(ctx, func(tx Tx) error { return fn(s.writer(tx)) })
}

// Try is Write without the writing: everything fn did is undone.
func (s *Store[R, W]) Try(ctx context.Context, fn func(W) error) error {
	return s.Database.Write(ctx, func(tx Tx) error {
		if err := fn(s.writer(tx)); err != nil {
			return err
		}
		return ErrRollback
	})
}
