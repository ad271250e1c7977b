package sqlitedb_test

import (
	"errors"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func past(at recordtime.Time, id string) recorddb.Past {
	return recorddb.Past{At: at, Fn: func(tx recorddb.Tx) error {
		if tx.RecordTime() != at {
			return errors.New("another record time")
		}
		return insert(id)(tx)
	}}
}

func TestWriteAtKeepsRecordTimes(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{Restore: true})
	must.OK(t, db.WriteAt(t.Context(), nil))
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{past(1000, "a")}))
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{past(2000, "b"), past(3000, "c")}))
	present := must.Get(db.Present(t.Context()))(t)
	must.Equal(t, present.Written, recordtime.Time(3000))
	must.OK(t, db.Close())

	// Closing puts no other time on record, so that a copy can go on.
	db = open(t, path, sqlitedb.Options{Restore: true})
	must.Equal(t, must.Get(db.Present(t.Context()))(t), recordtime.Present{Written: 3000, Settled: 3000})
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{past(3001, "d")}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a", "b", "c", "d"})
	must.OK(t, db.Close())

	// A service that opens it goes on at the present.
	must.True(t, add(t.Context(), t, open(t, path, sqlitedb.Options{Now: newClock().now}), "e") > 3001)
}

func TestAFailedWriteAtIsNotOnRecord(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{Restore: true})
	broken := errors.New("broken")
	must.ErrorIs(t, db.WriteAt(t.Context(), []recorddb.Past{
		past(1000, "lost"), {At: 2000, Fn: func(recorddb.Tx) error { return broken }},
	}), broken)
	must.OK(t, db.Close())
	db = open(t, path, sqlitedb.Options{Restore: true})
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{past(1000, "a")}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a"})
}

func TestWriteAtRefusesThePast(t *testing.T) {
	for name, writes := range map[string][]recorddb.Past{
		"before what is on record": {past(999, "late")},
		"at it":                    {past(1000, "late")},
		"the first of two":         {past(1000, "late"), past(3000, "x")},
		"twice":                    {past(2000, "x"), past(2000, "late")},
		"not in order":             {past(3000, "x"), past(2000, "late")},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, tempPath(t), sqlitedb.Options{Restore: true})
			must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{past(1000, "a")}))
			statustest.Check(t, db.WriteAt(t.Context(), writes), codes.FailedPrecondition, "RECORD_TIME_PASSED", "")
			must.Equal(t, notes(t.Context(), t, db), []string{"a"})
		})
	}
}

func TestWriteAtNeedsARestoredDatabase(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	must.Err(t, db.WriteAt(t.Context(), []recorddb.Past{past(1000, "a")}))
	must.Equal(t, len(notes(t.Context(), t, db)), 0)
}
