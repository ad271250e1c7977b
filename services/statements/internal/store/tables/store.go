package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Store is a database seen through the interfaces of package store.
type Store = recorddb.Store[store.Reader, store.Writer]

var _ store.Store = (*Store)(nil)

// New returns the store over an open database, which Close closes.
func New(db recorddb.Database, dialect Dialect) *Store {
	d := dialect.prepare()
	return recorddb.NewStore(db,
		func(conn recorddb.Conn) store.Reader { return reader{showRestricted: true, conn: conn, dialect: d} },
		func(tx recorddb.Tx) store.Writer { return newWriter(tx, d) })
}

// reader reads the record.
type reader struct {
	conn recorddb.Conn
	*dialect
	// showRestricted says that it reads what is restricted, too.
	showRestricted bool
}

// Public reads what is not restricted.
func (r reader) Public() store.Reader {
	r.showRestricted = false
	return r
}

// writer is one write transaction.
type writer struct {
	reader
	tx recorddb.Tx
}

func newWriter(tx recorddb.Tx, d *dialect) writer {
	return writer{reader: reader{showRestricted: true, conn: tx, dialect: d}, tx: tx}
}

// RecordTime is the transaction's place on the record axis.
func (w writer) RecordTime() recordtime.Time { return w.tx.RecordTime() }

// Try runs fn and undoes it.
func (w writer) Try(fn func(store.Writer) error) error {
	return w.tx.Try(func() error { return fn(newWriter(w.tx, w.dialect)) })
}
