package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// selectEnded finds embargoes that have ended by a time: one range of an index that has nothing else.
const selectEnded = "SELECT id FROM figure_revisions WHERE record_to = ? AND embargo_end <= ? ORDER BY embargo_end, id " + recorddb.Limit

// EndedEmbargoes finds embargoes that have ended, and are not recorded as ended yet.
func (r reader) EndedEmbargoes(by recordtime.Time, limit int) (ids []string, err error) {
	err = r.Conn.Query(selectEnded, func(row recorddb.Row) error {
		ids = append(ids, row.Text(0))
		return nil
	}, recordtime.Forever, by, limit)
	return ids, err
}
