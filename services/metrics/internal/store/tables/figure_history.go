package tables

import (
	"maps"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// FigureRevision reads one revision of a figure.
func (r reader) FigureRevision(id string, number int64, at recordtime.Time) (store.FigureRevision, bool, error) {
	found, err := r.figureHistory(id, at, number+1, 1)
	if err != nil || len(found) == 0 || found[0].Figure.Revision != number {
		return store.FigureRevision{}, false, err
	}
	return found[0], true, nil
}

// FigureRevisions reads revisions of a figure, the newest first.
func (r reader) FigureRevisions(id string, at recordtime.Time, before int64, limit int) ([]store.FigureRevision, error) {
	return r.figureHistory(id, at, before, limit)
}

// figureHistory reads up to limit revisions that were on record at a time, the newest first, with numbers below before; before is 0 for
// the newest.
func (r reader) figureHistory(id string, at recordtime.Time, before int64, limit int) ([]store.FigureRevision, error) {
	rows, err := r.revisionRows(id, at, before, limit)
	if err != nil {
		return nil, err
	}
	revisions, err := figureRevisions(rows)
	if key, imported := domain.ParseImportedID(id); err == nil && imported && len(revisions) < limit {
		return r.importedHistory(key, at, before, limit, revisions)
	}
	return revisions, err
}

// revisionRows reads revisions from the table of revisions: as many as there is room for that this reader reads.
func (r reader) revisionRows(id string, at recordtime.Time, before int64, limit int) (rows []revtable.Row, err error) {
	for {
		read, err := figureTable.Revisions(r.Conn, id, at, before, limit)
		if err != nil {
			return nil, err
		}
		for _, row := range read {
			if !r.hides(row) && len(rows) < limit {
				rows = append(rows, row)
			}
		}
		if len(read) < limit || len(rows) == limit {
			return rows, nil
		}
		before = read[len(read)-1].Revision
	}
}

// figureRevisions decodes rows of the table of revisions.
func figureRevisions(rows []revtable.Row) ([]store.FigureRevision, error) {
	revisions := make([]store.FigureRevision, len(rows))
	for i, row := range rows {
		revisions[i].Caller = row.Caller
		if err := decode(string(row.Snapshot), &revisions[i].Figure, figureFields); err != nil {
			return nil, err
		}
	}
	return revisions, nil
}

// FiguresByID reads many figures. What the transaction is to change is read first, so the newest revisions are kept for that.
func (w writer) FiguresByID(ids []string, at recordtime.Time) (map[string]domain.Figure, error) {
	figures, err := w.reader.FiguresByID(ids, at)
	if err == nil && at == store.Newest {
		maps.Copy(w.newest, figures)
	}
	return figures, err
}

// previous reads the revision before one that is put on record; found is false if there is none in the table of revisions.
func (w writer) previous(figure domain.Figure) (before domain.Figure, found bool, err error) {
	if figure.Revision == 1 {
		return before, false, nil
	}
	if known, ok := w.newest[figure.ID]; ok && known.Revision == figure.Revision-1 {
		return known, true, nil
	}
	row, found, err := figureTable.Revision(w.Conn, figure.ID, figure.Revision-1)
	if err != nil || !found {
		return before, false, err
	}
	err = decode(string(row.Snapshot), &before, figureFields)
	return before, true, err
}
