package pgdb_test

import (
	"errors"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestRestore(t *testing.T) {
	db := open(t, pgtest.Database(t), pgdb.Options{Restore: true})
	put := func(id string, at recordtime.Time) recorddb.Past {
		return recorddb.Past{At: at, Fn: func(tx recorddb.Tx) error {
			must.Equal(t, tx.RecordTime(), at)
			return insert(id)(tx)
		}}
	}
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{put("a", 10), put("b", 20)}))
	must.Equal(t, present(t, db), recordtime.Present{Written: 20, Settled: 20})
	for _, bad := range [][]recorddb.Past{
		{put("c", 20)}, {put("c", 21), put("d", 21)}, {put("c", 22), put("d", 21)},
	} {
		statustest.Check(t, db.WriteAt(t.Context(), bad), codes.FailedPrecondition, "RECORD_TIME_PASSED", "")
	}
	mine := errors.New("mine")
	must.ErrorIs(t, db.WriteAt(t.Context(), []recorddb.Past{
		put("c", 21), {At: 22, Fn: func(recorddb.Tx) error { return mine }},
	}), mine)
	must.Err(t, db.Write(t.Context(), insert("e")))
	must.OK(t, db.WriteAt(t.Context(), nil))
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{put("c", 21)}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a", "b", "c"})
	must.Err(t, openNew(t).WriteAt(t.Context(), []recorddb.Past{put("c", 21)}))
}
