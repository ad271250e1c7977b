package sqlitedb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/disktest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// once does what a request asks for unless it is done already, however often it
// is sent.
func once(id string) func(recorddb.Tx) error {
	return func(tx recorddb.Tx) error {
		done, err := tx.QueryOne("SELECT 1 FROM notes WHERE id = ?", nil, id)
		if err != nil || done {
			return err
		}
		return insert(id)(tx)
	}
}

// TestFullDisk: a write that finds no room fails and says so; the record is read
// meanwhile, and written again as soon as there is room.
func TestFullDisk(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	folder := disktest.Small(t, "8m")
	db := open(t, filepath.Join(folder, "notes.db"), sqlitedb.Options{})
	add(t.Context(), t, db, "before")
	acknowledged := []string{"before"}
	makeRoom := disktest.Fill(t, folder)
	var full error
	for i := 0; full == nil; i++ { // the log has some room left
		id := fmt.Sprintf("%05d", i)
		if full = db.Write(t.Context(), once(id)); full == nil {
			acknowledged = append(acknowledged, id)
		}
	}
	statustest.Check(t, full, codes.ResourceExhausted, "STORAGE_FULL", "")
	must.False(t, errs.WriteUnknown(full))
	must.Equal(t, notes(t.Context(), t, db), acknowledged)
	servesReads(t, db, "STORAGE_FULL")
	for _, wroteNothing := range []error{errs.New(errs.Internal, "", "of its own"), recorddb.ErrRollback} {
		_ = db.Write(t.Context(), func(recorddb.Tx) error { return wroteNothing })
		servesReads(t, db, "STORAGE_FULL")
	}
	large := func(tx recorddb.Tx) error {
		return tx.Exec("INSERT INTO notes (id, body, record_time) VALUES ('large', zeroblob(4000000), ?)", tx.RecordTime())
	}
	statustest.Check(t, db.Write(t.Context(), large), codes.ResourceExhausted, "STORAGE_FULL", "")
	makeRoom()
	for range 2 { // sent again, it is still done once
		must.OK(t, db.Write(t.Context(), once("after")))
	}
	must.Equal(t, notes(t.Context(), t, db), append(acknowledged, "after"))
	must.OK(t, db.Check(t.Context()))
}

// TestAFileThatIsLostOnAFullDisk: the disk is not why nothing is written.
func TestAFileThatIsLostOnAFullDisk(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	folder := disktest.Small(t, "8m")
	db := newLossTest(t, filepath.Join(folder, "notes.db"))
	disktest.Fill(t, folder)
	must.OK(t, os.Rename(db.path, db.path+".away"))
	db.refuses(t, "DATABASE_GONE", db.path)
	must.Err(t, db.Close())
}

// TestABackupToAFullDisk: it says which disk is full, and leaves nothing there.
func TestABackupToAFullDisk(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		return tx.Exec("INSERT INTO notes (id, body, record_time) VALUES ('large', zeroblob(4000000), ?)", tx.RecordTime())
	}))
	folder := disktest.Small(t, "2m")
	to := filepath.Join(folder, "copy.db")
	err := sqlitedb.Backup(t.Context(), path, to)
	statustest.Check(t, err, codes.ResourceExhausted, "STORAGE_FULL", "")
	must.Contains(t, err.Error(), "the disk of the backup "+to+" is full")
	must.Equal(t, len(must.Get(os.ReadDir(folder))(t)), 0)
	must.OK(t, db.Check(t.Context()))
}

// servesReads checks that a store says why it takes no writes, and that it is ready
// all the same.
func servesReads(t *testing.T, db *sqlitedb.DB, reason string) {
	t.Helper()
	err := db.Check(t.Context())
	must.Equal(t, errs.ReasonOf(err), reason)
	must.True(t, health.Serves(err))
}

// TestStoppedAndStartedOnAFullDisk: closed in order or killed, a store opens again on
// a disk that was full before, any number of times, and has lost nothing. One that is
// new does not open, and says why.
func TestStoppedAndStartedOnAFullDisk(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	folder := disktest.Small(t, "8m")
	killed := filepath.Join(folder, "killed.db")
	acknowledged := crash(t, killed)
	path := filepath.Join(folder, "notes.db")
	db := open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "before")
	makeRoom := disktest.Fill(t, folder)
	fresh := filepath.Join(folder, "fresh.db")
	_, err := sqlitedb.Open(t.Context(), fresh, schema, sqlitedb.Options{Migrate: true})
	statustest.Check(t, err, codes.ResourceExhausted, "STORAGE_FULL", "")
	for range 3 {
		for i := 0; db.Write(t.Context(), once(fmt.Sprint(i))) == nil; i++ { // until the log has no room left
		}
		kept, settled := notes(t.Context(), t, db), db.Settled()
		must.OK(t, db.Close())
		db = open(t, path, sqlitedb.Options{})
		must.True(t, db.Settled() >= settled)
		must.Equal(t, notes(t.Context(), t, db), kept)
	}
	for range 2 {
		db := open(t, killed, sqlitedb.Options{})
		must.Equal(t, notes(t.Context(), t, db), append([]string{"early"}, acknowledged...))
		must.OK(t, db.Close())
	}
	makeRoom()
	must.OK(t, db.Write(t.Context(), once("after")))
	add(t.Context(), t, open(t, fresh, sqlitedb.Options{}), "after")
}

// TestReadOnlyDisk: a store whose disk takes no more writes says so, is read
// meanwhile, and goes on when the disk does. One that is not open yet does not
// open.
func TestReadOnlyDisk(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	folder := disktest.Small(t, "8m")
	path := filepath.Join(folder, "notes.db")
	db := open(t, path, sqlitedb.Options{Readers: 2})
	add(t.Context(), t, db, "before")
	undo := disktest.ReadOnly(t, folder)
	for range 3 {
		err := db.Write(t.Context(), once("after"))
		statustest.Check(t, err, codes.Unavailable, "STORAGE_READ_ONLY", "")
		if errs.WriteUnknown(err) {
			t.Log("its outcome is not known")
		}
	}
	servesReads(t, db, "STORAGE_READ_ONLY")
	must.Equal(t, notes(t.Context(), t, db), []string{"before"})
	undo()
	for range 2 {
		must.OK(t, db.Write(t.Context(), once("after")))
	}
	must.Equal(t, notes(t.Context(), t, db), []string{"before", "after"})
	must.OK(t, db.Close())

	undo = disktest.ReadOnly(t, folder)
	_, err := sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_READ_ONLY", "")
	_, err = sqlitedb.Open(t.Context(), filepath.Join(folder, "new", "notes.db"), schema, sqlitedb.Options{Migrate: true})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_READ_ONLY", "")
	undo()
	db = open(t, path, sqlitedb.Options{})
	must.Equal(t, notes(t.Context(), t, db), []string{"before", "after"})
	undo = disktest.ReadOnly(t, folder)
	must.OK(t, db.Close()) // nothing that was acknowledged is lost
	undo()
}
