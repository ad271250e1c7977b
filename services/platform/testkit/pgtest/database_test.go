package pgtest_test

import (
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// connect opens a connection for one test.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn := must.Get(pgx.Connect(t.Context(), url))(t)
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

// ask returns the one value of a query.
func ask[T any](t testing.TB, conn *pgx.Conn, sql string) T {
	t.Helper()
	var value T
	must.OK(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}

func exec1(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.Exec(t.Context(), sql)
	must.OK(t, err)
}

// TestDatabasesAreApart: each test has a database of its own, empty, and whose
// order of texts is not that of bytes unless asked for.
func TestDatabasesAreApart(t *testing.T) {
	var name string
	t.Run("first", func(t *testing.T) {
		conn := connect(t, pgtest.Database(t))
		name = ask[string](t, conn, "SELECT current_database()::text")
		exec1(t, conn, "CREATE TABLE x (a text)")
		must.Equal(t, ask[bool](t, conn, "SELECT 'a' < 'B' AND 'a' COLLATE \"C\" > 'B'"), true)
	})
	conn := connect(t, pgtest.Database(t))
	must.Equal(t, ask[bool](t, conn, "SELECT to_regclass('x') IS NULL"), true)
	must.Equal(t, ask[bool](t, conn, "SELECT count(*) = 0 FROM pg_database WHERE datname = '"+name+"'"), true)
}

func TestBouncerIsInTransactionMode(t *testing.T) {
	through := pgtest.Bouncer(t, pgtest.Database(t))
	options := must.Get(pgx.ParseConfig(through))(t)
	options.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn := must.Get(pgx.ConnectConfig(t.Context(), options))(t)
	defer conn.Close(t.Context())
	must.Equal(t, ask[int](t, conn, "SELECT 1"), 1)
	must.Equal(t, ask[string](t, conn, "SHOW transaction_isolation"), "read committed")
}

// TestServerEndsWithItsOwner: the command's server is there while it runs and
// gone after it, also when it fails.
func TestServerEndsWithItsOwner(t *testing.T) {
	with := t.TempDir() + "/with"
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", with, "./with").CombinedOutput()
	must.OK(t, err)
	must.Equal(t, string(out), "")
	for _, end := range []string{"exit 3", "kill -9 $PPID; exit 3"} {
		cmd := exec.CommandContext(t.Context(), with, "sh", "-c", "echo $ONRECORD_TEST_POSTGRES; "+end)
		cmd.Env = append(cmd.Environ(), pgtest.Server+"=")
		url, err := cmd.Output()
		must.Err(t, err)
		until(t, func() bool {
			conn, err := pgx.Connect(t.Context(), string(url[:len(url)-1]))
			if err == nil {
				conn.Close(t.Context())
			}
			return err != nil
		})
	}
}
