package pgtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// until waits until a condition holds.
func until(t testing.TB, holds func() bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-t.Context().Done():
			t.Fatal("the condition never held")
		}
	}
}

// TestClusterFaults: what was committed is there after each fault.
func TestClusterFaults(t *testing.T) {
	c := pgtest.Cluster(t)
	url := c.Database()
	exec1(t, connect(t, url), "CREATE TABLE x (a integer)")
	for i, fault := range []func(){
		func() { c.Stop(); c.Start() },
		func() { c.Kill(); c.Start() },
		func() { c.Freeze(); c.Thaw() },
	} {
		exec1(t, connect(t, url), "INSERT INTO x VALUES (1)")
		fault()
		must.Equal(t, ask[int](t, connect(t, url), "SELECT count(*) FROM x"), i+1)
	}
}

func TestFrozenClusterAnswersNothing(t *testing.T) {
	c := pgtest.Cluster(t)
	conn := connect(t, c.Database())
	c.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	must.ErrorIs(t, conn.Ping(ctx), context.DeadlineExceeded)
	c.Kill()
}

func TestFullDisk(t *testing.T) {
	c := pgtest.Cluster(t)
	conn := connect(t, c.Database())
	exec1(t, conn, "CREATE TABLE public.x (a integer)")
	room := c.Fill("public.x")
	conn = connect(t, c.URL("onrecord"))
	_, err := conn.Exec(t.Context(), "INSERT INTO x VALUES (1)")
	var refused *pgconn.PgError
	must.True(t, errors.As(err, &refused) && refused.Code == "53100", "%v", err)
	c.Execute("onrecord", "CHECKPOINT")
	room()
	conn = connect(t, c.URL("onrecord"))
	exec1(t, conn, "INSERT INTO x VALUES (1)")
	must.Equal(t, ask[int](t, conn, "SELECT count(*) FROM x"), 1)
}

// TestProxyCutsAtCommit: cut before it, a transaction is undone, cut after it, it
// is there, and its client knows neither.
func TestProxyCutsAtCommit(t *testing.T) {
	direct := pgtest.Database(t)
	exec1(t, connect(t, direct), "CREATE TABLE x (a integer)")
	proxy := pgtest.NewProxy(t, direct)
	for when, there := range map[pgtest.Moment]bool{pgtest.BeforeCommit: false, pgtest.AfterCommit: true} {
		for _, commit := range map[string]func(*pgx.Conn) error{
			"simple": func(conn *pgx.Conn) error {
				_, err := conn.Exec(t.Context(), "COMMIT")
				return err
			},
			"prepared": func(conn *pgx.Conn) error {
				var batch pgx.Batch
				batch.Queue("INSERT INTO x VALUES ($1)", 2)
				batch.Queue("COMMIT")
				return conn.SendBatch(t.Context(), &batch).Close()
			},
		} {
			exec1(t, connect(t, direct), "TRUNCATE x")
			conn := connect(t, proxy.URL())
			exec1(t, conn, "BEGIN")
			exec1(t, conn, "INSERT INTO x VALUES (1)")
			done := proxy.CutAtCommit(when)
			must.Err(t, commit(conn))
			<-done
			must.Equal(t, ask[bool](t, connect(t, direct), "SELECT EXISTS (SELECT FROM x WHERE a = 1)"), there)
		}
	}
	proxy.Down()
	_, err := pgx.Connect(t.Context(), proxy.URL())
	must.Err(t, err)
	proxy.Up()
	must.Equal(t, ask[int](t, connect(t, proxy.URL()), "SELECT 1"), 1)
}
