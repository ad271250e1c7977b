package tables

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	// byRow tells rows apart by themselves.
	byRow = "s.id"
	// isDeprecated is the condition of an index.
	isDeprecated = "s.rank = '" + domain.Deprecated + "'"
)

// Count counts statements.
func (r reader) Count(query store.Count) (counts store.Counts, err error) {
	from := r.countSource(query.Filter, query.ShowDeprecated)
	if counts.Total, err = r.total(query, from); err != nil || query.GroupBy == "" {
		return counts, err
	}
	if column := r.statementColumns[query.GroupBy].Expr; column != "" {
		return counts, r.groupRows(&counts, query, from, "COALESCE("+column+", '')")
	}
	kind := domain.RefFields[query.GroupBy]
	switch {
	case len(from.Args) == 0:
		return counts, r.groupRefs(&counts, query, kind)
	case counts.Total <= r.GroupSnapshots:
		return counts, r.groupSnapshots(&counts, query, from, kind)
	default:
		return counts, r.groupRefsOf(&counts, query, from, kind)
	}
}

// countSource is where the statements come from that are counted.
func (r reader) countSource(filter listquery.Expr, showDeprecated bool) source {
	from := r.statementSource(filter, showDeprecated)
	from.showRestricted = r.showRestricted
	return from
}

// total counts the statements. All of them are counted by an index alone: what is
// DEPRECATED is few, has an index of its own and is taken off.
func (r reader) total(query store.Count, from source) (int, error) {
	if query.Filter != nil || query.ShowDeprecated {
		return r.countRows(query, from, byRow, "")
	}
	whole := r.countSource(nil, true)
	all, err := r.countRows(query, whole, byRow, "")
	if err != nil {
		return 0, err
	}
	deprecated, err := r.countRows(query, whole, byRow, isDeprecated)
	return all - deprecated, err
}

// countRows counts what is told apart by an expression, where a condition holds.
func (r reader) countRows(query store.Count, from source, distinct, condition string) (count int, err error) {
	sql, args, err := countSQL(query, from, distinct, condition)
	if err != nil {
		return 0, err
	}
	_, err = r.conn.QueryOne(sql, func(row recorddb.Row) error {
		count = int(row.Int64(0))
		return nil
	}, args...)
	return count, err
}

func countSQL(query store.Count, from source, distinct, condition string) (sql string, args []any, err error) {
	where, err := matching(query, from)
	if err != nil {
		return "", nil, err
	}
	where.Add(condition)
	what := "COUNT(*)"
	if distinct != byRow {
		what = "COUNT(DISTINCT " + distinct + ")"
	}
	return "SELECT " + what + " FROM " + from.Table + " WHERE " + where.String(), where.Args(), nil
}

func matching(query store.Count, from source) (recorddb.Conditions, error) {
	return revtable.List{At: query.At, Filter: from.filter, ShowDeleted: query.ShowDeleted, ShowRestricted: from.showRestricted}.Matching(from.Source)
}

// groupRows groups the rows of a source by an expression.
func (r reader) groupRows(counts *store.Counts, query store.Count, from source, value string) error {
	where, err := matching(query, from)
	if err != nil {
		return err
	}
	sql := "SELECT " + value + " AS v, COUNT(*) AS n FROM " + from.Table + " WHERE " + where.String() +
		" GROUP BY v ORDER BY n DESC, v " + recorddb.Limit
	err = r.addGroups(counts, sql, where.Args(query.Limit)...)
	if err != nil || len(counts.Groups) < query.Limit {
		return err
	}
	values, err := r.countRows(query, from, value, "")
	counts.Others = values - len(counts.Groups)
	return err
}

// groupRefs groups by a kind of reference; statements without one are a group too.
func (r reader) groupRefs(counts *store.Counts, query store.Count, kind domain.RefKind) error {
	none, err := r.countRows(query, r.countSource(query.Filter, query.ShowDeprecated), byRow,
		"s.ref_kinds & "+strconv.FormatInt(bit(kind), 10)+" = 0")
	if err != nil {
		return err
	}
	from := source{Source: revtable.Source{
		Table: "statement_refs k " + r.Join + " " + statementTable.Name() + " s ON " + r.ByRevision, Columns: r.statementColumns,
	}, filter: query.Filter, showRestricted: r.showRestricted}
	var where recorddb.Conditions
	where.Add("k.kind = ?", int(kind))
	if !query.ShowDeprecated {
		where.Add(notDeprecated)
	}
	from.Where, from.Args = where.String(), where.Args()
	if err := r.groupRows(counts, query, from, "k.value"); err != nil {
		return err
	}
	addNone(counts, none, query.Limit)
	return nil
}

// groupRefsOf groups the rows of a source by a kind of reference: all references of
// the kind are looked through, and no snapshot is read.
func (r reader) groupRefsOf(counts *store.Counts, query store.Count, from source, kind domain.RefKind) error {
	none, err := r.countRows(query, from, byRow, "s.ref_kinds & "+strconv.FormatInt(bit(kind), 10)+" = 0")
	if err != nil {
		return err
	}
	matching, err := matching(query, from)
	if err != nil {
		return err
	}
	var where recorddb.Conditions
	where.Add("g.kind = ?", int(kind))
	where.Add("("+r.keyColumns("g")+") IN (SELECT "+r.keyColumns("s")+" FROM "+from.Table+" WHERE "+matching.String()+")", matching.Args()...)
	sql := "SELECT g.value, COUNT(*) AS n FROM statement_refs g WHERE " + where.String() + " GROUP BY g.value ORDER BY n DESC, g.value " + recorddb.Limit
	if err := r.addGroups(counts, sql, where.Args(query.Limit)...); err != nil {
		return err
	}
	if len(counts.Groups) == query.Limit {
		_, err := r.conn.QueryOne("SELECT COUNT(DISTINCT g.value) FROM statement_refs g WHERE "+where.String(), func(row recorddb.Row) error {
			counts.Others = int(row.Int64(0)) - len(counts.Groups)
			return nil
		}, where.Args()...)
		if err != nil {
			return err
		}
	}
	addNone(counts, none, query.Limit)
	return nil
}

// addGroups adds the values and counts that a query yields.
func (r reader) addGroups(counts *store.Counts, sql string, args ...any) error {
	return r.conn.Query(sql, func(row recorddb.Row) error {
		counts.Groups = append(counts.Groups, store.Group{Value: row.Text(0), Count: int(row.Int64(1))})
		return nil
	}, args...)
}

// addNone adds the group of the statements without a value.
func addNone(counts *store.Counts, none, limit int) {
	if none > 0 {
		counts.Groups = append(counts.Groups, store.Group{Count: none})
		sortGroups(counts, limit)
	}
}

// groupSnapshots groups the rows of a source by the references in their snapshots.
func (r reader) groupSnapshots(counts *store.Counts, query store.Count, from source, kind domain.RefKind) error {
	where, err := matching(query, from)
	if err != nil {
		return err
	}
	groups := map[string]int{}
	err = r.conn.Query("SELECT s.snapshot FROM "+from.Table+" WHERE "+where.String(), func(row recorddb.Row) error {
		var statement domain.Statement
		if err := decode(row.Text(0), &statement, statementFields); err != nil {
			return err
		}
		for _, value := range valuesOfKind(statement, kind) {
			groups[value]++
		}
		return nil
	}, where.Args()...)
	for value, count := range groups {
		counts.Groups = append(counts.Groups, store.Group{Value: value, Count: count})
	}
	sortGroups(counts, query.Limit)
	return err
}

// valuesOfKind are the references of one kind, each once; "" if there is none.
func valuesOfKind(statement domain.Statement, kind domain.RefKind) (values []string) {
	for _, ref := range statement.Refs() {
		if ref.Kind == kind && !slices.Contains(values, ref.Value) {
			values = append(values, ref.Value)
		}
	}
	if values == nil {
		return []string{""}
	}
	return values
}

// sortGroups orders the groups, and counts those beyond the limit.
func sortGroups(counts *store.Counts, limit int) {
	slices.SortFunc(counts.Groups, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	if beyond := len(counts.Groups) - limit; beyond > 0 {
		counts.Groups, counts.Others = counts.Groups[:limit], counts.Others+beyond
	}
}
