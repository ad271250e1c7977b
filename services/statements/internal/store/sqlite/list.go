package sqlite

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// list reads a page of a list.
func list[T any](conn *sqlitedb.Conn, query store.List, from revtable.Source) (resources []T, err error) {
	sql, args, err := revtable.List(query).SQL(from)
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
