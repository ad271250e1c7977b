package tables

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// source is where the rows of a list come from, and what is left of its filter.
type source struct {
	revtable.Source
	filter listquery.Expr
	// showRestricted says that what is restricted is among them.
	showRestricted bool
}

// firstRows is for how many rows of a page there is room from the start: that of
// usual size is not moved while it grows.
const firstRows = 32

// list reads a page of a list.
func list[T any](
	r reader, query store.List, from source, fields func(*snapshot.Codec, *T),
) (resources []T, err error) {
	from.showRestricted = r.showRestricted
	sql, args, err := listSQL(query, from)
	if err != nil {
		return nil, err
	}
	resources = make([]T, 0, min(query.Limit, firstRows))
	err = r.conn.Query(sql, func(row recorddb.Row) error {
		var zero T
		resources = append(resources, zero)
		return decode(row.Text(0), &resources[len(resources)-1], fields)
	}, args...)
	return resources, err
}

func listSQL(query store.List, from source) (sql string, args []any, err error) {
	return revtable.List{
		At: query.At, Filter: from.filter, Order: query.Order, After: query.After, Limit: query.Limit,
		ShowDeleted: query.ShowDeleted, ShowRestricted: from.showRestricted,
	}.SQL(from.Source)
}

// driver finds a comparison that every row must meet and whose values are
// keyed: its index then yields the rows. rest is the filter without it; told
// twice, a planner would think that few rows meet both.
func driver(filter listquery.Expr, keyed func(listquery.Compare) bool) (found listquery.Compare, rest listquery.Expr, ok bool) {
	switch e := filter.(type) {
	case listquery.And:
		if found, rest, ok = driver(e.Left, keyed); ok {
			return found, both(rest, e.Right), true
		}
		found, rest, ok = driver(e.Right, keyed)
		return found, both(e.Left, rest), ok
	case listquery.Compare:
		if keyed(e) {
			return e, nil, true
		}
	}
	return listquery.Compare{}, filter, false
}

// both joins two filters; nil is none.
func both(left, right listquery.Expr) listquery.Expr {
	switch {
	case left == nil:
		return right
	case right == nil:
		return left
	default:
		return listquery.And{Left: left, Right: right}
	}
}

// orderedByTime makes the columns of an order: what has no date in the field has a
// place in it, though it has no value to compare.
func orderedByTime(columns listquery.Columns, field string) listquery.Columns {
	order := withOrder(columns, "s")
	order[field] = listquery.Column{Expr: "s.time_order"}
	return order
}
