package tables

import (
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var reattributionTable = revtable.New("reattribution_revisions", "create_time", "from_entity", "to_entity", "merge")

var insertMade = recorddb.NewInsert("reattribution_statements", "reattribution", "place", "statement", "revision", "record_from")

// reattributionColumns are where the fields of domain.ReattributionFields are kept.
var reattributionColumns = listquery.Columns{
	"name": {Expr: "s.id"}, "create_time": {Expr: "s.create_time"}, "update_time": {Expr: "s.record_from"},
	"from_entity": {Expr: "s.from_entity"}, "to_entity": {Expr: "s.to_entity"}, "merge": {Expr: "s.merge"},
}

// reattributionValues are those of the table's own columns.
func reattributionValues(r domain.Reattribution) []any {
	return []any{r.Created, r.From, r.To, r.Merge}
}

// deriveReattribution makes the columns of one revision anew.
func (w writer) deriveReattribution(row revtable.Row) error {
	var r domain.Reattribution
	if err := decode(string(row.Snapshot), &r, reattributionFields); err != nil {
		return err
	}
	return reattributionTable.Rewrite(w.tx, row, reattributionValues(r)...)
}

// Reattribution reads a re-attribution.
func (r reader) Reattribution(id string, at recordtime.Time) (reattribution domain.Reattribution, found bool, err error) {
	found, err = readAt(r, reattributionTable, id, at, &reattribution, reattributionFields)
	return r.shown(reattribution), found, err
}

// Reattributions lists re-attributions.
func (r reader) Reattributions(query store.List) ([]domain.Reattribution, error) {
	rows, err := list(r, query, reattributionSource(query.Filter), reattributionFields)
	for i := range rows {
		rows[i] = r.shown(rows[i])
	}
	return rows, err
}

// shown is what the reader sees of a re-attribution.
func (r reader) shown(reattribution domain.Reattribution) domain.Reattribution {
	if !r.showRestricted {
		return reattribution.ForReaders()
	}
	return reattribution
}

func reattributionSource(filter listquery.Expr) source {
	return source{Source: revtable.Source{
		Table: reattributionTable.Name() + " s", Columns: reattributionColumns, Order: reattributionColumns,
	}, filter: filter}
}

// Reattributed reads what a re-attribution found and made.
func (r reader) Reattributed(id string) (all []store.Reattributed, err error) {
	err = r.conn.Query("SELECT b.snapshot, m.snapshot FROM reattribution_statements k "+
		r.Join+" statement_revisions m ON m.id = k.statement AND m.revision = k.revision "+
		r.Join+" statement_revisions b ON b.id = k.statement AND b.revision = k.revision - 1 "+
		"WHERE k.reattribution = ? ORDER BY k.place",
		func(row recorddb.Row) error {
			all = append(all, store.Reattributed{})
			last := &all[len(all)-1]
			if err := decode(row.Text(0), &last.Before, statementFields); err != nil {
				return err
			}
			return decode(row.Text(1), &last.Made, statementFields)
		}, id)
	return all, err
}

// readMade reads the list of what a re-attribution made.
func (r reader) readMade(reattribution *domain.Reattribution) error {
	return r.conn.Query("SELECT statement, revision FROM reattribution_statements WHERE reattribution = ? ORDER BY place",
		func(row recorddb.Row) error {
			reattribution.Made = append(reattribution.Made, domain.Made{Statement: row.Text(0), Revision: row.Int64(1)})
			return nil
		}, reattribution.ID)
}

// PutReattribution puts the next revision on record.
func (w writer) PutReattribution(r domain.Reattribution, caller string) error {
	if err := appendRevision(w.tx, reattributionTable, r.Record, caller, encode(&r, reattributionFields), reattributionValues(r)...); err != nil || r.Revision > 1 {
		return err
	}
	for place, made := range r.Made {
		if err := w.tx.Insert(insertMade, r.ID, place, made.Statement, made.Revision, w.tx.RecordTime()); err != nil {
			return err
		}
	}
	return nil
}

// PutNaming puts the next revisions of statements on record. Their words stay, and so
// do their entries in the index of words.
func (w writer) PutNaming(statements []domain.Statement, caller string) error {
	rows, refs, kinds := make([]revtable.Row, len(statements)), make([][]domain.Ref, len(statements)), make([]int64, len(statements))
	for i, s := range statements {
		rows[i] = revtable.Row{
			ID: s.ID, Revision: s.Revision, Deleted: s.IsHidden(), Restricted: s.Restricted, Caller: caller, Snapshot: encode(&s, statementFields),
		}
		refs[i], kinds[i] = refsOf(s)
	}
	values := func(i int) []any { return valuesOf(statements[i], kinds[i]) }
	return statementTable.AppendAll(w.tx, rows, values, func(i int) error {
		revision, err := w.RevisionValue(w.tx, rows[i].Revision)
		if err != nil {
			return err
		}
		if err := w.putRefs(statements[i], refs[i], revision); err != nil {
			return err
		}
		return w.addCorrectionEntities(statements[i], refs[i])
	})
}

// Naming finds the statements that refer to something.
func (w writer) Naming(value string, limit int, kinds ...domain.RefKind) (ids []string, err error) {
	seen := map[string]bool{}
	for _, kind := range kinds {
		err := w.conn.Query(w.namingSQL(), func(row recorddb.Row) error {
			if id := row.Text(0); !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
			return nil
		}, int(kind), value, recordtime.Forever, limit)
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), limit)], nil
}

func (d *dialect) namingSQL() string {
	return "SELECT k.id FROM statement_refs k " + d.Join + " statement_revisions s ON " + d.ByRevision +
		" WHERE k.kind = ? AND k.value = ? AND s.record_to = ? AND " + revtable.Shown("s", false, true) + " " + recorddb.Limit
}

// selectMade reads what re-attributions made. See recordcopy.NewKind for the
// parameters.
const selectMade = `SELECT reattribution, place, record_from, statement, revision FROM reattribution_statements
	WHERE (reattribution, place) > (?, ?) AND record_from <= ? ORDER BY reattribution, place ` + recorddb.Limit

// scanMade reads a row of selectMade, which never changes.
func scanMade(row recorddb.Row) recordcopy.Revision {
	return recordcopy.Revision{
		ID: row.Text(0), Number: row.Int64(1), From: recorddb.Time(row, 2), To: recordtime.Forever,
		Text: row.Text(3) + "/" + strconv.FormatInt(row.Int64(4), 10),
	}
}

// asItIs is the canonical form of a row without a snapshot.
func asItIs(snapshot []byte) ([]byte, error) { return snapshot, nil }
