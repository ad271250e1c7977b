package tables

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// selectVersions reads versions with their texts. See recordcopy.NewKind for the
// parameters.
const selectVersions = `SELECT v.document, v.version, v.record_from, v.caller, v.snapshot, t.text
	FROM document_versions v LEFT JOIN version_texts t ON t.document = v.document AND t.version = v.version
	WHERE (v.document, v.version) > (?, ?) AND v.record_from <= ? ORDER BY v.document, v.version ` + recorddb.Limit

// Copy copies the record of one store to another, which restorer fills.
func Copy(
	ctx context.Context, from, to *Store, restorer recorddb.Restorer, options recordcopy.Options,
) (recordcopy.Report, error) {
	return recordcopy.Run(ctx, from.Database, restorer, recordcopy.Service[store.Change]{
		Changes: func(conn recorddb.Conn, after changefeed.Place, upTo recordtime.Time, limit int) ([]store.Change, error) {
			return from.Reader(conn).Changes(store.Changes{After: after, UpTo: upTo, Limit: limit, WithText: true})
		},
		Place: func(change store.Change) changefeed.Place { return change.Place },
		Put: func(tx recorddb.Tx, changes []store.Change) error {
			w := to.Writer(tx)
			for i := range changes {
				if err := putChange(w, &changes[i]); err != nil {
					return err
				}
			}
			return nil
		},
		Kinds: []recordcopy.Kind{
			recordcopy.Revisions("documents", documentTable, canonical(documentFields)),
			recordcopy.NewKind("documents/*/versions", selectVersions, scanVersion, canonical(versionFields)),
			recordcopy.NewKind("documents/*/published", selectPublished, scanPublished, canonical(versionFields)),
			recordcopy.Revisions("entities", entityTable, canonical(entityFields)),
			recordcopy.Revisions("statements", statementTable, canonical(statementFields)),
			recordcopy.NewKind("corrections", selectCorrections, scanCorrection, canonical(correctionFields)),
			recordcopy.Revisions("statements/*/reviews", reviewTable, canonical(reviewFields)),
			recordcopy.Revisions("reattributions", reattributionTable, canonical(reattributionFields)),
			recordcopy.NewKind("reattributions/*/statements", selectMade, scanMade, asItIs),
		},
	}, options)
}

// putChange puts a change on record again.
func putChange(w store.Writer, change *store.Change) error {
	switch {
	case change.Document != nil:
		return w.PutDocument(*change.Document, change.Caller)
	case change.Version != nil && change.Version.Published != 0:
		return w.PublishVersion(*change.Version, change.Caller)
	case change.Version != nil:
		return w.PutVersion(*change.Version, change.Caller)
	case change.Entity != nil:
		return w.PutEntity(*change.Entity, change.Caller)
	case change.Correction != nil:
		return w.PutCorrection(*change.Correction)
	case change.Review != nil:
		return w.PutReview(*change.Review, change.Caller)
	case change.Reattribution != nil:
		return w.PutReattribution(*change.Reattribution, change.Caller)
	default:
		return w.PutStatement(*change.Statement, change.Caller)
	}
}

// scanVersion reads a row of selectVersions. A version has no revisions: one
// row, which only an erasure rewrites.
func scanVersion(row recorddb.Row) recordcopy.Revision {
	return recordcopy.Revision{
		ID: row.Text(0), Number: row.Int64(1), From: recorddb.Time(row, 2), To: recordtime.Forever,
		Caller: row.Text(3), Snapshot: row.Bytes(4), Text: row.Text(5),
	}
}

// selectPublished reads the versions that were told again at the end of an embargo. See
// recordcopy.NewKind for the parameters.
const selectPublished = `SELECT document, version, record_from, caller, snapshot FROM published_versions
	WHERE (document, version) > (?, ?) AND record_from <= ? ORDER BY document, version ` + recorddb.Limit

// scanPublished reads a row of selectPublished.
func scanPublished(row recorddb.Row) recordcopy.Revision {
	return recordcopy.Revision{
		ID: row.Text(0), Number: row.Int64(1), From: recorddb.Time(row, 2), To: recordtime.Forever, Caller: row.Text(3), Snapshot: row.Bytes(4),
	}
}

// canonical encodes a snapshot as one written today would be.
func canonical[T any](fields func(*snapshot.Codec, *T)) func(stored []byte) ([]byte, error) {
	return func(stored []byte) ([]byte, error) {
		var resource T
		if err := decode(string(stored), &resource, fields); err != nil {
			return nil, err
		}
		return encode(&resource, fields), nil
	}
}
