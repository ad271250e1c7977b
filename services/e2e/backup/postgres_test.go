package backup_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

// runProgram runs a program of PostgreSQL.
func runProgram(t *testing.T, name string, args ...string) {
	t.Helper()
	program := must.Get(pgserver.Program(name))(t)
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// TestDumpAndRestore: a dump of a database in use, restored into another one, is
// the record as it stood, and goes on from there.
func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	source := pgtest.Database(t)
	api := serve(t, source)
	requests := ingest(t, api, "dumped", 5)
	before := answers(t, api, requests)

	dump := filepath.Join(t.TempDir(), "onrecord.dump")
	runProgram(t, "pg_dump", "--format=custom", "--file="+dump, source)
	target := pgtest.Database(t)
	runProgram(t, "pg_restore", "--exit-on-error", "--no-owner", "--dbname="+target, dump)

	restored := serve(t, target)
	must.Equal(t, answers(t, restored, requests), before)
	retried(t, restored, requests[0])
	must.Equal(t, answers(t, restored, requests), before)
	later := ingest(t, restored, "later", 1)
	absent(t, api, later[0])
}

// TestPointInTime: a base backup and the archived log bring back the record as it
// stood at a moment that the operator names.
func TestPointInTime(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Cluster(t, "archive_mode = on", "archive_command = 'mkdir -p ../archive && cp %p ../archive/%f'")
	api := serve(t, cluster.Database())
	requests := ingest(t, api, "in-backup", 3)
	base := cluster.Copy()
	requests = append(requests, ingest(t, api, "in-log", 3)...)
	before := answers(t, api, requests)
	moment := cluster.Query("onrecord", "SELECT clock_timestamp()::text")
	lost := ingest(t, api, "too-late", 2)
	cluster.Execute("onrecord", "SELECT pg_switch_wal()")
	cluster.Stop() // and archives the rest of its log

	base.StartRecovery(
		"restore_command = 'cp "+cluster.Server().Folder()+"/archive/%f %p'",
		"recovery_target_time = '"+moment+"'",
		"recovery_target_action = promote",
	)
	restored := serve(t, base.URL("onrecord"))
	must.Equal(t, answers(t, restored, requests), before)
	for _, request := range lost {
		absent(t, restored, request)
	}
	retried(t, restored, requests[0])
	retried(t, restored, lost[0])
}
