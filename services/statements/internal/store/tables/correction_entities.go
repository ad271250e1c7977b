package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// What follows keeps correction_entities: the corrections of an entity are those of the
// entity itself and those of each statement of which it ever was a speaker. A row counts
// from when both were on record. All corrections of a statement have the same entities.

var insertCorrectionEntity = recorddb.NewInsert("correction_entities", "correction", "entity", "record_from", "attributed_from")

// entityCorrectionColumns are correctionColumns, ordered by the index of an entity's.
var entityCorrectionColumns = func() listquery.Columns {
	columns := maps.Clone(correctionColumns)
	columns["name"], columns["record_time"] = listquery.Column{Expr: "k.correction"}, listquery.Column{Expr: "k.record_from"}
	return columns
}()

// selectNewestCorrection finds the last correction of a subject.
const selectNewestCorrection = "SELECT id FROM corrections WHERE subject = ? ORDER BY record_from DESC, id DESC LIMIT 1"

// newestCorrection is the id of the last correction of a subject, "" for none.
func (w writer) newestCorrection(subject string) (id string, err error) {
	_, err = w.conn.QueryOne(selectNewestCorrection, func(row recorddb.Row) error {
		id = row.Text(0)
		return nil
	}, subject)
	return id, err
}

// putCorrectionEntities puts on record whose a correction is that is put on record next:
// those of the correction before it, since later speakers were added to that one.
func (w writer) putCorrectionEntities(c domain.Correction) error {
	if _, err := domain.ParseEntity(c.Subject); err == nil {
		return w.tx.Insert(insertCorrectionEntity, c.ID, c.Subject, w.tx.RecordTime(), w.tx.RecordTime())
	}
	statement, err := domain.ParseStatement(c.Subject)
	if err != nil {
		return nil //nolint:nilerr // a subject of another kind, of which nobody is a speaker
	}
	before, err := w.newestCorrection(c.Subject)
	if err != nil {
		return err
	}
	if before != "" {
		return w.tx.Exec("INSERT INTO correction_entities (correction, entity, record_from, attributed_from)"+
			" SELECT CAST(? AS TEXT), entity, CAST(? AS BIGINT), CAST(? AS BIGINT) FROM correction_entities WHERE correction = ?",
			c.ID, w.tx.RecordTime(), w.tx.RecordTime(), before)
	}
	since, err := w.speakersOf(statement)
	if err != nil {
		return err
	}
	for _, speaker := range since {
		if err := w.tx.Insert(insertCorrectionEntity, c.ID, speaker.entity, w.tx.RecordTime(), w.tx.RecordTime()); err != nil {
			return err
		}
	}
	return nil
}

// addCorrectionEntities adds the speakers of the next revision of a statement to the
// corrections that it had.
func (w writer) addCorrectionEntities(s domain.Statement, refs []domain.Ref) error {
	if s.Revision == 1 {
		return nil
	}
	newest, err := w.newestCorrection(s.Name())
	if err != nil || newest == "" {
		return err
	}
	for _, ref := range refs {
		if ref.Kind != domain.RefSpeaker {
			continue
		}
		found, err := w.conn.QueryOne("SELECT 1 FROM correction_entities WHERE correction = ? AND entity = ?", nil, newest, ref.Value)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		if err := w.attribute(s.Name(), speakerSince{ref.Value, w.tx.RecordTime()}); err != nil {
			return err
		}
	}
	return nil
}

// attribute makes the corrections of a statement those of an entity too.
func (w writer) attribute(statement string, speaker speakerSince) error {
	return w.tx.Exec("INSERT INTO correction_entities (correction, entity, record_from, attributed_from)"+
		" SELECT id, CAST(? AS TEXT), record_from, CASE WHEN record_from > ? THEN record_from ELSE ? END FROM corrections WHERE subject = ?",
		speaker.entity, speaker.since, speaker.since, statement)
}

// replaceCorrectionEntities makes anew whose the corrections of a statement are, after
// revisions of it were erased.
func (w writer) replaceCorrectionEntities(id string) error {
	name := domain.StatementName(id)
	err := w.tx.Exec("DELETE FROM correction_entities WHERE correction IN (SELECT id FROM corrections WHERE subject = ?)", name)
	if err != nil {
		return err
	}
	newest, err := w.newestCorrection(name)
	if err != nil || newest == "" {
		return err
	}
	speakers, err := w.speakersOf(id)
	if err != nil {
		return err
	}
	for _, speaker := range speakers {
		if err := w.attribute(name, speaker); err != nil {
			return err
		}
	}
	return nil
}

// speakerSince is an entity that a statement was attributed to, and the record time
// from which on.
type speakerSince struct {
	entity string
	since  recordtime.Time
}

// speakersOf are those of a statement in any revision.
func (w writer) speakersOf(id string) (all []speakerSince, err error) {
	_, err = everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, s domain.Statement) error {
		for _, ref := range s.Refs() {
			if ref.Kind == domain.RefSpeaker && !slices.ContainsFunc(all, func(known speakerSince) bool { return known.entity == ref.Value }) {
				all = append(all, speakerSince{ref.Value, row.From})
			}
		}
		return nil
	})
	return all, err
}
