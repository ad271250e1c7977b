package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

var insertCorrection = recorddb.NewInsert("corrections", "id", "record_from", "kind", "subject", "document", "caller", "snapshot", "restricted")

// correctionColumns are where the fields of domain.CorrectionFields are kept. No correction of this service has a re-attribution.
var correctionColumns = listquery.Columns{
	"name":          {Expr: "s.id"},
	"record_time":   {Expr: "s.record_from"},
	"subject":       {Expr: "s.subject"},
	"document":      {Expr: "s.document"},
	"reattribution": {Expr: "CAST(NULL AS TEXT)"},
	"kind":          {Expr: "s.kind"},
}

// onlyRevision stands for the number of a revision where rows have but one.
const onlyRevision = "CAST(1 AS BIGINT)"

// selectCorrections reads corrections. See recordcopy.NewKind for the parameters.
const selectCorrections = `SELECT id, record_from, caller, snapshot FROM corrections
	WHERE (id, ` + onlyRevision + `) > (?, ?) AND record_from <= ? ORDER BY id ` + recorddb.Limit

// Correction reads a correction.
func (r reader) Correction(id string, at recordtime.Time) (correction domain.Correction, found bool, err error) {
	found, err = r.Conn.QueryOne("SELECT snapshot FROM corrections WHERE id = ? AND record_from <= ?"+r.ofPublic(),
		func(row recorddb.Row) error { return decode(row.Text(0), &correction, correctionFields) }, id, at)
	return correction, found, err
}

// NewestCorrection reads the newest correction of a subject, from an index in its order.
func (r reader) NewestCorrection(subject string, at recordtime.Time) (correction domain.Correction, found bool, err error) {
	found, err = r.Conn.QueryOne("SELECT snapshot FROM corrections WHERE subject = ? AND record_from <= ?"+r.ofPublic()+
		" ORDER BY record_from DESC, id DESC LIMIT 1",
		func(row recorddb.Row) error { return decode(row.Text(0), &correction, correctionFields) }, subject, at)
	return correction, found, err
}

// CorrectionsOf reads the newest corrections of each subject. Most have none, so it is asked first which have any.
func (r reader) CorrectionsOf(subjects []string, at recordtime.Time, limit int) (all []domain.Correction, err error) {
	var some []string
	err = recorddb.In(subjects, func(list string, args []any) error {
		return r.Conn.Query("SELECT DISTINCT subject FROM corrections WHERE subject IN ("+list+") AND record_from <= ?"+r.ofPublic(), func(row recorddb.Row) error {
			some = append(some, row.Text(0))
			return nil
		}, append(args, at)...)
	})
	for _, subject := range some {
		if err != nil {
			return nil, err
		}
		err = r.Conn.Query("SELECT snapshot FROM corrections WHERE subject = ? AND record_from <= ?"+r.ofPublic()+
			" ORDER BY record_from DESC, id DESC "+recorddb.Limit, func(row recorddb.Row) error {
			all = append(all, domain.Correction{})
			return decode(row.Text(0), &all[len(all)-1], correctionFields)
		}, subject, at, limit)
	}
	slices.SortFunc(all, func(a, b domain.Correction) int {
		return cmp.Or(cmp.Compare(b.Recorded, a.Recorded), strings.Compare(b.ID, a.ID))
	})
	return all, err
}

// Corrections lists corrections.
func (r reader) Corrections(query store.List) (all []domain.Correction, err error) {
	sql, args, err := r.correctionsSQL(query)
	if err != nil {
		return nil, err
	}
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		all = append(all, domain.Correction{})
		return decode(row.Text(0), &all[len(all)-1], correctionFields)
	}, args...)
	return all, err
}

// correctionsSQL is that of a page of a list.
func (r reader) correctionsSQL(query store.List) (sql string, args []any, err error) {
	var where recorddb.Conditions
	where.Add("s.record_from <= ?"+r.ofPublic(), query.At)
	filter, filterArgs, err := listquery.SQL(query.Filter, correctionColumns)
	if err != nil {
		return "", nil, err
	}
	where.Add(filter, filterArgs...)
	after, afterArgs, err := listquery.After(query.Order, query.After, correctionColumns)
	if err != nil {
		return "", nil, err
	}
	where.Add(after, afterArgs...)
	order, err := listquery.OrderSQL(query.Order, correctionColumns)
	if err != nil {
		return "", nil, err
	}
	sql = "SELECT s.snapshot FROM corrections s WHERE " + where.String() + " ORDER BY " + order + " " + recorddb.Limit
	return sql, where.Args(query.Limit), nil
}

// PutCorrection puts a correction on record.
func (w writer) PutCorrection(c domain.Correction) error {
	return w.Tx.Insert(insertCorrection, c.ID, w.Tx.RecordTime(), c.Kind, c.Subject, recorddb.NullText(c.Document), c.Caller,
		encode(&c, correctionFields), c.Restricted)
}

// scanCorrection reads a row of selectCorrections.
func scanCorrection(row recorddb.Row) recordcopy.Revision {
	return recordcopy.Revision{
		ID: row.Text(0), Number: 1, From: recorddb.Time(row, 1), To: recordtime.Forever, Caller: row.Text(2), Snapshot: row.Bytes(3),
	}
}
