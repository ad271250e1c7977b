package pgdb_test

import (
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/disktest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const full = "ResourceExhausted STORAGE_FULL"

// logElsewhere is a cluster whose write-ahead log has a folder of its own, in
// segments of 1 MB, and grows since no checkpoint makes use of old ones again.
func logElsewhere(t *testing.T, log string) pgserver.Options {
	t.Helper()
	must.OK(t, os.MkdirAll(log, 0o700))
	must.OK(t, pgserver.Give(log))
	return pgserver.Options{
		Init:     []string{"--waldir=" + log, "--wal-segsize=1"},
		Settings: []string{"min_wal_size=2MB", "max_wal_size=1GB"},
	}
}

// TestFullDiskOfTheServer: the disk with the tables is full, its log's is not. A
// write that finds no room is refused plainly; the record is read meanwhile, and
// written again as soon as there is room.
func TestFullDiskOfTheServer(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	log := must.Get(os.MkdirTemp("", "log-"))(t)
	defer os.RemoveAll(log)
	must.OK(t, os.Chmod(log, 0o755))
	options := logElsewhere(t, filepath.Join(log, "wal"))
	options.Folder = disktest.Small(t, "120m")
	c := pgtest.ClusterWith(t, options)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	must.OK(t, db.Write(t.Context(), request("before")))
	c.Execute("onrecord", "CHECKPOINT")
	makeRoom := disktest.Fill(t, options.Folder)
	large := func(tx recorddb.Tx) error {
		return tx.Exec("INSERT INTO large (id) SELECT repeat('x', 1000) || g FROM generate_series(1, 5000) AS g")
	}
	err := db.Write(t.Context(), large)
	statustest.Check(t, err, codes.ResourceExhausted, "STORAGE_FULL", "")
	must.False(t, errs.WriteUnknown(err))
	must.Equal(t, effects(t, db), []string{"before"})
	clients := startClients(t, db)
	clients.fails() // the room in the last page of each table is soon used up
	makeRoom()
	clients.more()
	clients.also("before")
	clients.finish(full, tooLate)
	must.OK(t, db.Write(t.Context(), large))
}

// TestFullDiskOfTheServersLog: PostgreSQL ends all its sessions when it cannot write
// its log, and without room does not come up again. What it acknowledged is there
// when it does.
func TestFullDiskOfTheServersLog(t *testing.T) {
	if !disktest.Own(t) {
		return
	}
	disk := disktest.Small(t, "16m")
	c := pgtest.ClusterWith(t, logElsewhere(t, filepath.Join(disk, "wal")))
	db := openLedger(t, c.DatabaseOf("service"), 4)
	clients := startClients(t, db)
	clients.more()
	makeRoom := disktest.Fill(t, disk)
	clients.fails()
	makeRoom()
	c.Stop() // it may have given up
	c.Start()
	clients.more()
	clients.finish(full, away, tooLate)
	must.OK(t, db.Write(t.Context(), request("after")))
}
