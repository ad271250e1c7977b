package tables

import (
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// everyRevision calls rewrite for each revision of a resource, oldest first, and
// returns the newest.
func everyRevision[T any](
	w writer, table *revtable.Table, id string, fields func(*snapshot.Codec, *T), rewrite func(row revtable.Row, was T) error,
) (newest T, err error) {
	for number := int64(1); ; number++ {
		row, found, err := table.Revision(w.conn, id, number)
		if err != nil || !found {
			return newest, err
		}
		var was T
		if err := decode(string(row.Snapshot), &was, fields); err != nil {
			return newest, err
		}
		if err := rewrite(row, was); err != nil {
			return newest, err
		}
		newest = was
	}
}

// rewritten is a row with the snapshot of what the resource is now.
func rewritten(row revtable.Row, record domain.Record, snapshot []byte) revtable.Row {
	row.Deleted, row.Erased, row.Restricted, row.Snapshot = record.IsHidden(), record.Erased != nil, record.Restricted, snapshot
	return row
}

// revisionKey is how the side tables call a revision that is on record.
func (w writer) revisionKey(table *revtable.Table, id string, revision int64) (key int64, err error) {
	if w.RevisionColumn == "revision" {
		return revision, nil
	}
	found, err := w.conn.QueryOne("SELECT "+w.RevisionColumn+" FROM "+table.Name()+" WHERE id = ? AND revision = ?",
		func(row recorddb.Row) error {
			key = row.Int64(0)
			return nil
		}, id, revision)
	if err == nil && !found {
		err = fmt.Errorf("%s: revision %d of %s is not there", table.Name(), revision, id)
	}
	return key, err
}

// EraseStatement erases a statement.
func (w writer) EraseStatement(id string, erasure domain.Erasure) error {
	var listed []string // the ids of those that were merged into it
	newest, err := everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, was domain.Statement) error {
		for _, appearance := range was.Appearances {
			if one := domain.LastID(appearance.Statement); !slices.Contains(listed, one) {
				listed = append(listed, one)
			}
		}
		return w.rewriteStatement(row, was, bareStatement(was, erasure))
	})
	if err != nil {
		return err
	}
	if err := w.words.Erase(w.tx, id); err != nil {
		return err
	}
	if err := w.replaceCorrectionEntities(id); err != nil {
		return err
	}
	if err := w.eraseMergeComments(listed, domain.StatementName(id)); err != nil {
		return err
	}
	last := bareStatement(newest, erasure)
	last.Record = last.Next(w.tx.RecordTime()).As(domain.TagErase, "")
	return w.PutStatement(last, erasure.Caller)
}

// bareStatement is what stays of a revision that is erased: also what it was merged
// into, since an erasure of what was merged into this one goes that way.
func bareStatement(was domain.Statement, erasure domain.Erasure) domain.Statement {
	bare := domain.Statement{Record: was.Bare(erasure)}
	bare.RedirectTo = was.RedirectTo
	return bare
}

// rewriteStatement replaces a revision of a statement by what is left of it.
func (w writer) rewriteStatement(row revtable.Row, was, now domain.Statement) error {
	row = rewritten(row, now.Record, encode(&now, statementFields))
	left, kinds := refsOf(now)
	if err := statementTable.Rewrite(w.tx, row, valuesOf(now, kinds)...); err != nil {
		return err
	}
	key, err := w.revisionKey(statementTable, row.ID, row.Revision)
	if err != nil {
		return err
	}
	gone, _ := refsOf(was)
	for _, ref := range gone {
		stays := slices.ContainsFunc(left, func(r domain.Ref) bool { return r.Kind == ref.Kind && r.Value == ref.Value })
		if stays {
			continue
		}
		err := w.tx.Exec("DELETE FROM statement_refs WHERE kind = ? AND value = ? AND create_time = ? AND id = ? AND "+w.RevisionColumn+" = ?",
			int(ref.Kind), ref.Value, was.Created, row.ID, key)
		if err != nil {
			return err
		}
	}
	return nil
}

// EverReferring finds the statements that refer to something, or did.
func (w writer) EverReferring(value string, limit int, kinds ...domain.RefKind) (ids []string, err error) {
	for _, kind := range kinds {
		err := w.conn.Query("SELECT DISTINCT id FROM statement_refs WHERE kind = ? AND value = ? ORDER BY id "+recorddb.Limit,
			func(row recorddb.Row) error {
				ids = append(ids, row.Text(0))
				return nil
			}, int(kind), value, limit)
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), limit)], nil
}

// EverReferred finds one statement that refers to something, or did.
func (w writer) EverReferred(value string, kinds ...domain.RefKind) (id string, found bool, err error) {
	for _, kind := range kinds {
		found, err = w.conn.QueryOne(selectEverReferred, func(row recorddb.Row) error {
			id = row.Text(0)
			return nil
		}, int(kind), value)
		if err != nil || found {
			return id, found, err
		}
	}
	return "", false, nil
}

const selectEverReferred = "SELECT id FROM statement_refs WHERE kind = ? AND value = ? LIMIT 1"

// EraseDocument erases a document with its versions and their texts.
func (w writer) EraseDocument(id string, erasure domain.Erasure) error {
	newest, err := everyRevision(w, documentTable, id, documentFields, func(row revtable.Row, was domain.Document) error {
		now := bareDocument(was, erasure)
		row = rewritten(row, now.Record, encode(&now, documentFields))
		return documentTable.Rewrite(w.tx, row, documentValues(now)...)
	})
	if err != nil {
		return err
	}
	if err := w.eraseVersions(newest, erasure); err != nil {
		return err
	}
	if err := w.eraseNotices(domain.DocumentName(id)); err != nil {
		return err
	}
	last := bareDocument(newest, erasure)
	last.Record = last.Next(w.tx.RecordTime()).As(domain.TagErase, "")
	return w.PutDocument(last, erasure.Caller)
}

// eraseVersions erases the versions of a document. A version has no revisions: its one
// change is now that it was erased, so that those who were sent the version hear of it.
func (w writer) eraseVersions(of domain.Document, erasure domain.Erasure) error {
	for _, table := range []string{"version_texts", "published_versions"} {
		if err := w.tx.Exec("DELETE FROM "+table+" WHERE document = ?", of.ID); err != nil {
			return err
		}
	}
	for number := range of.LatestVersion {
		version, found, err := w.Version(of.ID, number+1, recordtime.Forever, false)
		if err == nil && !found {
			err = fmt.Errorf("document_versions: version %d of %s is not there", number+1, of.ID)
		}
		if err != nil {
			return err
		}
		bare := domain.Version{
			Document: of.ID, Number: version.Number, UID: version.UID, Created: version.Created, Erased: true, Restricted: of.Restricted,
		}
		err = w.tx.ExecOne("UPDATE document_versions SET record_from = ?, caller = ?, snapshot = ?, restricted = ? WHERE document = ? AND version = ?",
			w.tx.RecordTime(), erasure.Caller, encode(&bare, versionFields), of.Restricted, of.ID, version.Number)
		if err != nil {
			return err
		}
	}
	return nil
}

func bareDocument(was domain.Document, erasure domain.Erasure) domain.Document {
	return domain.Document{Record: was.Bare(erasure), LatestVersion: was.LatestVersion}
}

// EraseEntity erases an entity.
func (w writer) EraseEntity(id string, erasure domain.Erasure) error {
	var merges []string
	newest, err := everyRevision(w, entityTable, id, entityFields, func(row revtable.Row, was domain.Entity) error {
		if was.Reattribution != "" && !slices.Contains(merges, was.Reattribution) {
			merges = append(merges, was.Reattribution)
		}
		return w.rewriteEntity(row, was, bareEntity(was, erasure))
	})
	if err != nil {
		return err
	}
	if err := w.eraseNames(merges, nil, erasure.Caller); err != nil {
		return err
	}
	if err := w.eraseReasons(domain.EntityName(id)); err != nil {
		return err
	}
	last := bareEntity(newest, erasure)
	last.Record = last.Next(w.tx.RecordTime()).As(domain.TagErase, "")
	return w.PutEntity(last, erasure.Caller)
}

func bareEntity(was domain.Entity, erasure domain.Erasure) domain.Entity {
	return domain.Entity{Record: was.Bare(erasure), Type: was.Type}
}

// rewriteEntity replaces a revision of an entity by what is left of it: it is found
// by nothing any more.
func (w writer) rewriteEntity(row revtable.Row, was, now domain.Entity) error {
	row = rewritten(row, now.Record, encode(&now, entityFields))
	if err := entityTable.Rewrite(w.tx, row, entityValues(now)...); err != nil {
		return err
	}
	key, err := w.revisionKey(entityTable, row.ID, row.Revision)
	if err != nil {
		return err
	}
	for _, k := range keysOf(was) {
		err := w.tx.Exec("DELETE FROM entity_keys WHERE field = ? AND value = ? AND create_time = ? AND id = ? AND "+w.RevisionColumn+" = ?",
			k[0], k[1], was.Created, row.ID, key)
		if err != nil {
			return err
		}
	}
	return nil
}
