package tables

import (
	"math"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// importedHistory appends the revisions of an imported figure that imports made: all others are later.
func (r reader) importedHistory(
	key domain.ImportedID, at recordtime.Time, before int64, limit int, revisions []store.FigureRevision,
) ([]store.FigureRevision, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	rows, err := r.importedRows("SELECT "+importedColumns+" FROM observations s WHERE "+ofKey+
		" AND s.revision < ? AND s.record_from <= ? ORDER BY s.record_from DESC "+recorddb.Limit,
		key.Series, secondOf(key.Start), key.Slot, before, at, limit-len(revisions))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		figure, err := r.figureOf(row)
		if err != nil {
			return nil, err
		}
		caller, err := r.importer(figure.Metric, row.from)
		if err != nil {
			return nil, err
		}
		revisions = append(revisions, store.FigureRevision{Figure: figure, Caller: caller})
	}
	return revisions, nil
}

// importer is who imported figures of a metric in a transaction.
func (r reader) importer(metric string, at recordtime.Time) (caller string, err error) {
	_, err = r.Conn.QueryOne("SELECT caller FROM imports WHERE metric = ? AND record_time = ?", func(row recorddb.Row) error {
		caller = row.Text(0)
		return nil
	}, metric, at)
	return caller, err
}

// importedChanges reads a page of the changes that imports made, the changes of other kinds before and behind them left out.
func (r reader) importedChanges(query store.Changes) ([]store.Change, error) {
	sql := "SELECT " + importedColumns + " FROM observations s WHERE "
	args := []any{query.After.Time}
	switch key, _ := domain.ParseImportedID(query.After.ID); {
	case query.After.Kind == store.ImportedFigureChange:
		at := []any{query.After.Time, key.Series, secondOf(key.Start), key.Slot}
		sql += `(s.record_from, s.series, s.start_second, s.slot) >= (?, ?, ?, ?)
			AND NOT (s.record_from = ? AND s.series = ? AND s.start_second = ? AND s.slot = ? AND s.revision <= ?)`
		args = append(append(slices.Clone(at), at...), query.After.Revision)
	case query.After.Kind > store.ImportedFigureChange:
		sql += "s.record_from > ?"
	default:
		sql += "s.record_from >= ?"
	}
	rows, err := r.importedRows(sql+" AND s.record_from <= ? ORDER BY s.record_from, s.series, s.start_second, s.slot "+recorddb.Limit,
		append(args, query.UpTo, query.Limit)...)
	if err != nil {
		return nil, err
	}
	changes := make([]store.Change, len(rows))
	for i, row := range rows {
		figure, err := r.figureOf(row)
		if err != nil {
			return nil, err
		}
		changes[i] = store.Change{
			Place:  changefeed.Place{Time: row.from, Kind: store.ImportedFigureChange, ID: figure.ID, Revision: row.revision},
			Figure: &figure,
		}
		if i > 0 && row.from == rows[i-1].from && figure.Metric == changes[i-1].Figure.Metric {
			changes[i].Caller = changes[i-1].Caller
		} else if changes[i].Caller, err = r.importer(figure.Metric, row.from); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// merged puts changes of two readings into their order and cuts them to a page.
func merged(a, b []store.Change, limit int) []store.Change {
	if len(b) > 0 {
		a = append(a, b...)
		slices.SortFunc(a, func(x, y store.Change) int { return x.Place.Compare(y.Place) })
	}
	return a[:min(len(a), limit)]
}

// importedRevisions reads all revisions that imports made, for the comparison of two stores.
func importedRevisions(conn recorddb.Conn, after recordcopy.Revision, upTo recordtime.Time, limit int) ([]recordcopy.Revision, error) {
	// Numbers of what is shared are others in another store.
	r := newReader(conn, &dialect{known: newKnown()}, true)
	key, _ := domain.ParseImportedID(after.ID)
	sql := "SELECT " + importedColumns + `, s.ended FROM observations s WHERE (s.series, s.start_second, s.slot) >= (?, ?, ?)
		AND NOT (s.series = ? AND s.start_second = ? AND s.slot = ? AND s.revision <= ?) AND s.record_from <= ?
		ORDER BY s.series, s.start_second, s.slot, s.record_from ` + recorddb.Limit
	rows, err := r.importedIntervals(sql, key.Series, secondOf(key.Start), key.Slot, key.Series, secondOf(key.Start), key.Slot, after.Number, upTo, limit)
	if err != nil {
		return nil, err
	}
	page := make([]recordcopy.Revision, len(rows))
	for i, read := range rows {
		figure, err := r.figureOf(read.row)
		if err != nil {
			return nil, err
		}
		page[i] = recordcopy.Revision{ID: figure.ID, Number: figure.Revision, From: read.row.from, To: read.to, Deleted: read.row.deleted}
		if page[i].Caller, err = r.importer(figure.Metric, read.row.from); err != nil {
			return nil, err
		}
		page[i].Snapshot = encode(&figure, figureFields)
	}
	return page, nil
}
