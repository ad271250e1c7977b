package work

import (
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Reader implements recordwrite.Reader.
type Reader struct{ Conn recorddb.Conn }

// Writer implements what recordwrite.Writer has beyond its Reader.
type Writer struct{ Tx recorddb.Tx }

// RecordTime is the transaction's place on the record axis.
func (w Writer) RecordTime() recordtime.Time { return w.Tx.RecordTime() }

// Clock is what this machine's clock showed when the transaction began.
func (w Writer) Clock() time.Time { return w.Tx.Clock() }

// Forget drops up to limit requests done before a time, and as many ends of stages, and returns how many it dropped.
func (w Writer) Forget(before recordtime.Time, limit int) (int, error) {
	requests, err := w.Tx.ExecCount(`DELETE FROM requests WHERE request_id IN
		(SELECT request_id FROM requests WHERE record_time < ? ORDER BY record_time LIMIT ?)`, before, limit)
	if err != nil {
		return 0, err
	}
	ends, err := w.Tx.ExecCount(`DELETE FROM stage_ends WHERE (request_id, record_time) IN
		(SELECT request_id, record_time FROM stage_ends WHERE record_time < ? ORDER BY record_time LIMIT ?)`, before, limit)
	return requests + ends, err
}

// key makes one key of all spellings of a UUID.
func key(id string) string { return strings.ToLower(id) }
