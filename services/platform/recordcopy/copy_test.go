package recordcopy_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// schema has one table of revisions, and what every service has.
var schema = sqlitedb.Schema{AppID: 9, Migrations: []string{`CREATE TABLE things (
  id TEXT NOT NULL, revision INTEGER NOT NULL, record_from INTEGER NOT NULL, record_to INTEGER NOT NULL,
  deleted INTEGER NOT NULL, caller TEXT NOT NULL, snapshot BLOB NOT NULL, PRIMARY KEY (id, revision)) STRICT;
CREATE TABLE requests (request_id TEXT PRIMARY KEY, method TEXT, fingerprint TEXT, names TEXT, record_time INTEGER) STRICT;
CREATE TABLE staged (request_id TEXT PRIMARY KEY, fingerprint TEXT, caller TEXT, payload BLOB, record_time INTEGER) STRICT;
CREATE TABLE staged_names (name TEXT, request_id TEXT, creates INTEGER) STRICT;
CREATE TABLE stage_ends (request_id TEXT, record_time INTEGER, outcome TEXT, fingerprint TEXT, caller TEXT, names TEXT) STRICT;`}}

var things = revtable.New("things")

func open(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"), schema, sqlitedb.Options{Migrate: true, Restore: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

// change is one revision of a thing.
type change struct {
	at  recordtime.Time
	row revtable.Row
}

// put puts a revision of a thing on record.
func put(t *testing.T, db *sqlitedb.DB, at recordtime.Time, id string, revision int64, content string) {
	t.Helper()
	must.OK(t, db.WriteAt(t.Context(), []recorddb.Past{{At: at, Fn: func(tx recorddb.Tx) error {
		return things.Append(tx, revtable.Row{ID: id, Revision: revision, Snapshot: []byte(content)})
	}}}))
}

// service copies things; edit may spoil them on the way.
func service(edit func(*revtable.Row)) recordcopy.Service[change] {
	return recordcopy.Service[change]{
		Changes: func(conn recorddb.Conn, after changefeed.Place, upTo recordtime.Time, limit int) (all []change, err error) {
			err = conn.Query("SELECT "+revtable.Columns("")+" FROM things WHERE record_from >= ? AND record_from <= ? ORDER BY record_from, id, revision",
				func(r recorddb.Row) error {
					c := change{row: revtable.Scan(r, 0)}
					if c.at = c.row.From; place(c).Compare(after) > 0 {
						all = append(all, c)
					}
					return nil
				}, after.Time, upTo)
			return all[:min(limit, len(all))], err
		},
		Place: place,
		Put: func(tx recorddb.Tx, changes []change) error {
			for _, c := range changes {
				edit(&c.row)
				if err := things.Append(tx, c.row); err != nil {
					return err
				}
			}
			return nil
		},
		Kinds: []recordcopy.Kind{recordcopy.Revisions("things", things, func(snapshot []byte) ([]byte, error) { return snapshot, nil })},
	}
}

func place(c change) changefeed.Place {
	return changefeed.Place{Time: c.at, Kind: 1, ID: c.row.ID, Revision: c.row.Revision}
}

func faithful(*revtable.Row) {}

func TestProgressAndReport(t *testing.T) {
	from, to := open(t), open(t)
	for i := range 10 {
		put(t, from, recordtime.Time(100+i), fmt.Sprint("t", i), 1, "x")
	}
	put(t, from, 200, "t3", 2, "y")
	var steps []recordcopy.Progress
	report, err := recordcopy.Run(t.Context(), from, to, service(faithful), recordcopy.Options{
		Page: 4, Until: 150, Progress: func(p recordcopy.Progress) { steps = append(steps, p) },
	})
	must.OK(t, err)
	must.Equal(t, steps, []recordcopy.Progress{{3, 102}, {7, 106}, {9, 108}, {10, 150}})
	sum := report.Kinds[0].SHA256
	must.Equal(t, report, recordcopy.Report{
		To: 150, Changes: 10, Kinds: []recordcopy.Sum{{Kind: "things", Resources: 10, Revisions: 10, SHA256: sum}},
	})
	report, err = recordcopy.Run(t.Context(), from, to, service(faithful), recordcopy.Options{})
	must.OK(t, err)
	must.Equal(t, report.From, recordtime.Time(150))
	must.Equal(t, report.To, recordtime.Time(200))
	must.Equal(t, report.Changes, 1)
	must.Equal(t, report.Kinds[0].Revisions, 11)
	must.NotEqual(t, report.Kinds[0].SHA256, sum)
}

// TestACopyThatDiffersIsSaid: whatever a fault of ours does to a change on the way.
func TestACopyThatDiffersIsSaid(t *testing.T) {
	for name, edit := range map[string]func(*revtable.Row){
		"content": func(r *revtable.Row) { r.Snapshot = append(r.Snapshot, '!') },
		"caller":  func(r *revtable.Row) { r.Caller = "other" },
		"deleted": func(r *revtable.Row) { r.Deleted = true },
	} {
		t.Run(name, func(t *testing.T) {
			from, to := open(t), open(t)
			for i := range 3 {
				put(t, from, recordtime.Time(100+i), fmt.Sprint("t", i), 1, "x")
			}
			_, err := recordcopy.Run(t.Context(), from, to, service(func(r *revtable.Row) {
				if r.ID == "t1" {
					edit(r)
				}
			}), recordcopy.Options{})
			statustest.Check(t, err, codes.Internal, "COPY_DIFFERS", "")
			must.Contains(t, err.Error(), "things/t1 is not the same")
		})
	}
}

func TestDifferencesAreNamed(t *testing.T) {
	for want, fill := range map[string]func(t *testing.T, from, to *sqlitedb.DB){
		"things/b is in the source and not in the target": func(t *testing.T, from, to *sqlitedb.DB) {
			put(t, from, 100, "b", 1, "x")
			put(t, from, 102, "c", 1, "x")
			put(t, to, 101, "c", 1, "x")
		},
		"things/a is in the target and not in the source": func(t *testing.T, from, to *sqlitedb.DB) {
			put(t, to, 100, "a", 1, "x")
			put(t, from, 101, "b", 1, "x")
		},
		"things/a has 2 revisions in the source and 1 in the target": func(t *testing.T, from, to *sqlitedb.DB) {
			put(t, from, 100, "a", 1, "x")
			put(t, from, 101, "a", 2, "x")
			put(t, to, 101, "a", 1, "x")
		},
	} {
		t.Run(want, func(t *testing.T) {
			from, to := open(t), open(t)
			fill(t, from, to)
			_, err := recordcopy.Run(t.Context(), from, to, service(faithful), recordcopy.Options{})
			statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
			must.Contains(t, err.Error(), want)
		})
	}
}
