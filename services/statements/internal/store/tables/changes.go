package tables

import (
	"fmt"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/history"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// changeTables are all tables of revisions, and that of the versions that are told again
// at the end of an embargo.
var changeTables = []*history.Table{
	history.NewTable(store.DocumentChange, "document_revisions", "id", "revision").Hiding(revtable.Restricted("")),
	history.NewTable(store.VersionChange, "document_versions", "document", "version").Hiding("restricted = 1"),
	history.NewTable(store.VersionChange, "published_versions", "document", "version"),
	history.NewTable(store.EntityChange, "entity_revisions", "id", "revision"),
	history.NewTable(store.StatementChange, "statement_revisions", "id", "revision").Hiding(revtable.Restricted("")),
	history.NewTable(store.CorrectionChange, "corrections", "id", onlyRevision).Hiding("restricted = 1"),
	history.NewTable(store.ReviewChange, "review_revisions", "id", "revision").Hiding(revtable.Restricted("")),
	history.NewTable(store.ReattributionChange, "reattribution_revisions", "id", "revision").Hiding(revtable.Restricted("")),
}

// Changes reads the record in the order in which it was made.
func (r reader) Changes(query store.Changes) ([]store.Change, error) {
	rows, err := history.Read(r.conn, changeTables, history.Query{After: query.After, UpTo: query.UpTo, Limit: query.Limit, Public: !r.showRestricted})
	if err != nil {
		return nil, err
	}
	changes, texts := make([]store.Change, 0, len(rows)), 0
	for _, row := range rows {
		change, err := changeOf(row)
		if err != nil {
			return nil, err
		}
		if change.Reattribution != nil {
			*change.Reattribution = r.shown(*change.Reattribution)
		}
		size, err := r.readApart(query, change)
		if err != nil {
			return nil, err
		}
		texts += size
		changes = append(changes, change)
		if texts >= store.MaxChangeTexts {
			break
		}
	}
	return changes, nil
}

// readApart reads what is kept apart of a change, if texts are asked for, and
// returns how much that is.
func (r reader) readApart(query store.Changes, change store.Change) (size int, err error) {
	switch {
	case !query.WithText:
		return 0, nil
	case change.Version != nil && change.Version.Published == 0:
		err = r.readText(change.Version)
		return len(change.Version.Text), err
	case change.Reattribution != nil && change.Reattribution.Revision == 1:
		err = r.readMade(change.Reattribution)
		return len(change.Reattribution.Made) * madeSize, err
	default:
		return 0, nil
	}
}

// madeSize is how many bytes one of what a re-attribution made takes, about.
const madeSize = 64

// readText reads the text of a version, if it is stored.
func (r reader) readText(version *domain.Version) error {
	_, err := r.conn.QueryOne("SELECT text FROM version_texts WHERE document = ? AND version = ?",
		func(row recorddb.Row) error {
			version.Text = row.Text(0)
			return nil
		}, version.Document, version.Number)
	return err
}

// changeOf decodes a row.
func changeOf(row history.Row) (change store.Change, err error) {
	change = store.Change{Place: row.Place, Caller: row.Caller}
	stored := string(row.Snapshot)
	switch row.Place.Kind {
	case store.DocumentChange:
		change.Document = new(domain.Document)
		err = decode(stored, change.Document, documentFields)
	case store.VersionChange:
		change.Version = new(domain.Version)
		err = decode(stored, change.Version, versionFields)
	case store.EntityChange:
		change.Entity = new(domain.Entity)
		err = decode(stored, change.Entity, entityFields)
	case store.StatementChange:
		change.Statement = new(domain.Statement)
		err = decode(stored, change.Statement, statementFields)
	case store.CorrectionChange:
		change.Correction = new(domain.Correction)
		err = decode(stored, change.Correction, correctionFields)
	case store.ReviewChange:
		change.Review = new(domain.Review)
		err = decode(stored, change.Review, reviewFields)
	case store.ReattributionChange:
		change.Reattribution = new(domain.Reattribution)
		err = decode(stored, change.Reattribution, reattributionFields)
	default:
		err = fmt.Errorf("unknown kind of change %d", row.Place.Kind)
	}
	return change, err
}
