package tables

import (
	"bytes"
	"math"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// EverOn finds the figures of which a revision stands on a document, in the order of the index by document.
func (r reader) EverOn(document string, after store.FigurePlace, limit int) (places []store.FigurePlace, err error) {
	err = r.Conn.Query(everOnSQL, func(row recorddb.Row) error {
		places = append(places, store.FigurePlace{Created: recorddb.Time(row, 0), ID: row.Text(1)})
		return nil
	}, document, after.Created, after.ID, limit)
	return places, err
}

const everOnSQL = `SELECT DISTINCT create_time, id FROM figure_revisions WHERE document = ? AND (create_time, id) > (?, ?)
	ORDER BY create_time, id ` + recorddb.Limit

// EraseWords erases the words of a document from a figure.
func (w writer) EraseWords(id, document string) (erased bool, err error) {
	rows, err := figureTable.Revisions(w.Conn, id, recordtime.Forever, 0, math.MaxInt32)
	if err != nil {
		return false, err
	}
	gone := map[int64]bool{} // the revisions on the document
	for _, row := range slices.Backward(rows) {
		var figure domain.Figure
		if err := decode(string(row.Snapshot), &figure, figureFields); err != nil {
			return false, err
		}
		onDocument := domain.DocumentOf(figure.DocumentVersion) == document
		switch {
		case onDocument:
			gone[row.Revision] = true
			figure.EraseWords()
		case gone[row.Revision-1]:
			figure.Note.Comment = "" // why it left the document: the reason of a correction that goes
		default:
			continue
		}
		rewritten, err := w.rewriteFigure(row, figure)
		if err == nil && rewritten && onDocument {
			err = w.eraseRelease(&figure)
		}
		if err != nil {
			return false, err
		}
		erased = erased || rewritten
	}
	delete(w.newest, id)
	if erased {
		if err := w.deriveWords(rows[0]); err != nil {
			return false, err
		}
	}
	reasons, err := w.eraseReasons(domain.FigureName.Format(id), gone)
	return erased || reasons, err
}

// rewriteFigure replaces a revision of a figure by what is left of it, with the point that is made of it.
func (w writer) rewriteFigure(row revtable.Row, figure domain.Figure) (rewritten bool, err error) {
	was := row.Snapshot
	if row.Snapshot = encode(&figure, figureFields); bytes.Equal(was, row.Snapshot) {
		return false, err
	}
	if err := figureTable.Rewrite(w.Tx, row, figureValues(figure)...); err != nil {
		return false, err
	}
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return false, err
	}
	return true, w.Tx.Exec("UPDATE series_points SET observation = ? WHERE series = ? AND period_start = ? AND figure = ? AND record_from = ?",
		observation, figure.Series().Text(), figure.Period.SortKey(), figure.ID, row.From)
}

// eraseRelease takes from the vintage of a figure how its source words the release.
func (w writer) eraseRelease(figure *domain.Figure) error {
	of, _ := vintageOf(figure)
	for _, column := range []string{"snapshot", "public_snapshot"} {
		var listed domain.Vintage
		found, err := w.Conn.QueryOne("SELECT "+column+" FROM vintages WHERE "+ofVintage+" AND "+column+" IS NOT NULL", func(row recorddb.Row) error {
			return snapshot.Read(row.Text(0), &listed, vintageFields)
		}, of.metric, of.source, of.release)
		if err != nil {
			return err
		}
		if !found || listed.Release == nil || listed.Release.Printed == nil {
			continue
		}
		listed.Release.Printed = nil
		if err := w.Tx.ExecOne("UPDATE vintages SET "+column+" = ? WHERE "+ofVintage, encodeVintage(&listed), of.metric, of.source, of.release); err != nil {
			return err
		}
	}
	return nil
}

// eraseReasons takes the words of the corrections of a subject that changed or made one of some revisions.
func (w writer) eraseReasons(subject string, revisions map[int64]bool) (erased bool, err error) {
	var all []domain.Correction
	err = w.Conn.Query("SELECT snapshot FROM corrections WHERE subject = ?", func(row recorddb.Row) error {
		all = append(all, domain.Correction{})
		return decode(row.Text(0), &all[len(all)-1], correctionFields)
	}, subject)
	if err != nil {
		return false, err
	}
	for _, c := range all {
		told := c.Reason != "" || c.NoticeText != "" || c.NoticeVersion != ""
		if !told || !revisions[c.PreviousRevision] && !revisions[c.NewRevision] {
			continue
		}
		c.Reason, c.NoticeText, c.NoticeVersion = "", "", ""
		if err := w.rewriteCorrection(c); err != nil {
			return false, err
		}
		erased = true
	}
	return erased, nil
}

var insertErasure = recorddb.NewInsert("erasures", "document", "record_from", "caller", "snapshot")

// PutErasure puts on record that words of a document were erased.
func (w writer) PutErasure(document, caller string) error {
	return w.Tx.Insert(insertErasure, document, w.Tx.RecordTime(), caller, []byte{})
}

// selectErasures reads erasures. See recordcopy.NewKind for the parameters.
const selectErasures = `SELECT document, record_from, caller FROM erasures
	WHERE (document, record_from) > (?, ?) AND record_from <= ? ORDER BY document, record_from ` + recorddb.Limit

// scanErasure reads a row of selectErasures.
func scanErasure(row recorddb.Row) recordcopy.Revision {
	at := recorddb.Time(row, 1)
	return recordcopy.Revision{ID: row.Text(0), Number: int64(at), From: at, To: recordtime.Forever, Caller: row.Text(2)}
}

// Noticed finds corrections with a notice.
func (r reader) Noticed(after domain.Correction, limit int) (all []domain.Correction, err error) {
	err = r.Conn.Query(r.noticed(r.ofPublic()), func(row recorddb.Row) error {
		all = append(all, domain.Correction{})
		return decode(row.Text(0), &all[len(all)-1], correctionFields)
	}, after.Recorded, after.ID, limit)
	return all, err
}

// noticed is its SQL, with a further condition: of an index that has nothing else.
func (d *dialect) noticed(also string) string {
	return "SELECT snapshot FROM corrections WHERE " + d.NamesVersion + also + " AND (record_from, id) > (?, ?) ORDER BY record_from, id " + recorddb.Limit
}

// EraseNotice takes the words of its notice from a correction.
func (w writer) EraseNotice(id, document string) (erased bool, err error) {
	c, found, err := w.Correction(id, store.Newest)
	if err != nil || !found || !c.NoticeOn(document) {
		return false, err
	}
	c.NoticeText = ""
	return true, w.rewriteCorrection(c)
}

// rewriteCorrection replaces a correction by what is left of it.
func (w writer) rewriteCorrection(c domain.Correction) error {
	return w.Tx.ExecOne("UPDATE corrections SET snapshot = ? WHERE id = ?", encode(&c, correctionFields), c.ID)
}
