package tables

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var statementTable = revtable.New("statement_revisions", statementValues...)

// statementValues are the columns that follow from a statement, in the order of
// valuesOf.
var statementValues = []string{
	"create_time", "document", "document_version", "statement_type", "language_code", "event", "location",
	"parent_statement", "time_start", "time_end", "time_order", "ref_kinds",
	"original_language_code", "verbatim", "rank", "extraction_method", "extraction_tool", "extraction_confidence",
	"review_state", "anchor_state", "text_key", "appearance_count", "publish_start", "publish_end", "access_time",
}

// statementColumns are where the fields of domain.StatementFields are kept.
// ofStatement joins a reference to the revision it belongs to.
func statementColumns(ofStatement string) listquery.Columns {
	columns := listquery.Columns{
		"name":                       {Expr: "s.id"},
		"create_time":                {Expr: "s.create_time"},
		"update_time":                {Expr: "s.record_from"},
		"statement_type":             {Expr: "s.statement_type"},
		"language_code":              {Expr: "s.language_code"},
		"original_language_code":     {Expr: "s.original_language_code"},
		"verbatim":                   {Expr: "s.verbatim"},
		"restricted":                 isRestricted,
		"event":                      {Expr: "s.event"},
		"location":                   {Expr: "s.location"},
		"parent_statement":           {Expr: "s.parent_statement"},
		"rank":                       {Expr: "s.rank"},
		"extraction.method":          {Expr: "s.extraction_method"},
		"extraction.tool":            {Expr: "s.extraction_tool"},
		"extraction.confidence":      {Expr: "s.extraction_confidence"},
		"extraction.review_state":    {Expr: "s.review_state"},
		"latest_anchor.anchor_state": {Expr: "s.anchor_state"},
		"text_key":                   {Expr: "s.text_key"},
		"appearance_count":           {Expr: "s.appearance_count"},
		"statement_time":             {Expr: "s.time_start", End: "s.time_end"},
		"publish_time":               {Expr: "s.publish_start", End: "s.publish_end"},
		"access_time":                {Expr: "s.access_time"},
	}
	for field, kind := range domain.RefFields {
		if _, known := columns[field]; !known {
			columns[field] = refColumn(kind, ofStatement)
		}
	}
	return columns
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
	found, err = readAt(r, statementTable, id, at, &statement, statementFields)
	return statement, found, err
}

// StatementsByID reads many statements.
func (r reader) StatementsByID(ids []string, at recordtime.Time) (map[string]domain.Statement, error) {
	return byID(r, statementTable, ids, at, statementFields)
}

// Statements lists statements.
func (r reader) Statements(query store.List) ([]domain.Statement, error) {
	return list(r, query, r.statementSource(query.Filter, query.ShowDeprecated), statementFields)
}

// notDeprecated leaves out what is kept so that nobody adds it again.
const notDeprecated = "s.rank <> '" + domain.Deprecated + "'"

// statementSource chooses what yields the rows: the references to one value if
// the filter demands one, else an index of the order.
func (d *dialect) statementSource(filter listquery.Expr, showDeprecated bool) source {
	from := source{
		Source: revtable.Source{Table: statementTable.Name() + " s", Columns: d.statementColumns, Order: d.statementOrder}, filter: filter,
	}
	if !showDeprecated {
		from.Where = notDeprecated
	}
	ref, rest, ok := driver(filter, func(c listquery.Compare) bool {
		return domain.RefFields[c.Field] != 0 && (c.Op == listquery.OpEq || c.Op == listquery.OpHas && c.Kind == listquery.StringList)
	})
	if !ok {
		return from
	}
	from.Table = "statement_refs k " + d.Join + " " + statementTable.Name() + " s ON " + d.ByRevision
	where := recorddb.Conditions{}
	where.Add("k.kind = ? AND k.value = ?", int(domain.RefFields[ref.Field]), ref.Value.Text)
	where.Add(from.Where)
	from.Where, from.Args = where.String(), where.Args()
	from.Order, from.filter = d.refOrder, rest
	return from
}

// Revision reads one revision.
func (r reader) Revision(statement string, number int64, at recordtime.Time) (store.Revision, bool, error) {
	row, found, err := statementTable.Revision(r.conn, statement, number)
	if err != nil || !found || row.From > at || row.Restricted && !r.showRestricted {
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
	revisions := make([]store.Revision, 0, len(rows))
	for _, row := range rows {
		if row.Restricted && !r.showRestricted {
			break // and so are all before it
		}
		revision, err := revisionOf(row)
		if err != nil {
			return nil, err
		}
		revisions = append(revisions, revision)
	}
	return revisions, nil
}

func revisionOf(row revtable.Row) (store.Revision, error) {
	revision := store.Revision{Recorded: row.From, Caller: row.Caller}
	err := decode(string(row.Snapshot), &revision.Statement, statementFields)
	return revision, err
}

// PutStatement puts the next revision on record, with its references and, the
// first time, its words.
func (w writer) PutStatement(s domain.Statement, caller string) error {
	refs, kinds := refsOf(s)
	if err := appendRevision(w.tx, statementTable, s.Record, caller, encode(&s, statementFields), valuesOf(s, kinds)...); err != nil {
		return err
	}
	revision, err := w.RevisionValue(w.tx, s.Revision)
	if err != nil {
		return err
	}
	if err := w.putRefs(s, refs, revision); err != nil {
		return err
	}
	if err := w.addCorrectionEntities(s, refs); err != nil {
		return err
	}
	return w.words.Keep(w.tx, nowOf(s))
}

// putRefs puts the references of a revision on record.
func (w writer) putRefs(s domain.Statement, refs []domain.Ref, revision int64) error {
	created, id, of := any(s.Created), any(s.ID), any(revision) // once, not for each
	for _, ref := range refs {
		if err := w.tx.Insert(w.insertRef, int(ref.Kind), ref.Value, created, id, of); err != nil {
			return err
		}
	}
	return nil
}

// refsOf are the references of a statement as they are kept, in the order of their
// keys, and the flags of their kinds: two speakers may be one entity in two roles, and
// one row says it.
func refsOf(s domain.Statement) (refs []domain.Ref, kinds int64) {
	refs = s.Refs()
	for _, ref := range refs {
		kinds |= bit(ref.Kind)
	}
	slices.SortFunc(refs, func(a, b domain.Ref) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Value, b.Value))
	})
	return slices.CompactFunc(refs, func(a, b domain.Ref) bool { return a.Kind == b.Kind && a.Value == b.Value }), kinds
}

// valuesOf are the values of statementValues.
func valuesOf(s domain.Statement, kinds int64) []any {
	start, end := boundsOf(s.Time)
	publishStart, publishEnd := boundsOf(s.PublishTime)
	values := []any{
		s.Created, domain.DocumentName(s.Document), s.VersionName(), s.Type, s.LanguageCode,
		recorddb.NullText(s.Event), recorddb.NullText(s.Location), recorddb.NullText(s.Parent),
		start, end, s.Time.OrderKey(), kinds,
		recorddb.NullText(s.OriginalLanguageCode), s.Verbatim(), s.RankName(),
	}
	values = append(values, extractionOf(s.Extraction)...)
	var anchor, accessed any
	if s.LatestAnchor != nil {
		anchor = s.LatestAnchor.State
	}
	if !s.AccessTime.IsZero() {
		accessed = recordtime.FromTime(s.AccessTime)
	}
	return append(values, anchor, recorddb.NullText(s.TextKey), s.AppearanceCount(), publishStart, publishEnd, accessed)
}

// boundsOf are the two values by which a period is compared, NULL without a date.
func boundsOf(p domain.Period) (start, end any) {
	if from, to, ok := p.Bounds(); ok {
		return from, to
	}
	return nil, nil
}

// extractionOf are the values of how a statement was found: method, tool,
// confidence and review state.
func extractionOf(x *domain.Extraction) []any {
	if x == nil {
		return []any{nil, nil, nil, nil}
	}
	var confidence any
	if number, err := decimal.Parse(x.Confidence); err == nil {
		confidence = number.SortKey()
	}
	return []any{x.Method, recorddb.NullText(x.Tool), confidence, x.ReviewStateName()}
}

// referring finds a statement that refers to something: one that stands, or that was
// merged into another, and so has a redirect.
var referring = "WHERE k.kind = ? AND k.value = ? AND s.record_to = ? AND (" + revtable.Shown("s", false, true) +
	" OR " + revtable.Shown("s", true, true) + " AND s.ref_kinds & ? <> 0) LIMIT 1"

// Referring finds a statement that refers to something.
func (w writer) Referring(value string, kinds ...domain.RefKind) (id string, found bool, err error) {
	for _, kind := range kinds {
		found, err = w.conn.QueryOne("SELECT k.id FROM statement_refs k "+w.Join+" statement_revisions s ON "+w.ByRevision+
			" "+referring,
			func(row recorddb.Row) error {
				id = row.Text(0)
				return nil
			}, int(kind), value, recordtime.Forever, bit(domain.RefRedirect))
		if err != nil || found {
			return id, found, err
		}
	}
	return "", false, nil
}
