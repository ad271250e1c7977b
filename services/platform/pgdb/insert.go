package pgdb

import (
	"github.com/jackc/pgx/v5"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

const (
	// copyRows is from how many rows of one table on COPY is worth its round trip:
	// it costs a quarter of the work of as many INSERTs.
	copyRows = 32
	// bufferRows bounds the rows that wait.
	bufferRows = 4096
)

// buffers are rows that wait to be inserted, by table in the order of the first
// row of each.
type buffers struct {
	tables []buffer
	rows   int
}

type buffer struct {
	into *recorddb.Insert
	rows [][]any
}

// add adds a row and says whether that is enough.
func (b *buffers) add(into *recorddb.Insert, row []any) (full bool) {
	b.rows++
	for i := range b.tables {
		if b.tables[i].into == into {
			b.tables[i].rows = append(b.tables[i].rows, row)
			return b.rows >= bufferRows
		}
	}
	b.tables = append(b.tables, buffer{into, [][]any{row}})
	return b.rows >= bufferRows
}

// drain moves the rows to the queue of the transaction, many rows of one table
// straight to the server.
func (b *buffers) drain(t *tx) error {
	if b.rows == 0 {
		return nil
	}
	tables := b.tables
	*b = buffers{}
	for _, table := range tables {
		if len(table.rows) >= copyRows {
			if err := t.copy(table); err != nil {
				return err
			}
			continue
		}
		sql := t.db.texts.get(table.into.SQL)
		for _, row := range table.rows {
			t.queue.Queue(sql, row...)
		}
	}
	return nil
}

// copy inserts rows by COPY, after what was queued before them.
func (t *tx) copy(table buffer) error {
	if err := t.send(); err != nil {
		return err
	}
	if err := t.idle(); err != nil {
		return t.note(err)
	}
	t.sent = true
	name := pgx.Identifier{t.db.schema.Name, table.into.Table}
	_, err := t.raw().CopyFrom(t.ctx, name, table.into.Columns, pgx.CopyFromRows(table.rows))
	return t.note(t.fail(err, "COPY "+table.into.Table))
}
