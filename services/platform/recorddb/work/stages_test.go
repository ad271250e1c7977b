package work_test

import (
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/work"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// schema is that of both services.
const schema = `CREATE TABLE staged (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  fingerprint TEXT    NOT NULL,
  caller      TEXT    NOT NULL,
  payload     BLOB    NOT NULL,
  record_time INTEGER NOT NULL
) STRICT;
CREATE INDEX staged_by_time ON staged (record_time);
CREATE TABLE staged_names (
  name       TEXT    NOT NULL,
  request_id TEXT    NOT NULL,
  creates    INTEGER NOT NULL,
  PRIMARY KEY (name, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX staged_names_by_request ON staged_names (request_id);
CREATE TABLE stage_ends (
  request_id  TEXT    NOT NULL,
  record_time INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  caller      TEXT    NOT NULL,
  names       TEXT    NOT NULL,
  PRIMARY KEY (request_id, record_time)
) STRICT;
CREATE INDEX stage_ends_by_time ON stage_ends (record_time);
CREATE TABLE requests (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  method      TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  names       TEXT    NOT NULL,
  record_time INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (record_time);`

type fixture struct {
	t  *testing.T
	db *sqlitedb.DB
}

func open(t *testing.T) fixture {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
		sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return fixture{t, db}
}

func (f fixture) write(fn func(tx recorddb.Tx) error) (at recordtime.Time, err error) {
	err = f.db.Write(f.t.Context(), func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		return fn(tx)
	})
	return at, err
}

func (f fixture) read(fn func(conn recorddb.Conn) error) {
	f.t.Helper()
	must.OK(f.t, f.db.Read(f.t.Context(), fn))
}

func (f fixture) put(stage recordwrite.Stage) (recordtime.Time, error) {
	return f.write(func(tx recorddb.Tx) error { return work.Writer{Tx: tx}.Stage(stage) })
}

func (f fixture) finish(id string, outcome recordwrite.Outcome, names ...string) (recordtime.Time, error) {
	return f.write(func(tx recorddb.Tx) error { return work.Writer{Tx: tx}.EndStage(id, outcome, "ben", names...) })
}

// taken are the names of list that may not be created, and not be retracted.
func (f fixture) taken(list ...string) (create, retract []string) {
	f.read(func(conn recorddb.Conn) error {
		for _, name := range list {
			if err := (work.Reader{Conn: conn}).CheckFree(name); err != nil {
				statustest.Check(f.t, err, codes.Aborted, "NAME_STAGED", "")
				create = append(create, name)
			}
			if err := (work.Reader{Conn: conn}).CheckUnused(name); err != nil {
				statustest.Check(f.t, err, codes.Aborted, "NAME_STAGED", "")
				retract = append(retract, name)
			}
		}
		return nil
	})
	return create, retract
}

func stage(id string) recordwrite.Stage {
	return recordwrite.Stage{
		RequestID: id, Fingerprint: "f" + id, Caller: "ana", Payload: []byte{0, 255},
		Creates: []string{"things/new"}, Uses: []string{"things/old", "things/new"},
	}
}

func TestAStageTakesItsNames(t *testing.T) {
	f := open(t)
	at, err := f.put(stage("0a"))
	must.OK(t, err)
	create, retract := f.taken("things/new", "things/old", "things/other")
	must.Equal(t, create, []string{"things/new"})
	must.Equal(t, retract, []string{"things/new", "things/old"})
	f.read(func(conn recorddb.Conn) error {
		got, found, err := work.Reader{Conn: conn}.Staged("0A")
		must.True(t, found)
		must.Equal(t, got, recordwrite.Stage{RequestID: "0a", Fingerprint: "f0a", Caller: "ana", Payload: []byte{0, 255}, RecordTime: at})
		return err
	})
	_, err = f.put(stage("0b"))
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	sharing := stage("0b")
	sharing.Creates, sharing.Uses = nil, []string{"things/old"}
	_, err = f.put(sharing)
	must.OK(t, err)

	_, err = f.finish("0a", recordwrite.Discarded)
	must.OK(t, err)
	create, retract = f.taken("things/new", "things/old")
	must.Equal(t, len(create), 0)
	must.Equal(t, retract, []string{"things/old"}) // of the other stage
}

func TestAStageEndsOnce(t *testing.T) {
	f := open(t)
	_, err := f.finish("0a", recordwrite.Discarded)
	must.Err(t, err)
	_, err = f.put(stage("0a"))
	must.OK(t, err)
	_, err = f.finish("0A", recordwrite.Discarded)
	must.OK(t, err)
	_, err = f.finish("0a", recordwrite.Discarded)
	must.Err(t, err)
	// Discarded, it may be staged again; the newest end counts.
	_, err = f.put(stage("0a"))
	must.OK(t, err)
	at, err := f.finish("0a", recordwrite.Published, "things/new", "things/x")
	must.OK(t, err)
	f.read(func(conn recorddb.Conn) error {
		_, found, err := work.Reader{Conn: conn}.Staged("0a")
		must.OK(t, err)
		must.False(t, found)
		end, found, err := work.Reader{Conn: conn}.StageEnd("0A")
		must.True(t, found)
		must.Equal(t, end, recordwrite.StageEnd{
			Outcome: recordwrite.Published, Fingerprint: "f0a", Names: []string{"things/new", "things/x"}, RecordTime: at,
		})
		must.OK(t, err)
		_, found, err = work.Reader{Conn: conn}.StageEnd("0b")
		must.False(t, found)
		return err
	})
}

func TestOldStagesAndEnds(t *testing.T) {
	f := open(t)
	first, err := f.put(recordwrite.Stage{RequestID: "0b", Payload: []byte{1}})
	must.OK(t, err)
	second, err := f.put(recordwrite.Stage{RequestID: "0a", Payload: []byte{1}})
	must.OK(t, err)
	f.read(func(conn recorddb.Conn) error {
		for before, want := range map[recordtime.Time][]string{first: nil, second: {"0b"}, second + 1: {"0b", "0a"}} {
			got, err := work.Reader{Conn: conn}.ExpiredStages(before, 5)
			must.OK(t, err)
			must.Equal(t, got, want)
		}
		got, err := work.Reader{Conn: conn}.ExpiredStages(second+1, 1)
		must.Equal(t, got, []string{"0b"})
		return err
	})
	_, err = f.finish("0a", recordwrite.Discarded)
	must.OK(t, err)
	at, err := f.finish("0b", recordwrite.Discarded)
	must.OK(t, err)
	_, err = f.write(func(tx recorddb.Tx) error {
		count, err := work.Writer{Tx: tx}.Forget(at, 5)
		must.Equal(t, count, 1)
		return err
	})
	must.OK(t, err)
	f.read(func(conn recorddb.Conn) error {
		_, found, err := work.Reader{Conn: conn}.StageEnd("0a")
		must.False(t, found)
		return err
	})
}
