package sqlite

import (
	"context"
	"embed"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// appID marks the file as one of this service: "orSt".
const appID = 0x6f725374

// Options are the settings of Open.
type Options = sqlitedb.Options

// Store is an open file.
type Store = sqlitedb.Store[store.Reader, store.Writer]

var _ store.Store = (*Store)(nil)

// Open opens the file at path. See sqlitedb.Open for the errors.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	schema, err := sqlitedb.LoadSchema(migrations, appID)
	if err != nil {
		return nil, err
	}
	db, err := sqlitedb.Open(ctx, path, schema, options)
	if err != nil {
		return nil, err
	}
	return sqlitedb.NewStore(db,
		func(conn *sqlitedb.Conn) store.Reader { return reader{conn} },
		func(tx *sqlitedb.Tx) store.Writer { return writer{reader: reader{tx.Conn}, tx: tx} }), nil
}

// reader reads from one snapshot.
type reader struct{ conn *sqlitedb.Conn }

// writer is one write transaction.
type writer struct {
	reader
	tx *sqlitedb.Tx
}

// RecordTime is the transaction's place on the record axis.
func (w writer) RecordTime() recordtime.Time { return w.tx.RecordTime }

// Try runs fn and undoes it.
func (w writer) Try(fn func(store.Writer) error) error {
	return w.tx.Try(func() error { return fn(w) })
}
