package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/work"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Store is a database seen through the interfaces of package store.
type Store = recorddb.Store[store.Reader, store.Writer]

var _ store.Store = (*Store)(nil)

// New returns the store over an open database, which Close closes.
func New(db recorddb.Database, dialect Dialect) *Store {
	d := dialect.prepare()
	return recorddb.NewStore(db,
		func(conn recorddb.Conn) store.Reader { return newReader(conn, d) },
		func(tx recorddb.Tx) store.Writer { return newWriter(tx, d) })
}

// reader reads the record.
type reader struct {
	conn recorddb.Conn
	work.Reader
	*dialect
	// showRestricted says that it reads what is restricted, too.
	showRestricted bool
}

func newReader(conn recorddb.Conn, d *dialect) reader {
	return reader{conn: conn, Reader: work.Reader{Conn: conn}, dialect: d, showRestricted: true}
}

// Public reads what is not restricted.
func (r reader) Public() store.Reader {
	r.showRestricted = false
	return r
}

// writer is one write transaction.
type writer struct {
	reader
	work.Writer
	tx recorddb.Tx
}

func newWriter(tx recorddb.Tx, d *dialect) writer {
	return writer{reader: newReader(tx, d), Writer: work.Writer{Tx: tx}, tx: tx}
}

// Try runs fn and undoes it.
func (w writer) Try(fn func(store.Writer) error) error {
	return w.tx.Try(func() error { return fn(newWriter(w.tx, w.dialect)) })
}
