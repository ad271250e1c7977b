package staging

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
)

// Outcome is how a stage ended.
type Outcome string

// The outcomes.
const (
	Published Outcome = "PUBLISHED"
	Discarded Outcome = "DISCARDED"
)

// Stage is a set of writes that was checked and set aside.
type Stage struct {
	// RequestID names the stage: a UUID, case does not count.
	RequestID string
	// Fingerprint identifies the content of the request.
	Fingerprint string
	// Caller is who staged it.
	Caller string
	// Payload is all that publishing needs, in the service's own encoding.
	Payload []byte
	// Creates are the names that publishing will put on record, Uses the names
	// on record that it refers to. Put stores both; Get leaves them out.
	Creates, Uses []string
	// RecordTime is when it was staged.
	RecordTime recordtime.Time
}

// End is the end of a stage.
type End struct {
	Outcome     Outcome
	Fingerprint string
	// Names are what was published, in the service's own order.
	Names []string
	// RecordTime is when the stage ended.
	RecordTime recordtime.Time
}

// Put stages at the transaction's record time. A name in Creates that another
// stage will create too is ABORTED, reason NAME_STAGED.
func Put(tx *sqlitedb.Tx, stage Stage) error {
	if err := CheckFree(tx.Conn, stage.Creates...); err != nil {
		return err
	}
	id := key(stage.RequestID)
	err := tx.Exec("INSERT INTO staged (request_id, fingerprint, caller, payload, record_time) VALUES (?, ?, ?, ?, ?)",
		id, stage.Fingerprint, stage.Caller, stage.Payload, tx.RecordTime)
	if err != nil {
		return err
	}
	// Creates go first: what a stage creates it may also refer to.
	for _, names := range []struct {
		list    []string
		creates bool
	}{{stage.Creates, true}, {stage.Uses, false}} {
		for _, name := range names.list {
			err := tx.Exec("INSERT OR IGNORE INTO staged_names (name, request_id, creates) VALUES (?, ?, ?)", name, id, names.creates)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Get returns what is staged under a request id and has not ended.
func Get(conn *sqlitedb.Conn, requestID string) (stage Stage, found bool, err error) {
	found, err = conn.QueryOne("SELECT request_id, fingerprint, caller, payload, record_time FROM staged WHERE request_id = ?",
		func(row *sqlitedb.Row) error {
			stage = Stage{
				RequestID: row.ColumnText(0), Fingerprint: row.ColumnText(1), Caller: row.ColumnText(2),
				Payload: sqlitedb.Bytes(row, 3), RecordTime: sqlitedb.Time(row, 4),
			}
			return nil
		}, key(requestID))
	return stage, found, err
}

// LastEnd returns how the newest stage under a request id ended. A discarded
// stage may be staged again, so ask Get first.
func LastEnd(conn *sqlitedb.Conn, requestID string) (end End, found bool, err error) {
	var names string
	found, err = conn.QueryOne(`SELECT outcome, fingerprint, names, record_time FROM stage_ends
		WHERE request_id = ? ORDER BY record_time DESC`, func(row *sqlitedb.Row) error {
		end = End{Outcome: Outcome(row.ColumnText(0)), Fingerprint: row.ColumnText(1), RecordTime: sqlitedb.Time(row, 3)}
		names = row.ColumnText(2)
		return nil
	}, key(requestID))
	if err != nil || !found {
		return End{}, false, err
	}
	if err := json.Unmarshal([]byte(names), &end.Names); err != nil {
		return End{}, false, fmt.Errorf("names of stage %s: %w", requestID, err)
	}
	return end, true, nil
}

// Finish ends a stage at the transaction's record time: its names are free
// again and its end is recorded. names are what was published. It fails if
// nothing is staged under the request id.
func Finish(tx *sqlitedb.Tx, requestID string, outcome Outcome, caller string, names ...string) error {
	id := key(requestID)
	stage, found, err := Get(tx.Conn, id)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("nothing is staged under %s", id)
	}
	text, err := json.Marshal(append([]string{}, names...))
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM staged_names WHERE request_id = ?", id); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM staged WHERE request_id = ?", id); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO stage_ends (request_id, record_time, outcome, fingerprint, caller, names) VALUES (?, ?, ?, ?, ?, ?)",
		id, tx.RecordTime, string(outcome), stage.Fingerprint, caller, string(text))
}

// CheckFree refuses names that a stage will create: ABORTED, reason
// NAME_STAGED. Call it before a create.
func CheckFree(conn *sqlitedb.Conn, names ...string) error {
	return check(conn, "SELECT 1 FROM staged_names WHERE name = ? AND creates = 1", names,
		"%s is part of an ingest that is not finished: sending that ingest again finishes it, and after 24 hours it is dropped")
}

// CheckUnused refuses names that a stage will create or refers to: ABORTED,
// reason NAME_STAGED. Call it before a retraction.
func CheckUnused(conn *sqlitedb.Conn, names ...string) error {
	return check(conn, "SELECT 1 FROM staged_names WHERE name = ?", names,
		"%s is needed by an ingest that is not finished: sending that ingest again finishes it, and after 24 hours it is dropped")
}

func check(conn *sqlitedb.Conn, sql string, names []string, message string) error {
	for _, name := range names {
		taken, err := conn.QueryOne(sql, nil, name)
		if err != nil {
			return err
		}
		if taken {
			return errs.New(errs.Aborted, "NAME_STAGED", message, name).With("name", name)
		}
	}
	return nil
}

// Expired returns up to limit request ids staged before a time, oldest first.
func Expired(conn *sqlitedb.Conn, before recordtime.Time, limit int) (ids []string, err error) {
	err = conn.Query("SELECT request_id FROM staged WHERE record_time < ? ORDER BY record_time LIMIT ?",
		func(row *sqlitedb.Row) error {
			ids = append(ids, row.ColumnText(0))
			return nil
		}, before, limit)
	return ids, err
}

// Forget drops up to limit ends recorded before a time, and returns how many it
// dropped.
func Forget(tx *sqlitedb.Tx, before recordtime.Time, limit int) (int, error) {
	err := tx.Exec(`DELETE FROM stage_ends WHERE (request_id, record_time) IN
		(SELECT request_id, record_time FROM stage_ends WHERE record_time < ? ORDER BY record_time LIMIT ?)`, before, limit)
	if err != nil {
		return 0, err
	}
	return tx.Changes(), nil
}

// key makes one key of all spellings of a UUID.
func key(id string) string { return strings.ToLower(id) }
