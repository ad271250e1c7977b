package tables

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// selectNotices reads the corrections whose notice a document prints.
const selectNotices = "SELECT snapshot FROM corrections WHERE notice_document = ? ORDER BY id"

// eraseNotices takes the words of the notices that a document prints from
// corrections, and from the tombstones that were made with them.
func (w writer) eraseNotices(document string) error {
	all, err := corrections(w.conn, selectNotices, document)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.NoticeText == "" {
			continue
		}
		c.NoticeText = ""
		if err := w.rewriteCorrection(c); err != nil {
			return err
		}
		if err := w.eraseNotice(c); err != nil {
			return err
		}
	}
	return nil
}

// eraseNotice takes the words of the notice of a correction from the tombstone of
// its subject.
func (w writer) eraseNotice(c domain.Correction) (err error) {
	if statement, review, err := domain.ParseReview(c.Subject); err == nil {
		_, err := everyRevision(w, reviewTable, domain.ReviewKey(statement, review), reviewFields, func(row revtable.Row, r domain.Review) error {
			if !dropNotice(&r.Record, c.ID) {
				return nil
			}
			row = rewritten(row, r.Record, encode(&r, reviewFields))
			return reviewTable.Rewrite(w.tx, row, reviewValues(r)...)
		})
		return err
	}
	kind, id, _ := strings.Cut(c.Subject, "/")
	switch kind {
	case "statements":
		_, err = everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, was domain.Statement) error {
			now := was
			if !dropNotice(&now.Record, c.ID) {
				return nil
			}
			return w.rewriteStatement(row, was, now)
		})
	case "documents":
		_, err = everyRevision(w, documentTable, id, documentFields, func(row revtable.Row, d domain.Document) error {
			if !dropNotice(&d.Record, c.ID) {
				return nil
			}
			row = rewritten(row, d.Record, encode(&d, documentFields))
			return documentTable.Rewrite(w.tx, row, documentValues(d)...)
		})
	case "entities":
		_, err = everyRevision(w, entityTable, id, entityFields, func(row revtable.Row, e domain.Entity) error {
			if !dropNotice(&e.Record, c.ID) {
				return nil
			}
			row = rewritten(row, e.Record, encode(&e, entityFields))
			return entityTable.Rewrite(w.tx, row, entityValues(e)...)
		})
	}
	return err
}

// dropNotice takes the words of the notice of a correction from a tombstone, and
// says whether it had any.
func dropNotice(record *domain.Record, correction string) bool {
	if record.Retraction == nil || record.Retraction.Correction != correction || record.Retraction.NoticeText == "" {
		return false
	}
	why := *record.Retraction
	why.NoticeText, record.Retraction = "", &why
	return true
}
