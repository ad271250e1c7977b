package sqlite

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// source is where the rows of a list come from. The table of revisions has the
// alias s.
type source struct {
	table string
	// where is a condition that comes first, with its arguments.
	where string
	args  []any
	// columns are those of filters, order those of orders: where an order has
	// its own index the two differ.
	columns, order listquery.Columns
}

// list reads a page of a list.
func list[T any](conn *sqlitedb.Conn, query store.List, from source) (resources []T, err error) {
	sql, args, err := listSQL(query, from)
	if err != nil {
		return nil, err
	}
	err = conn.Query(sql, func(row *sqlitedb.Row) error {
		var resource T
		if err := decodeColumn(row, &resource); err != nil {
			return err
		}
		resources = append(resources, resource)
		return nil
	}, args...)
	return resources, err
}

// listSQL builds the query of a page.
func listSQL(query store.List, from source) (sql string, args []any, err error) {
	var where conditions
	where.add(from.where, from.args...)
	at := min(query.At, recordtime.Forever-1) // what is current ends at Forever
	where.add(revtable.Visible("s"), at, at)
	if !query.ShowDeleted {
		where.add("s.deleted = 0")
	}
	filter, filterArgs, err := listquery.SQL(query.Filter, from.columns, listquery.Question)
	if err != nil {
		return "", nil, err
	}
	where.add(filter, filterArgs...)
	after, afterArgs, err := listquery.After(query.Order, query.After, from.order, listquery.Question)
	if err != nil {
		return "", nil, err
	}
	where.add(after, afterArgs...)
	order, err := listquery.OrderSQL(query.Order, from.order)
	if err != nil {
		return "", nil, err
	}
	sql = "SELECT s.snapshot FROM " + from.table + " WHERE " + where.String() + " ORDER BY " + order + " " + sqlitedb.Limit
	return sql, append(where.args, query.Limit), nil
}

// conditions are joined by AND.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) add(term string, args ...any) {
	if term != "" {
		c.terms = append(c.terms, "("+term+")")
		c.args = append(c.args, args...)
	}
}

// String returns the condition for WHERE.
func (c *conditions) String() string { return strings.Join(c.terms, " AND ") }

// driver finds a comparison that every row must meet and whose values are
// keyed: its index then yields the rows.
func driver(filter listquery.Expr, keyed func(listquery.Compare) bool) (listquery.Compare, bool) {
	switch e := filter.(type) {
	case listquery.And:
		if found, ok := driver(e.Left, keyed); ok {
			return found, true
		}
		return driver(e.Right, keyed)
	case listquery.Compare:
		return e, keyed(e)
	default:
		return listquery.Compare{}, false
	}
}
