package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/work"
)

// Store is a database seen through the interfaces of package store.
type Store = recorddb.Store[store.Reader, store.Writer]

var _ store.Store = (*Store)(nil)

// New returns the store over an open database, which Close closes.
func New(db recorddb.Database, dialect Dialect) *Store {
	d := dialect.prepare()
	return recorddb.NewStore(db,
		func(conn recorddb.Conn) store.Reader {
			return newReader(conn, d, true)
		},
		func(tx recorddb.Tx) store.Writer { return newWriter(tx, d) })
}

// reader reads the record.
type reader struct {
	work.Reader
	*dialect
	// settled says that what it reads is committed.
	settled bool
	// showRestricted says that it reads what is restricted, too.
	showRestricted bool
}

func newReader(conn recorddb.Conn, d *dialect, settled bool) reader {
	return reader{Reader: work.Reader{Conn: conn}, dialect: d, settled: settled, showRestricted: true}
}

// Public reads the record as those do who may not read what is restricted.
func (r reader) Public() store.Reader {
	r.showRestricted = false
	return r
}

// ofPublic is the condition, after others, that this reader reads a row of a table with a column restricted.
func (r reader) ofPublic() string {
	if !r.showRestricted {
		return " AND restricted = 0"
	}
	return ""
}

// writer is one write transaction.
type writer struct {
	reader
	work.Writer
	// series are those that were asked for, by domain.SeriesKey.Text.
	series  map[string]*seriesState
	imports *importState
	// newest are figures as they were read, by id; later revisions may be there.
	newest map[string]domain.Figure
	// metrics are all revisions of metrics, by id, the newest first.
	metrics map[string][]domain.Metric
	// indexed are the figures of each metric whose words this transaction put on record, by id.
	indexed map[string]map[string]domain.Figure
}

func newWriter(tx recorddb.Tx, d *dialect) writer {
	return writer{
		reader: newReader(tx, d, false), Writer: work.Writer{Tx: tx}, series: map[string]*seriesState{}, imports: newImportState(),
		newest: map[string]domain.Figure{}, metrics: map[string][]domain.Metric{},
		indexed: map[string]map[string]domain.Figure{},
	}
}

// Try runs fn and undoes it.
func (w writer) Try(fn func(store.Writer) error) error {
	return w.Tx.Try(func() error { return fn(newWriter(w.Tx, w.dialect)) })
}
