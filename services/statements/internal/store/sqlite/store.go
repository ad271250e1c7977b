package sqlite

import (
	"context"
	"embed"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// appID marks the file as one of this service: "orSt".
const appID = 0x6f725374

// Options are the settings of Open.
type Options struct {
	// Now is the clock behind record times; nil means time.Now.
	Now func() time.Time
	// Log receives migrations and failed commits; nil means no log.
	Log *zap.Logger
	// Migrate brings an older or new file up to date. Without it such a file
	// opens but answers SCHEMA_TOO_OLD.
	Migrate bool
}

// Store is an open file.
type Store struct {
	db *sqlitedb.DB
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path. See sqlitedb.Open for the errors.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	schema, err := sqlitedb.LoadSchema(migrations, appID)
	if err != nil {
		return nil, err
	}
	db, err := sqlitedb.Open(ctx, path, schema, sqlitedb.Options{
		Now: options.Now, Log: options.Log, Migrate: options.Migrate,
	})
	if err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Settled is part of store.Store, as are all methods here.
func (s *Store) Settled() recordtime.Time { return s.db.Settled() }

// Canonical asks the database.
func (s *Store) Canonical(at recordtime.Time) recordtime.Time { return s.db.Canonical(at) }

// Check asks the database.
func (s *Store) Check(ctx context.Context) error { return s.db.Check(ctx) }

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Read runs fn on one snapshot.
func (s *Store) Read(ctx context.Context, fn func(store.Reader) error) error {
	return s.db.Read(ctx, func(conn *sqlitedb.Conn) error { return fn(reader{conn}) })
}

// Write runs fn in the write transaction.
func (s *Store) Write(ctx context.Context, fn func(store.Writer) error) error {
	return s.db.Write(ctx, func(tx *sqlitedb.Tx) error { return fn(newWriter(tx)) })
}

// Try runs fn in the write transaction and undoes it.
func (s *Store) Try(ctx context.Context, fn func(store.Writer) error) error {
	return s.db.Write(ctx, func(tx *sqlitedb.Tx) error {
		if err := fn(newWriter(tx)); err != nil {
			return err
		}
		return sqlitedb.ErrRollback
	})
}

// reader reads from one snapshot.
type reader struct{ conn *sqlitedb.Conn }

// writer is one write transaction.
type writer struct {
	reader
	tx *sqlitedb.Tx
}

func newWriter(tx *sqlitedb.Tx) writer { return writer{reader: reader{tx.Conn}, tx: tx} }

// RecordTime is the transaction's place on the record axis.
func (w writer) RecordTime() recordtime.Time { return w.tx.RecordTime }

// Try runs fn in a savepoint that is always undone.
func (w writer) Try(fn func(store.Writer) error) error {
	if err := w.tx.Exec("SAVEPOINT attempt"); err != nil {
		return err
	}
	err := fn(w)
	if undo := w.tx.Exec("ROLLBACK TO attempt"); err == nil {
		err = undo
	}
	if end := w.tx.Exec("RELEASE attempt"); err == nil {
		err = end
	}
	return err
}
