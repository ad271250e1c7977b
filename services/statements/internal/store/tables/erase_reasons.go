package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// selectAbout reads the ids of the re-attributions from an entity and to it.
const selectAbout = "SELECT id FROM reattribution_revisions WHERE from_entity = ? UNION SELECT id FROM reattribution_revisions WHERE to_entity = ? ORDER BY id"

// eraseReasons takes the reasons of the re-attributions from an erased entity or to
// it, and those of the revisions of the other entity that came with them.
func (w writer) eraseReasons(name string) error {
	var about []string
	err := w.conn.Query(selectAbout, func(row recorddb.Row) error {
		about = append(about, row.Text(0))
		return nil
	}, name, name)
	if err != nil {
		return err
	}
	for _, id := range about {
		var times []recordtime.Time
		last, err := everyRevision(w, reattributionTable, id, reattributionFields, func(row revtable.Row, was domain.Reattribution) error {
			times = append(times, row.From)
			was.Filter, was.Reason, was.UndoReason, was.Change.Comment = "", "", "", ""
			return w.rewriteReattribution(row, was)
		})
		if err != nil {
			return err
		}
		other := last.From
		if other == name {
			other = last.To
		}
		if err := w.eraseComments(domain.LastID(other), times); err != nil {
			return err
		}
	}
	return nil
}

// eraseComments takes the reasons of the merges of an entity that were made, or
// undone, at some times.
func (w writer) eraseComments(id string, times []recordtime.Time) error {
	_, err := everyRevision(w, entityTable, id, entityFields, func(row revtable.Row, was domain.Entity) error {
		merged := was.Change.Tag == domain.TagMerge || was.Change.Tag == domain.TagUnmerge
		if !merged || was.Change.Comment == "" || !slices.Contains(times, row.From) {
			return nil
		}
		was.Change.Comment = ""
		row = rewritten(row, was.Record, encode(&was, entityFields))
		return entityTable.Rewrite(w.tx, row, entityValues(was)...)
	})
	return err
}

// rewriteReattribution replaces a revision of a re-attribution by what is left of it.
func (w writer) rewriteReattribution(row revtable.Row, now domain.Reattribution) error {
	row = rewritten(row, now.Record, encode(&now, reattributionFields))
	return reattributionTable.Rewrite(w.tx, row, reattributionValues(now)...)
}
