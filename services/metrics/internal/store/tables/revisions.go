package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// readAt reads the revision of one resource that was the record's answer at a time.
func readAt[T any](
	r reader, table *revtable.Table, id string, at recordtime.Time, resource *T, fields func(*snapshot.Codec, *T),
) (bool, error) {
	stored, restricted, found, err := table.SnapshotAt(r.Conn, id, at)
	if err != nil || !found || restricted && !r.showRestricted {
		return false, err
	}
	return true, decode(stored, resource, fields)
}

// byID reads the revisions of many resources that were the record's answer at a time.
func byID[T any](
	r reader, table *revtable.Table, ids []string, at recordtime.Time, fields func(*snapshot.Codec, *T),
) (map[string]T, error) {
	rows, err := table.Many(r.Conn, ids, at)
	if err != nil {
		return nil, err
	}
	resources := make(map[string]T, len(rows))
	for id, row := range rows {
		if r.hides(row) {
			continue
		}
		var resource T
		if err := decode(string(row.Snapshot), &resource, fields); err != nil {
			return nil, err
		}
		resources[id] = resource
	}
	return resources, nil
}

// hides says that a revision is none for this reader.
func (r reader) hides(row revtable.Row) bool { return row.Restricted && !r.showRestricted }

// visible makes a read at store.Newest one that ends of intervals can be compared with: what is current ends at recordtime.Forever.
func visible(at recordtime.Time) recordtime.Time { return min(at, recordtime.Forever-1) }
