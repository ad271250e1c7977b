package work

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

var (
	insertStaged = recorddb.NewInsert("staged", "request_id", "fingerprint", "caller", "payload", "record_time")
	insertName   = recorddb.NewInsert("staged_names", "name", "request_id", "creates")
	insertEnd    = recorddb.NewInsert("stage_ends", "request_id", "record_time", "outcome", "fingerprint", "caller", "names")
)

// Stage stages at the transaction's record time. A name in Creates that another
// stage will create too is ABORTED, reason NAME_STAGED.
func (w Writer) Stage(stage recordwrite.Stage) error {
	if err := (Reader{w.Tx}).CheckFree(stage.Creates...); err != nil {
		return err
	}
	id := key(stage.RequestID)
	err := w.Tx.Insert(insertStaged, id, stage.Fingerprint, stage.Caller, stage.Payload, w.Tx.RecordTime())
	if err != nil {
		return err
	}
	// Creates go first: what a stage creates it may also refer to.
	known := make(map[string]bool, len(stage.Creates)+len(stage.Uses))
	for i, name := range slices.Concat(stage.Creates, stage.Uses) {
		if known[name] {
			continue
		}
		known[name] = true
		if err := w.Tx.Insert(insertName, name, id, i < len(stage.Creates)); err != nil {
			return err
		}
	}
	return nil
}

// Staged returns what is staged under a request id and has not ended.
func (r Reader) Staged(requestID string) (stage recordwrite.Stage, found bool, err error) {
	found, err = r.Conn.QueryOne("SELECT request_id, fingerprint, caller, payload, record_time FROM staged WHERE request_id = ?",
		func(row recorddb.Row) error {
			stage = recordwrite.Stage{
				RequestID: row.Text(0), Fingerprint: row.Text(1), Caller: row.Text(2),
				Payload: row.Bytes(3), RecordTime: recorddb.Time(row, 4),
			}
			return nil
		}, key(requestID))
	return stage, found, err
}

// StageEnd returns how the newest stage under a request id ended. A discarded
// stage may be staged again, so ask Staged first.
func (r Reader) StageEnd(requestID string) (end recordwrite.StageEnd, found bool, err error) {
	var names string
	found, err = r.Conn.QueryOne(`SELECT outcome, fingerprint, names, record_time FROM stage_ends
		WHERE request_id = ? ORDER BY record_time DESC`, func(row recorddb.Row) error {
		end = recordwrite.StageEnd{Outcome: recordwrite.Outcome(row.Text(0)), Fingerprint: row.Text(1), RecordTime: recorddb.Time(row, 3)}
		names = row.Text(2)
		return nil
	}, key(requestID))
	if err != nil || !found {
		return recordwrite.StageEnd{}, false, err
	}
	if err := json.Unmarshal([]byte(names), &end.Names); err != nil {
		return recordwrite.StageEnd{}, false, fmt.Errorf("names of stage %s: %w", requestID, err)
	}
	return end, true, nil
}

// EndStage ends a stage at the transaction's record time: its names are free
// again and its end is recorded. names are what was published. It fails if
// nothing is staged under the request id.
func (w Writer) EndStage(requestID string, outcome recordwrite.Outcome, caller string, names ...string) error {
	id := key(requestID)
	stage, found, err := Reader{w.Tx}.Staged(id)
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
	if err := w.Tx.Exec("DELETE FROM staged_names WHERE request_id = ?", id); err != nil {
		return err
	}
	if err := w.Tx.Exec("DELETE FROM staged WHERE request_id = ?", id); err != nil {
		return err
	}
	return w.Tx.Insert(insertEnd, id, w.Tx.RecordTime(), string(outcome), stage.Fingerprint, caller, string(text))
}

// CheckFree refuses names that a stage will create: ABORTED, reason
// NAME_STAGED. Call it before a create.
func (r Reader) CheckFree(names ...string) error {
	return r.check("creates = 1", names,
		"%s is part of an ingest that is not finished: sending that ingest again finishes it, and after 24 hours it is dropped")
}

// CheckUnused refuses names that a stage will create or refers to: ABORTED,
// reason NAME_STAGED. Call it before a retraction.
func (r Reader) CheckUnused(names ...string) error {
	return r.check("creates >= 0", names,
		"%s is needed by an ingest that is not finished: sending that ingest again finishes it, and after 24 hours it is dropped")
}

// check refuses the first of names that is staged and meets a condition.
func (r Reader) check(condition string, names []string, message string) error {
	taken := map[string]bool{}
	err := recorddb.In(names, func(list string, args []any) error {
		return r.Conn.Query("SELECT name FROM staged_names WHERE "+condition+" AND name IN ("+list+")", func(row recorddb.Row) error {
			taken[row.Text(0)] = true
			return nil
		}, args...)
	})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(names, func(name string) bool { return taken[name] }); i >= 0 {
		return errs.New(errs.Aborted, "NAME_STAGED", message, names[i]).With("name", names[i])
	}
	return nil
}

// ExpiredStages returns up to limit request ids staged before a time, oldest first.
func (r Reader) ExpiredStages(before recordtime.Time, limit int) (ids []string, err error) {
	err = r.Conn.Query("SELECT request_id FROM staged WHERE record_time < ? ORDER BY record_time LIMIT ?",
		func(row recorddb.Row) error {
			ids = append(ids, row.Text(0))
			return nil
		}, before, limit)
	return ids, err
}
