package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var insertCorrection = recorddb.NewInsert("corrections",
	"id", "record_from", "kind", "subject", "document", "reattribution", "notice_document", "caller", "snapshot", "restricted")

// correctionColumns are where the fields of domain.CorrectionFields are kept.
var correctionColumns = listquery.Columns{
	"name":          {Expr: "s.id"},
	"record_time":   {Expr: "s.record_from"},
	"subject":       {Expr: "s.subject"},
	"document":      {Expr: "s.document"},
	"reattribution": {Expr: "s.reattribution"},
	"kind":          {Expr: "s.kind"},
}

// onlyRevision stands for the number of a revision where rows have but one.
const onlyRevision = "CAST(1 AS BIGINT)"

// selectCorrections reads corrections. See recordcopy.NewKind for the parameters.
const selectCorrections = `SELECT id, record_from, caller, snapshot FROM corrections
	WHERE (id, ` + onlyRevision + `) > (?, ?) AND record_from <= ? ORDER BY id ` + recorddb.Limit

// selectCorrectionsOf reads the newest corrections of one subject, from an index in
// its order: a subject with many costs no more. Queries of several subjects join it.
func selectCorrectionsOf(showRestricted bool) string {
	condition := ""
	if !showRestricted {
		condition = " AND " + publicCorrection
	}
	return "SELECT snapshot FROM (SELECT snapshot FROM corrections WHERE subject = ? AND record_from <= ?" + condition +
		" ORDER BY record_from DESC, id DESC " + recorddb.Limit + ") c"
}

// publicCorrection is the condition that a correction is not restricted.
const publicCorrection = "restricted = 0"

// subjectPieces are how many subjects one query has: few sizes make few texts of SQL.
var subjectPieces = []int{1, 8, 64}

// Correction reads a correction.
func (r reader) Correction(id string, at recordtime.Time) (correction domain.Correction, found bool, err error) {
	found, err = r.conn.QueryOne("SELECT snapshot FROM corrections WHERE id = ? AND record_from <= ?",
		func(row recorddb.Row) error { return decode(row.Text(0), &correction, correctionFields) }, id, at)
	if correction.Restricted && !r.showRestricted {
		return domain.Correction{}, false, err
	}
	return correction, found, err
}

// Corrections lists corrections.
func (r reader) Corrections(query store.List, entity string) ([]domain.Correction, error) {
	sql, args, err := r.correctionsSQL(query, entity, r.showRestricted)
	if err != nil {
		return nil, err
	}
	return corrections(r.conn, sql, args...)
}

// correctionsSQL is that of a page of a list.
func (d *dialect) correctionsSQL(query store.List, entity string, showRestricted bool) (sql string, args []any, err error) {
	from, columns := "corrections s", correctionColumns
	var where recorddb.Conditions
	if entity == "" {
		where.Add("s.record_from <= ?", query.At)
	} else {
		from, columns = "correction_entities k "+d.Join+" corrections s ON s.id = k.correction", entityCorrectionColumns
		where.Add("k.entity = ? AND k.record_from <= ? AND k.attributed_from <= ?", entity, query.At, query.At)
	}
	if !showRestricted {
		where.Add("s." + publicCorrection)
	}
	filter, filterArgs, err := listquery.SQL(query.Filter, columns)
	if err != nil {
		return "", nil, err
	}
	where.Add(filter, filterArgs...)
	after, afterArgs, err := listquery.After(query.Order, query.After, columns)
	if err != nil {
		return "", nil, err
	}
	where.Add(after, afterArgs...)
	order, err := listquery.OrderSQL(query.Order, columns)
	if err != nil {
		return "", nil, err
	}
	sql = "SELECT s.snapshot FROM " + from + " WHERE " + where.String() + " ORDER BY " + order + " " + recorddb.Limit
	return sql, where.Args(query.Limit), nil
}

// CorrectionsOf reads the newest corrections of each subject.
func (r reader) CorrectionsOf(subjects []string, at recordtime.Time, limit int) (all []domain.Correction, err error) {
	for len(subjects) > 0 {
		sql, args, rest := correctionsOfSQL(subjects, at, limit, r.showRestricted)
		some, err := corrections(r.conn, sql, args...)
		if err != nil {
			return nil, err
		}
		all, subjects = append(all, some...), rest
	}
	slices.SortFunc(all, func(a, b domain.Correction) int {
		return cmp.Or(cmp.Compare(b.Recorded, a.Recorded), strings.Compare(b.ID, a.ID))
	})
	return all, nil
}

// correctionsOfSQL reads the corrections of the first subjects; rest are the others.
// Where there are too few, no subject stands.
func correctionsOfSQL(subjects []string, at recordtime.Time, limit int, showRestricted bool) (sql string, args []any, rest []string) {
	size := subjectPieces[len(subjectPieces)-1]
	if i := slices.IndexFunc(subjectPieces, func(s int) bool { return s >= len(subjects) }); i >= 0 {
		size = subjectPieces[i]
	}
	for i := range size {
		subject := ""
		if i < len(subjects) {
			subject = subjects[i]
		}
		args = append(args, subject, at, limit)
	}
	one := selectCorrectionsOf(showRestricted)
	sql = one + strings.Repeat(" UNION ALL "+one, size-1)
	return sql, args, subjects[min(size, len(subjects)):]
}

// corrections reads the snapshots that a query yields.
func corrections(conn recorddb.Conn, sql string, args ...any) (all []domain.Correction, err error) {
	err = conn.Query(sql, func(row recorddb.Row) error {
		all = append(all, domain.Correction{})
		return decode(row.Text(0), &all[len(all)-1], correctionFields)
	}, args...)
	return all, err
}

// PutCorrection puts a correction on record.
func (w writer) PutCorrection(c domain.Correction) error {
	if err := w.putCorrectionEntities(c); err != nil {
		return err
	}
	return w.tx.Insert(insertCorrection, c.ID, w.tx.RecordTime(), c.Kind, c.Subject,
		recorddb.NullText(c.Document), recorddb.NullText(c.Reattribution), noticeDocument(c), c.Caller, encode(&c, correctionFields), c.Restricted)
}

// noticeDocument is the name of the document that prints the notice, NULL for none.
func noticeDocument(c domain.Correction) any {
	document, _, err := domain.ParseVersion(c.NoticeVersion)
	if err != nil {
		return nil
	}
	return domain.DocumentName(document)
}

// EraseCorrections takes the words of the corrections of a subject and its
// reviews.
func (w writer) EraseCorrections(subject string) error {
	// "0" is the character after "/": what is between begins with the subject's name.
	reviews := subject + "/reviews"
	return w.eraseCorrections("SELECT snapshot FROM corrections WHERE subject = ? OR subject > ? AND subject < ?",
		func(domain.Correction) bool { return true }, subject, reviews+"/", reviews+"0")
}

// eraseCorrections takes the words of those corrections of a query that goes says.
func (w writer) eraseCorrections(sql string, goes func(domain.Correction) bool, args ...any) error {
	all, err := corrections(w.conn, sql, args...)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !goes(c) {
			continue
		}
		c.Reason, c.NoticeText, c.NoticeVersion = "", "", ""
		if err := w.rewriteCorrection(c); err != nil {
			return err
		}
	}
	return nil
}

// rewriteCorrection replaces a correction by what is left of it.
func (w writer) rewriteCorrection(c domain.Correction) error {
	return w.tx.ExecOne("UPDATE corrections SET notice_document = ?, snapshot = ? WHERE id = ?", noticeDocument(c), encode(&c, correctionFields), c.ID)
}

// scanCorrection reads a row of selectCorrections.
func scanCorrection(row recorddb.Row) recordcopy.Revision {
	return recordcopy.Revision{
		ID: row.Text(0), Number: 1, From: recorddb.Time(row, 1), To: recordtime.Forever, Caller: row.Text(2), Snapshot: row.Bytes(3),
	}
}
