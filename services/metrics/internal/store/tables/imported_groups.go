package tables

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// importedGroup is rows that have one order key in common, in the order of their ids. The zero group is all rows.
type importedGroup struct {
	// where is the condition on the rows, with its arguments; columns is the rest of the index, and so of the order.
	where string
	args  []any
	// key makes the columns of a place.
	columns string
	key     func(domain.ImportedID) []any
}

func wholeKey(id domain.ImportedID) []any { return []any{id.Series, secondOf(id.Start), id.Slot} }

// groupsOf are the groups with a key of the first field of an order.
func (l *importedList) groupsOf(field string, key recordtime.Time) []importedGroup {
	whole := importedGroup{args: []any{key}, columns: "s.series, s.start_second, s.slot", key: wholeKey}
	switch field {
	case "update_time":
		whole.where = "s.record_from = ?"
		return []importedGroup{whole}
	case "create_time":
		first, later := whole, whole
		first.where, later.where = "s.record_from = ? AND s.create_time IS NULL", "s.create_time = ?"
		return []importedGroup{first, later}
	default:
		whole.where, whole.columns, whole.args = "s.start_second = ?", "s.series, s.slot", []any{secondOf(key)}
		whole.key = func(id domain.ImportedID) []any { return []any{id.Series, id.Slot} }
		return []importedGroup{whole}
	}
}

// groups reads the page from one group after the other.
func (l *importedList) groups(first listquery.OrderField, nameDesc bool) error {
	var from *recordtime.Time
	if len(l.query.After) > 0 {
		key, _ := l.query.After[0].(int64)
		at := recordtime.Time(key)
		from = &at
		if err := l.group(first.Field, at, nameDesc, l.afterName(l.query.After)); err != nil {
			return err
		}
	}
	for !l.full() {
		key, found, err := l.nextKey(first, from)
		if err != nil || !found {
			return err
		}
		if err := l.group(first.Field, key, nameDesc, ""); err != nil {
			return err
		}
		from = &key
	}
	return nil
}

// group reads the rows with one key of the first field, two groups of rows merged by name.
func (l *importedList) group(field string, key recordtime.Time, desc bool, after string) error {
	before := len(l.taken)
	limit := l.query.Limit
	for _, group := range l.groupsOf(field, key) {
		l.query.Limit = len(l.taken) + limit - before // of each group as many as may be needed
		if err := l.rows(group, desc, after); err != nil {
			return err
		}
	}
	l.query.Limit = limit
	sortByName(l.taken[before:], desc)
	l.taken = l.taken[:min(len(l.taken), limit)]
	return nil
}

// nextKey is the next key of a field that a row may have.
func (l *importedList) nextKey(first listquery.OrderField, from *recordtime.Time) (key recordtime.Time, found bool, err error) {
	column, table := "record_time", "imports"
	var where recorddb.Conditions
	if first.Field == "time_period" {
		column, table = "start_second", "observations"
	} else {
		where.Add("record_time <= ?", l.at)
		if l.metric != "" {
			where.Add("metric = ?", l.metric)
		}
	}
	comparison, order := " > ?", ""
	if first.Desc {
		comparison, order = " < ?", " DESC"
	}
	if from != nil {
		value := int64(*from)
		if first.Field == "time_period" {
			value = secondOf(*from)
		}
		where.Add(column+comparison, value)
	} else {
		where.Add(column + " IS NOT NULL")
	}
	found, err = l.conn.QueryOne("SELECT "+column+" FROM "+table+" WHERE "+where.String()+" ORDER BY "+column+order+" LIMIT 1",
		func(row recorddb.Row) error {
			if key = recorddb.Time(row, 0); first.Field == "time_period" {
				key = startOf(row.Int64(0))
			}
			return nil
		}, where.Args()...)
	return key, found, err
}

// rows reads rows of a group, after a name, until the page is full.
func (l *importedList) rows(group importedGroup, desc bool, after string) error {
	if group.columns == "" {
		group.columns, group.key = "s.series, s.start_second, s.slot", wholeKey
	}
	place, known := domain.ParseImportedID(after)
	batch := max(l.query.Limit-len(l.taken), 1)
	skip := after != "" && !known // a name that is no imported figure's
	if l.query.Filter != nil || skip {
		batch = max(batch, importedBatch)
	}
	for !l.full() {
		sql, args := l.sql(group, desc, place, known)
		rows, err := l.importedRows(sql, append(args, batch)...)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if l.full() {
				return nil
			}
			if skip && (row.key.String() <= after) != desc {
				continue
			}
			if err := l.take(row); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
		place, known = rows[len(rows)-1].key, true
	}
	return nil
}

// sql is the query of rows of a group after a place.
func (l *importedList) sql(group importedGroup, desc bool, place domain.ImportedID, placed bool) (string, []any) {
	var where recorddb.Conditions
	where.Add(group.where, group.args...)
	where.Add(importedVisible, l.at, l.at)
	if !l.query.ShowDeleted {
		where.Add("s.deleted = 0")
	}
	comparison, order := ">", group.columns
	if desc {
		comparison, order = "<", descending(group.columns)
	}
	if placed {
		keys := group.key(place)
		where.Add("("+group.columns+") "+comparison+" ("+recorddb.Placeholders(len(keys))+")", keys...)
	}
	return "SELECT " + importedColumns + " FROM observations s WHERE " + where.String() + " ORDER BY " + order + " " + recorddb.Limit,
		where.Args()
}

// descending turns the order of columns around.
func descending(columns string) string { return strings.ReplaceAll(columns, ",", " DESC,") + " DESC" }

// sortByName sorts figures by their names.
func sortByName(figures []domain.Figure, desc bool) {
	slices.SortFunc(figures, func(a, b domain.Figure) int {
		if desc {
			a, b = b, a
		}
		return strings.Compare(a.ID, b.ID)
	})
}
