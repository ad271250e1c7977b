package tables

import (
	"math"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var documentTable = revtable.New("document_revisions",
	"create_time", "uri", "headline", "publisher", "byline", "language_code", "license", "text_withheld", "embargo_end_time")

var (
	insertVersion   = recorddb.NewInsert("document_versions", "document", "version", "record_from", "caller", "snapshot", "restricted")
	insertPublished = recorddb.NewInsert("published_versions", "document", "version", "record_from", "caller", "snapshot")
	insertText      = recorddb.NewInsert("version_texts", "document", "version", "text")
)

// documentColumns are where the fields of domain.DocumentFields are kept.
var documentColumns = listquery.Columns{
	"name":          {Expr: "s.id"},
	"create_time":   {Expr: "s.create_time"},
	"update_time":   {Expr: "s.record_from"},
	"uri":           {Expr: "s.uri"},
	"headline":      {Expr: "s.headline"},
	"publisher":     {Expr: "s.publisher"},
	"byline":        {Expr: "s.byline"},
	"language_code": {Expr: "s.language_code"},
	"license":       {Expr: "s.license"},
	"text_withheld": {Expr: "s.text_withheld"},

	"restricted":       isRestricted,
	"embargo_end_time": {Expr: "s.embargo_end_time"},
}

// isRestricted is the field restricted of a revision.
var isRestricted = listquery.Column{Expr: "CASE WHEN " + revtable.Restricted("s") + " THEN 1 ELSE 0 END"}

// Document reads a document.
func (r reader) Document(id string, at recordtime.Time) (document domain.Document, found bool, err error) {
	found, err = readAt(r, documentTable, id, at, &document, documentFields)
	return document, found, err
}

// Documents lists documents.
func (r reader) Documents(query store.List) ([]domain.Document, error) {
	return list(r, query, r.documentSource(query.Filter), documentFields)
}

func (d *dialect) documentSource(filter listquery.Expr) source {
	return source{Source: revtable.Source{
		Table: documentTable.Name() + " s", Columns: d.documentColumns, Order: d.documentColumns,
	}, filter: filter}
}

// PutDocument puts the next revision on record.
func (w writer) PutDocument(d domain.Document, caller string) error {
	return appendRevision(w.tx, documentTable, d.Record, caller, encode(&d, documentFields), documentValues(d)...)
}

// documentValues are the values of the columns of documentTable.
func documentValues(d domain.Document) []any {
	var embargo any
	if d.EmbargoEnd != 0 {
		embargo = d.EmbargoEnd
	}
	return []any{
		d.Created, recorddb.NullText(d.URI), d.Headline, d.Publisher, recorddb.NullText(d.Byline), d.LanguageCode,
		recorddb.NullText(d.License), d.TextWithheld, embargo,
	}
}

// Version reads a version, with its text if asked.
func (r reader) Version(document string, number int64, at recordtime.Time, withText bool) (version domain.Version, found bool, err error) {
	if shown, err := r.showsVersions(document, at); err != nil || !shown {
		return version, false, err
	}
	found, err = r.conn.QueryOne(
		"SELECT snapshot FROM document_versions WHERE document = ? AND version = ? AND record_from <= ?",
		func(row recorddb.Row) error { return decode(row.Text(0), &version, versionFields) }, document, number, at)
	if err != nil || !found || !withText {
		return version, found, err
	}
	return version, true, r.readText(&version)
}

// showsVersions reports whether the reader sees the versions of a document: those of one
// that is restricted are.
func (r reader) showsVersions(document string, at recordtime.Time) (bool, error) {
	if r.showRestricted {
		return true, nil
	}
	_, found, err := r.Document(document, at)
	return found, err
}

// Versions lists versions without text.
func (r reader) Versions(document string, at recordtime.Time, before int64, limit int) (versions []domain.Version, err error) {
	if shown, err := r.showsVersions(document, at); err != nil || !shown {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	err = r.conn.Query(`SELECT snapshot FROM document_versions
		WHERE document = ? AND version < ? AND record_from <= ? ORDER BY version DESC `+recorddb.Limit,
		func(row recorddb.Row) error {
			var version domain.Version
			if err := decode(row.Text(0), &version, versionFields); err != nil {
				return err
			}
			versions = append(versions, version)
			return nil
		}, document, before, at, limit)
	return versions, err
}

// PutVersion puts a version on record.
func (w writer) PutVersion(v domain.Version, caller string) error {
	err := w.tx.Insert(insertVersion, v.Document, v.Number, w.tx.RecordTime(), caller, encode(&v, versionFields), v.Restricted)
	if err != nil || v.Text == "" {
		return err
	}
	return w.tx.Insert(insertText, v.Document, v.Number, v.Text)
}

// PublishVersion tells a version again.
func (w writer) PublishVersion(v domain.Version, caller string) error {
	return w.tx.Insert(insertPublished, v.Document, v.Number, v.Published, caller, encode(&v, versionFields))
}

// selectEnded finds documents by an index of those that are restricted and stand, whose
// column deleted has the value 4.
const selectEnded = "SELECT id FROM document_revisions WHERE deleted = 4 AND record_to = ? AND embargo_end_time <= ? ORDER BY embargo_end_time, id " +
	recorddb.Limit

// EndedEmbargoes finds the documents whose embargo has ended.
func (r reader) EndedEmbargoes(by recordtime.Time, limit int) (ids []string, err error) {
	err = r.conn.Query(selectEnded, func(row recorddb.Row) error {
		ids = append(ids, row.Text(0))
		return nil
	}, recordtime.Forever, by, limit)
	return ids, err
}
