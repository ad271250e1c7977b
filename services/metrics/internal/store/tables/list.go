package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// firstRows is for how many rows of a page there is room from the start: that of usual size is not moved while it grows.
const firstRows = 32

// list reads a page of a list.
func list[T any](
	r reader, query store.List, from revtable.Source, fields func(*snapshot.Codec, *T),
) (resources []T, err error) {
	sql, args, err := listOf(query, r.showRestricted).SQL(from)
	if err != nil {
		return nil, err
	}
	resources = make([]T, 0, min(query.Limit, firstRows))
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		var zero T
		resources = append(resources, zero)
		return decode(row.Text(0), &resources[len(resources)-1], fields)
	}, args...)
	return resources, err
}

// listOf is a list with or without what is restricted.
func listOf(query store.List, showRestricted bool) revtable.List {
	return revtable.List{
		At: query.At, Filter: query.Filter, Order: query.Order, After: query.After, Limit: query.Limit,
		ShowDeleted: query.ShowDeleted, ShowRestricted: showRestricted,
	}
}
