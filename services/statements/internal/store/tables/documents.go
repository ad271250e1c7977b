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
	"create_time", "uri", "headline", "publisher", "byline", "language_code", "license", "text_withheld")

var (
	insertVersion = recorddb.NewInsert("document_versions", "document", "version", "record_from", "caller", "snapshot")
	insertText    = recorddb.NewInsert("version_texts", "document", "version", "text")
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
}

// Document reads a document.
func (r reader) Document(id string, at recordtime.Time) (document domain.Document, found bool, err error) {
	found, err = at1(r.conn, documentTable, id, at, &document)
	return document, found, err
}

// Documents lists documents.
func (r reader) Documents(query store.List) ([]domain.Document, error) {
	return list[domain.Document](r.conn, query, r.documentSource(query.Filter))
}

func (d *dialect) documentSource(filter listquery.Expr) source {
	return source{revtable.Source{
		Table: documentTable.Name() + " s", Columns: d.documentColumns, Order: d.documentColumns,
	}, filter}
}

// PutDocument puts the next revision on record.
func (w writer) PutDocument(d domain.Document, caller string) error {
	return appendRevision(w.tx, documentTable, d.Record, caller, d, documentValues(d)...)
}

// documentValues are the values of the columns of documentTable.
func documentValues(d domain.Document) []any {
	return []any{
		d.Created, recorddb.NullText(d.URI), d.Headline, d.Publisher, recorddb.NullText(d.Byline), d.LanguageCode,
		recorddb.NullText(d.License), d.TextWithheld,
	}
}

// Version reads a version, with its text if asked.
func (r reader) Version(document string, number int64, at recordtime.Time, withText bool) (version domain.Version, found bool, err error) {
	found, err = r.conn.QueryOne(
		"SELECT snapshot FROM document_versions WHERE document = ? AND version = ? AND record_from <= ?",
		func(row recorddb.Row) error { return decodeColumn(row, &version) }, document, number, at)
	if err != nil || !found || !withText {
		return version, found, err
	}
	return version, true, r.readText(&version)
}

// Versions lists versions without text.
func (r reader) Versions(document string, at recordtime.Time, before int64, limit int) (versions []domain.Version, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	err = r.conn.Query(`SELECT snapshot FROM document_versions
		WHERE document = ? AND version < ? AND record_from <= ? ORDER BY version DESC `+recorddb.Limit,
		func(row recorddb.Row) error {
			var version domain.Version
			if err := decodeColumn(row, &version); err != nil {
				return err
			}
			versions = append(versions, version)
			return nil
		}, document, before, at, limit)
	return versions, err
}

// PutVersion puts a version on record.
func (w writer) PutVersion(v domain.Version, caller string) error {
	snapshot, err := encode(v)
	if err != nil {
		return err
	}
	err = w.tx.Insert(insertVersion, v.Document, v.Number, w.tx.RecordTime(), caller, snapshot)
	if err != nil || v.Text == "" {
		return err
	}
	return w.tx.Insert(insertText, v.Document, v.Number, v.Text)
}
