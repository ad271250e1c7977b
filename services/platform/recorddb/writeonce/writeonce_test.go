package writeonce_test

import (
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/writeonce"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const schema = `CREATE TABLE requests (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  method      TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  names       TEXT    NOT NULL,
  record_time INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (record_time);`

func open(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
		sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

func replay(t *testing.T, db *sqlitedb.DB, request recordwrite.Request) (done recordwrite.Done, found bool, err error) {
	t.Helper()
	err = db.Read(t.Context(), func(conn recorddb.Conn) error {
		done, found, err = writeonce.Replay(conn, request)
		return err
	})
	return done, found, err
}

func remember(t *testing.T, db *sqlitedb.DB, request recordwrite.Request, names ...string) (at recordtime.Time) {
	t.Helper()
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		return writeonce.Remember(tx, request, names...)
	}))
	return at
}

func TestARequestIsDoneOnce(t *testing.T) {
	db := open(t)
	request := recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "f"}
	_, found, err := replay(t, db, request)
	must.OK(t, err)
	must.False(t, found)
	at := remember(t, db, request, "things/a", "things/b")
	for _, id := range []string{"0A", "0a"} {
		request.ID = id
		done, found, err := replay(t, db, request)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, done, recordwrite.Done{Names: []string{"things/a", "things/b"}, RecordTime: at})
	}
	for _, other := range []recordwrite.Request{
		{ID: "0A", Method: "UpdateThing", Fingerprint: "f"}, {ID: "0A", Method: "CreateThing", Fingerprint: "g"},
	} {
		_, _, err := replay(t, db, other)
		statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	}
}

func TestARequestWithoutAnIDIsNotRemembered(t *testing.T) {
	db := open(t)
	remember(t, db, recordwrite.Request{Method: "CreateThing"}, "things/a")
	remember(t, db, recordwrite.Request{Method: "CreateThing"}, "things/b")
	_, found, err := replay(t, db, recordwrite.Request{Method: "CreateThing"})
	must.OK(t, err)
	must.False(t, found)
}

func TestOldRequestsAreForgottenOldestFirst(t *testing.T) {
	db := open(t)
	var last recordtime.Time
	for _, id := range []string{"03", "01", "02"} {
		last = remember(t, db, recordwrite.Request{ID: id}, "things/a")
	}
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		count, err := writeonce.Forget(tx, last, 1)
		must.Equal(t, count, 1)
		return err
	}))
	_, found, err := replay(t, db, recordwrite.Request{ID: "03"})
	must.OK(t, err)
	must.False(t, found)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		count, err := writeonce.Forget(tx, last, 10)
		must.Equal(t, count, 1) // the newest is not older than itself
		return err
	}))
	_, found, err = replay(t, db, recordwrite.Request{ID: "02"})
	must.OK(t, err)
	must.True(t, found)
}
