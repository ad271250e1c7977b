package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// readAt reads the revision of one resource that was the record's answer at a time.
func readAt[T any](
	r reader, table *revtable.Table, id string, at recordtime.Time, resource *T, fields func(*snapshot.Codec, *T),
) (bool, error) {
	stored, restricted, found, err := table.SnapshotAt(r.conn, id, at)
	if err != nil || !found || restricted && !r.showRestricted {
		return false, err
	}
	return true, decode(stored, resource, fields)
}

// byID reads the revisions of many resources that were the record's answer at a
// time.
func byID[T any](
	r reader, table *revtable.Table, ids []string, at recordtime.Time, fields func(*snapshot.Codec, *T),
) (map[string]T, error) {
	rows, err := table.Many(r.conn, ids, at)
	if err != nil {
		return nil, err
	}
	resources := make(map[string]T, len(rows))
	for id, row := range rows {
		if row.Restricted && !r.showRestricted {
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

// appendRevision puts the next revision of a resource on record.
func appendRevision(
	tx recorddb.Tx, table *revtable.Table, record domain.Record, caller string, snapshot []byte, columns ...any,
) error {
	return table.Append(tx, revtable.Row{
		ID: record.ID, Revision: record.Revision, Deleted: record.IsHidden(), Erased: record.Erased != nil, Restricted: record.Restricted,
		Caller: caller, Snapshot: snapshot,
	}, columns...)
}
