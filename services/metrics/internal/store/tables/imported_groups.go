package tables

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// importedGroup is rows that have one order key in common, in the order of their ids.
type importedGroup struct {
	// where is the condition on the rows, with its arguments; columns is the rest of the index, and so of the order.
	where string
	args  []any
	// key makes the columns of a place.
	columns string
	key     func(domain.ImportedID) []any
}

// wholeGroup is all rows.
func wholeGroup() importedGroup {
	return importedGroup{columns: "s.series, s.start_second, s.slot", key: func(id domain.ImportedID) []any {
		return []any{id.Series, secondOf(id.Start), id.Slot}
	}}
}

// groupsOf are the groups with a key of the first field of an order.
func groupsOf(field string, key recordtime.Time) []importedGroup {
	whole := wholeGroup()
	whole.args = []any{key}
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
		whole.key = func(id domain.ImportedID) []any {
			// The id of a figure whose period was corrected has another start: all of its series are before or after it.
			switch {
			case id.Start < key:
				id.Slot = -1
			case id.Start > key:
				id.Slot = maxSlot
			}
			return []any{id.Series, id.Slot}
		}
		return []importedGroup{whole}
	}
}

// groups reads the page from one group after the other.
func (l *importedList) groups() error {
	var from *recordtime.Time
	if len(l.query.After) > 0 {
		key, _ := l.query.After[0].(int64)
		at := recordtime.Time(key)
		from = &at
		if err := l.group(at, true); err != nil {
			return err
		}
	}
	for !l.full() {
		key, found, err := l.nextKey(l.query.Order[0], from)
		if err != nil || !found {
			return err
		}
		if err := l.group(key, false); err != nil {
			return err
		}
		from = &key
	}
	return nil
}

// group reads the rows with one key of the first field, in the order of the other fields; resumed says that the page before ended there.
func (l *importedList) group(key recordtime.Time, resumed bool) error {
	room := l.query.Limit - len(l.rows)
	next := listquery.OrderField{Field: nameField}
	if len(l.query.Order) > 1 {
		next = l.query.Order[1]
	}
	read := l.sorted
	if next.Field == nameField {
		read = l.merged
	}
	found, err := read(groupsOf(l.query.Order[0].Field, key), next.Desc, resumed, room)
	if err != nil {
		return err
	}
	l.rows = append(l.rows, l.firstOf(found, room)...)
	return nil
}

// merged reads groups of rows by name, of each as many as the page has room for.
func (l *importedList) merged(groups []importedGroup, desc, resumed bool, room int) (found []importedRow, err error) {
	var place *domain.ImportedID
	if resumed {
		var some bool
		if place, some = l.afterName(1, desc); !some {
			return nil, nil
		}
	}
	for _, group := range groups {
		end := len(found) + room
		err := l.scan(group, desc, place, l.batch(), func(row importedRow) bool {
			found = append(found, row)
			return len(found) < end
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// sorted reads all rows of groups, and keeps as many of the first as the page has room for.
func (l *importedList) sorted(groups []importedGroup, _, resumed bool, room int) (found []importedRow, err error) {
	for _, group := range groups {
		err := l.scan(group, false, nil, importedBatch, func(row importedRow) bool {
			if resumed && !l.comesAfter(&row) {
				return true
			}
			if found = append(found, row); len(found) >= room+importedBatch {
				found = l.firstOf(found, room)
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// firstOf sorts rows and returns the first.
func (l *importedList) firstOf(rows []importedRow, count int) []importedRow {
	slices.SortFunc(rows, func(a, b importedRow) int {
		for _, by := range l.query.Order {
			if c := compareKeys(a.orderKey(by.Field), b.orderKey(by.Field), by.Desc); c != 0 {
				return c
			}
		}
		return 0
	})
	return rows[:min(len(rows), count)]
}

// comesAfter says whether a row is behind the page before.
func (l *importedList) comesAfter(row *importedRow) bool {
	for i, key := range l.query.After {
		by := l.query.Order[i]
		if c := compareKeys(row.orderKey(by.Field), key, by.Desc); c != 0 {
			return c > 0
		}
	}
	return false
}

// fewMembers is of how many series the next start is asked for one by one.
const fewMembers = 64

// nextKey is the next key of a field that a row may have.
func (l *importedList) nextKey(first listquery.OrderField, from *recordtime.Time) (key recordtime.Time, found bool, err error) {
	if first.Field != "time_period" {
		var where recorddb.Conditions
		where.Add("record_time <= ?", l.at)
		if l.metric != "" {
			where.Add("metric = ?", l.metric)
		}
		second, found, err := l.nextOf("imports", "record_time", first.Desc, where, (*int64)(from))
		return recordtime.Time(second), found, err
	}
	var after *int64
	if from != nil {
		second := secondOf(*from)
		after = &second
	}
	if l.members == nil || len(l.members) > fewMembers {
		second, found, err := l.nextOf("observations", "start_second", first.Desc, recorddb.Conditions{}, after)
		return startOf(second), found, err
	}
	var next int64
	for _, series := range l.members {
		var where recorddb.Conditions
		where.Add("series = ?", series)
		second, some, err := l.nextOf("observations", "start_second", first.Desc, where, after)
		if err != nil {
			return 0, false, err
		}
		if some && (!found || (second < next) != first.Desc) {
			next, found = second, true
		}
	}
	return startOf(next), found, nil
}

// nextOf is the next value of a column, after one.
func (l *importedList) nextOf(
	table, column string, desc bool, where recorddb.Conditions, after *int64,
) (value int64, found bool, err error) {
	comparison, order := " > ?", ""
	if desc {
		comparison, order = " < ?", " DESC"
	}
	if after != nil {
		where.Add(column+comparison, *after)
	} else {
		where.Add(column + " IS NOT NULL")
	}
	found, err = l.Conn.QueryOne("SELECT "+column+" FROM "+table+" WHERE "+where.String()+" ORDER BY "+column+order+" LIMIT 1",
		func(row recorddb.Row) error {
			value = row.Int64(0)
			return nil
		}, where.Args()...)
	return value, found, err
}

// shown is the condition that a list has a row, whatever its filter.
func (l *importedList) shown() (where recorddb.Conditions) {
	where.Add(importedVisible, l.at, l.at)
	if !l.query.ShowDeleted {
		where.Add("s.deleted = 0")
	}
	return where
}

// sql is the query of rows of a group and of a run of series, after a place.
func (l *importedList) sql(group importedGroup, desc bool, place *domain.ImportedID, run seriesRun) (string, []any) {
	where := l.shown()
	where.Add(group.where, group.args...)
	if l.metric != "" {
		// Where there is a place, it is the near end: a planner might begin at the other.
		if desc || place == nil {
			where.Add("s.series >= ?", run.first)
		}
		if !desc || place == nil {
			where.Add("s.series <= ?", run.last)
		}
	}
	comparison, order := ">", group.columns
	if desc {
		comparison, order = "<", descending(group.columns)
	}
	if place != nil {
		keys := group.key(*place)
		where.Add("("+group.columns+") "+comparison+" ("+recorddb.Placeholders(len(keys))+")", keys...)
	}
	return "SELECT " + importedColumns + " FROM observations s WHERE " + where.String() + " ORDER BY " + order + " " + recorddb.Limit,
		where.Args()
}

// descending turns the order of columns around.
func descending(columns string) string { return strings.ReplaceAll(columns, ",", " DESC,") + " DESC" }
