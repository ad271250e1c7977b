package sqlitedb

import "context"

// Store is a database seen through the interfaces of one service: R reads from
// a snapshot, W is a write transaction.
type Store[R, W any] struct {
	*DB
	reader func(*Conn) R
	writer func(*Tx) W
}

// NewStore returns the store over an open database, which Close closes.
func NewStore[R, W any](db *DB, reader func(*Conn) R, writer func(*Tx) W) *Store[R, W] {
	return &Store[R, W]{DB: db, reader: reader, writer: writer}
}

// Read runs fn on one snapshot. See DB.Read.
func (s *Store[R, W]) Read(ctx context.Context, fn func(R) error) error {
	return s.DB.Read(ctx, func(conn *Conn) error { return fn(s.reader(conn)) })
}

// Write runs fn in the write transaction. See DB.Write.
func (s *Store[R, W]) Write(ctx context.Context, fn func(W) error) error {
	return s.DB.Write(ctx, func(tx *Tx) error { return fn(s.writer(tx)) })
}

// Try is Write without the writing: everything fn did is undone.
func (s *Store[R, W]) Try(ctx context.Context, fn func(W) error) error {
	return s.DB.Write(ctx, func(tx *Tx) error {
		if err := fn(s.writer(tx)); err != nil {
			return err
		}
		return ErrRollback
	})
}

// Try runs fn within the transaction and undoes what it wrote, and only that.
func (tx *Tx) Try(fn func() error) error {
	if err := tx.Exec("SAVEPOINT attempt"); err != nil {
		return err
	}
	err := fn()
	if undo := tx.Exec("ROLLBACK TO attempt"); err == nil {
		err = undo
	}
	if end := tx.Exec("RELEASE attempt"); err == nil {
		err = end
	}
	return err
}
