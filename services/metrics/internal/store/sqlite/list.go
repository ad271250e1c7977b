package sqlite

import (
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
)

// list reads a page of a list.
func list[T any](conn *sqlitedb.Conn, query store.List, from revtable.Source) (resources []T, err error) {
	sql, args, err := revtable.List(query).SQL(from)
	if err != nil {
		return nil, err
	}
	err = conn.Query(sql, func(row *sqlitedb.Row) error {
		var resource T
		if err := decode(sqlitedb.Bytes(row, 0), &resource); err != nil {
			return err
		}
		resources = append(resources, resource)
		return nil
	}, args...)
	return resources, err
}
