package sqlitedb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// writerOf names the database that this program writes to instead of testing,
// until it is killed.
const writerOf = "SQLITEDB_TEST_WRITER_OF"

// crashNotes is how many notes the program writes, one acknowledged after the
// other.
const crashNotes = 20

// writeUntilKilled is the program that crashes: it says which writes were
// acknowledged.
func writeUntilKilled(path string) {
	ctx := context.Background()
	db, err := sqlitedb.Open(ctx, path, schema, sqlitedb.Options{})
	for i := 0; err == nil && i < crashNotes; i++ {
		id := fmt.Sprintf("late %02d", i)
		if err = db.Write(ctx, insert(id)); err == nil {
			fmt.Println(id)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

// crash puts a note on record and closes the store, so that it is in the file;
// then another process has more acknowledged and is killed. It returns those.
func crash(t *testing.T, path string) (acknowledged []string) {
	t.Helper()
	db := must.Get(sqlitedb.Open(t.Context(), path, schema, sqlitedb.Options{Migrate: true}))(t)
	add(t.Context(), t, db, "early")
	must.OK(t, db.Close())
	cmd := exec.CommandContext(t.Context(), must.Get(os.Executable())(t))
	cmd.Env, cmd.Stderr = append(os.Environ(), writerOf+"="+path), os.Stderr
	lines := bufio.NewScanner(must.Get(cmd.StdoutPipe())(t))
	must.OK(t, cmd.Start())
	for len(acknowledged) < crashNotes && lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
	}
	must.OK(t, cmd.Process.Kill())
	must.Err(t, cmd.Wait())
	must.Equal(t, len(acknowledged), crashNotes)
	return acknowledged
}

// openLogged opens a store and returns the errors that it logs.
func openLogged(t *testing.T, path string) (*sqlitedb.DB, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.ErrorLevel)
	return open(t, path, sqlitedb.Options{Log: zap.New(core)}), logs
}

// TestACrash: what was acknowledged is there, and nothing is said of a loss.
func TestACrash(t *testing.T) {
	t.Parallel()
	path := tempPath(t)
	acknowledged := crash(t, path)
	db, logs := openLogged(t, path)
	must.Equal(t, notes(t.Context(), t, db), append([]string{"early"}, acknowledged...))
	must.Equal(t, logs.Len(), 0)
}

// TestACrashAndADeletedLog: what only the log had is lost with it. What remains is
// the whole record of an earlier time, the store goes on from there, and the log of
// the program says so, once.
func TestACrashAndADeletedLog(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string][]string{"the log": {"-wal"}, "the log and its index": {"-wal", "-shm"}} {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			crash(t, path)
			for _, end := range ends {
				must.OK(t, os.Remove(path+end))
			}
			db, logs := openLogged(t, path)
			must.Equal(t, notes(t.Context(), t, db), []string{"early"})
			must.Equal(t, logs.Len(), 1)
			must.Contains(t, logs.All()[0].Message, "writes that were acknowledged may be missing")
			sound(t, path)
			add(t.Context(), t, db, "late 00") // sent again by who was told of it
			must.OK(t, db.Close())
			db, logs = openLogged(t, path)
			must.Equal(t, notes(t.Context(), t, db), []string{"early", "late 00"})
			must.Equal(t, logs.Len(), 0)
		})
	}
}

// sound checks a file by SQLite's own means.
func sound(t *testing.T, path string) {
	t.Helper()
	answer := ""
	must.OK(t, sqlitex.ExecuteTransient(outsider(t, path), "PRAGMA integrity_check", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			answer = stmt.ColumnText(0)
			return nil
		},
	}))
	must.Equal(t, answer, "ok")
}
