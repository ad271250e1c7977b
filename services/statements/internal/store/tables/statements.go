package tables

import (
	"strconv"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var statementTable = revtable.New("statement_revisions",
	"create_time", "document", "document_version", "statement_type", "language_code", "event", "location",
	"parent_statement", "time_start", "time_end", "time_order", "ref_kinds")

// statementColumns are where the fields of domain.StatementFields are kept.
// ofStatement joins a reference to the revision it belongs to.
func statementColumns(ofStatement string) listquery.Columns {
	return listquery.Columns{
		"name":             {Expr: "s.id"},
		"create_time":      {Expr: "s.create_time"},
		"update_time":      {Expr: "s.record_from"},
		"document":         {Expr: "s.document"},
		"document_version": {Expr: "s.document_version"},
		"statement_type":   {Expr: "s.statement_type"},
		"language_code":    {Expr: "s.language_code"},
		"event":            {Expr: "s.event"},
		"location":         {Expr: "s.location"},
		"parent_statement": {Expr: "s.parent_statement"},
		"statement_time":   {Expr: "s.time_start", End: "s.time_end"},
		"speaker":          refColumn(domain.RefSpeaker, ofStatement),
		"affiliation":      refColumn(domain.RefAffiliation, ofStatement),
		"audience":         refColumn(domain.RefAudience, ofStatement),
		"role":             refColumn(domain.RefRole, ofStatement),
	}
}

// orderByTime makes the columns of an order: a statement without a date has a
// place in it, though it has no value to compare.
func orderByTime(columns listquery.Columns) listquery.Columns {
	order := withOrder(columns, "s")
	order["statement_time"] = listquery.Column{Expr: "s.time_order"}
	return order
}

// refColumn tests a reference of a revision by primary key.
func refColumn(kind domain.RefKind, ofStatement string) listquery.Column {
	return listquery.Column{
		Has: "EXISTS (SELECT 1 FROM statement_refs k WHERE k.kind = " + strconv.Itoa(int(kind)) + " AND k.value = ?" + ofStatement,
		Set: "s.ref_kinds & " + strconv.FormatInt(bit(kind), 10) + " <> 0",
	}
}

// bit is the flag of a kind of reference in ref_kinds.
func bit(kind domain.RefKind) int64 { return 1 << kind }

// Statement reads a statement.
func (r reader) Statement(id string, at recordtime.Time) (statement domain.Statement, found bool, err error) {
	found, err = at1(r.conn, statementTable, id, at, &statement)
	return statement, found, err
}

// StatementsByID reads many statements.
func (r reader) StatementsByID(ids []string, at recordtime.Time) (map[string]domain.Statement, error) {
	return byID[domain.Statement](r.conn, statementTable, ids, at)
}

// Statements lists statements.
func (r reader) Statements(query store.List) ([]domain.Statement, error) {
	return list[domain.Statement](r.conn, query, r.statementSource(query.Filter))
}

// statementSource chooses what yields the rows: the references to one value if
// the filter demands one, else an index of the order.
func (d *dialect) statementSource(filter listquery.Expr) source {
	from := source{revtable.Source{Table: statementTable.Name() + " s", Columns: d.statementColumns, Order: d.statementOrder}, filter}
	ref, rest, ok := driver(filter, func(c listquery.Compare) bool {
		return domain.RefFields[c.Field] != 0 && (c.Op == listquery.OpEq || c.Op == listquery.OpHas && c.Kind == listquery.StringList)
	})
	if !ok {
		return from
	}
	from.Table = "statement_refs k " + d.Join + " " + statementTable.Name() + " s ON " + d.ByRevision
	from.Where, from.Args = "k.kind = ? AND k.value = ?", []any{int(domain.RefFields[ref.Field]), ref.Value.Text}
	from.Order, from.filter = d.refOrder, rest
	return from
}

// Revision reads one revision.
func (r reader) Revision(statement string, number int64, at recordtime.Time) (store.Revision, bool, error) {
	row, found, err := statementTable.Revision(r.conn, statement, number)
	if err != nil || !found || row.From > at {
		return store.Revision{}, false, err
	}
	revision, err := revisionOf(row)
	return revision, true, err
}

// Revisions lists revisions, newest first.
func (r reader) Revisions(statement string, at recordtime.Time, before int64, limit int) ([]store.Revision, error) {
	rows, err := statementTable.Revisions(r.conn, statement, at, before, limit)
	if err != nil {
		return nil, err
	}
	revisions := make([]store.Revision, len(rows))
	for i, row := range rows {
		if revisions[i], err = revisionOf(row); err != nil {
			return nil, err
		}
	}
	return revisions, nil
}

func revisionOf(row revtable.Row) (store.Revision, error) {
	revision := store.Revision{Recorded: row.From, Caller: row.Caller}
	err := decode(string(row.Snapshot), &revision.Statement)
	return revision, err
}

// PutStatement puts the next revision on record, with its references and, the
// first time, its words.
func (w writer) PutStatement(s domain.Statement, caller string) error {
	refs, kinds := s.Refs(), int64(0)
	for _, ref := range refs {
		kinds |= bit(ref.Kind)
	}
	var start, end any
	if from, to, ok := s.Time.Bounds(); ok {
		start, end = from, to
	}
	err := appendRevision(w.tx, statementTable, s.Record, caller, s,
		s.Created, domain.DocumentName(s.Document), s.VersionName(), s.Type, s.LanguageCode,
		recorddb.NullText(s.Event), recorddb.NullText(s.Location), recorddb.NullText(s.Parent),
		start, end, s.Time.OrderKey(), kinds)
	if err != nil {
		return err
	}
	revision, err := w.RevisionValue(w.tx, s.Revision)
	if err != nil {
		return err
	}
	type key struct {
		kind  domain.RefKind
		value string
	}
	seen := make(map[key]bool, len(refs))
	for _, ref := range refs {
		// Two speakers may be one entity in two roles: one row says it.
		k := key{ref.Kind, ref.Value}
		if seen[k] {
			continue
		}
		seen[k] = true
		if err := w.tx.Insert(w.insertRef, int(ref.Kind), ref.Value, s.Created, s.ID, revision); err != nil {
			return err
		}
	}
	return w.index(s)
}

// Referring finds a statement that refers to something.
func (w writer) Referring(value string, kinds ...domain.RefKind) (id string, found bool, err error) {
	for _, kind := range kinds {
		found, err = w.conn.QueryOne("SELECT k.id FROM statement_refs k "+w.Join+" statement_revisions s ON "+w.ByRevision+
			" WHERE k.kind = ? AND k.value = ? AND s.record_to = ? AND s.deleted = 0 LIMIT 1",
			func(row recorddb.Row) error {
				id = row.Text(0)
				return nil
			}, int(kind), value, recordtime.Forever)
		if err != nil || found {
			return id, found, err
		}
	}
	return "", false, nil
}
