package sqlitedb_test

import (
	"context"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestAwaitAnswersWhenSomethingIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		first := add(t.Context(), t, db, "a")
		present, err := db.Await(t.Context(), first-1)
		must.OK(t, err)
		must.Equal(t, present.Written, first)

		var got recordtime.Present
		go func() { got, err = db.Await(t.Context(), first) }()
		synctest.Wait()
		must.Equal(t, got.Written, 0)
		second := add(t.Context(), t, db, "b")
		synctest.Wait()
		must.OK(t, err)
		must.Equal(t, got.Written, second)

		ctx, cancel := context.WithCancel(t.Context())
		go func() { _, err = db.Await(ctx, second) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	})
}

func TestAwaitEndsWithTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		var err error
		go func() { _, err = db.Await(t.Context(), recordtime.Forever) }()
		synctest.Wait()
		must.OK(t, db.Close())
		synctest.Wait()
		statustest.Check(t, err, codes.Unavailable, "DATABASE_CLOSED", "")
	})
}
