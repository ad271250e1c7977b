package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
)

// list reads a page of a list.
func list[T any](conn recorddb.Conn, query store.List, from revtable.Source) (resources []T, err error) {
	sql, args, err := revtable.List(query).SQL(from)
	if err != nil {
		return nil, err
	}
	err = conn.Query(sql, func(row recorddb.Row) error {
		var resource T
		if err := decode(row.Bytes(0), &resource); err != nil {
			return err
		}
		resources = append(resources, resource)
		return nil
	}, args...)
	return resources, err
}
