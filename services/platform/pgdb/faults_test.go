package pgdb_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// ledger is a service whose writes carry a request id: it is remembered with
// what it did, so that doing it twice would show.
var ledger = pgdb.Schema{Name: "ledger", Migrations: []string{
	`CREATE TABLE requests (id text COLLATE "C" PRIMARY KEY);
	 CREATE TABLE effects (request text COLLATE "C" NOT NULL, record_time bigint NOT NULL);
	 CREATE TABLE large (id text COLLATE "C" NOT NULL);`,
}}

// openLedger opens it as a role without any privilege but its own database.
func openLedger(t *testing.T, url string, connections int) *pgdb.DB {
	t.Helper()
	db := must.Get(pgdb.Open(t.Context(), with(t, url, "pool_max_conns", strconv.Itoa(connections)), ledger, pgdb.Options{Migrate: true}))(t)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

// request does the work of a request once, however often it is sent.
func request(id string) func(recorddb.Tx) error {
	return func(tx recorddb.Tx) error {
		first, err := tx.ExecCount("INSERT INTO requests (id) VALUES (?) ON CONFLICT DO NOTHING", id)
		if err != nil || first == 0 {
			return err
		}
		return tx.Exec("INSERT INTO effects (request, record_time) VALUES (?, ?)", id, tx.RecordTime())
	}
}

// effects returns the requests that were done, each as often as it was.
func effects(t *testing.T, db *pgdb.DB) (requests []string) {
	t.Helper()
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		requests = nil
		return conn.Query("SELECT request FROM effects ORDER BY request", func(row recorddb.Row) error {
			requests = append(requests, row.Text(0))
			return nil
		})
	}))
	return requests
}

// patience is the deadline of one try during a fault.
const patience = 400 * time.Millisecond

// clients send requests, each until it is acknowledged.
type clients struct {
	t       *testing.T
	db      *pgdb.DB
	stop    atomic.Bool
	running sync.WaitGroup

	mu       sync.Mutex
	sent     []string // and acknowledged
	failures int
	failed   map[string]bool // what the errors said
	changed  chan struct{}
}

func startClients(t *testing.T, db *pgdb.DB) *clients {
	c := &clients{t: t, db: db, failed: map[string]bool{}, changed: make(chan struct{}, 1)}
	for client := range 4 {
		c.running.Go(func() {
			for i := 0; !c.stop.Load(); i++ {
				c.send(fmt.Sprintf("%d-%05d", client, i))
			}
		})
	}
	return c
}

// send sends one request until it is acknowledged.
func (c *clients) send(id string) {
	for {
		ctx, cancel := context.WithTimeout(c.t.Context(), patience)
		err := c.db.Write(ctx, request(id))
		cancel()
		c.mu.Lock()
		if err == nil {
			c.sent = append(c.sent, id)
		} else {
			st := errs.ToStatus(err)
			c.failed[fmt.Sprint(st.Code(), " ", errs.Info(st).GetReason())] = true
			c.failures++
		}
		c.mu.Unlock()
		select {
		case c.changed <- struct{}{}:
		default:
		}
		if err == nil || c.t.Context().Err() != nil {
			return
		}
	}
}

// await waits until the clients have seen what holds asks for.
func (c *clients) await(holds func() bool) {
	c.t.Helper()
	for {
		c.mu.Lock()
		held := holds()
		c.mu.Unlock()
		if held {
			return
		}
		select {
		case <-c.changed:
		case <-c.t.Context().Done():
			c.t.Fatal("the clients never got there")
		}
	}
}

// more waits for further acknowledged requests.
func (c *clients) more() {
	c.t.Helper()
	c.mu.Lock()
	enough := len(c.sent) + 20
	c.mu.Unlock()
	c.await(func() bool { return len(c.sent) >= enough })
}

// also adds requests that were acknowledged to somebody else.
func (c *clients) also(ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, ids...)
}

// fails waits until a request has failed.
func (c *clients) fails() {
	c.t.Helper()
	c.mu.Lock()
	before := c.failures
	c.mu.Unlock()
	c.await(func() bool { return c.failures > before })
}

// finish ends the clients and checks that what they were told is so: every
// acknowledged request was done, once, and every failure had one of the reasons.
func (c *clients) finish(reasons ...string) {
	c.t.Helper()
	c.stop.Store(true)
	c.running.Wait()
	slices.Sort(c.sent)
	must.Equal(c.t, effects(c.t, c.db), c.sent)
	for reason := range c.failed {
		must.True(c.t, slices.Contains(reasons, reason), "%s is none of %q", reason, reasons)
	}
	must.OK(c.t, c.db.Check(c.t.Context()))
}

// What a client may be told while the server cannot be reached.
const (
	away     = "Unavailable STORAGE_UNAVAILABLE"
	tooLate  = "DeadlineExceeded DEADLINE_EXCEEDED"
	busy     = "Unavailable STORAGE_BUSY"
	readOnly = "Unavailable STORAGE_READ_ONLY"
)

// TestServerGoesAwayAndComesBack: no acknowledged write is lost, none is done
// twice, and the same open database goes on, whatever happened to its server.
func TestServerGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	faults := map[string]struct{ begin, end func() }{
		"stopped": {c.Stop, c.Start},
		"killed":  {c.Kill, c.Start},
		"frozen":  {c.Freeze, c.Thaw},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			c.Execute("onrecord", "TRUNCATE ledger.requests, ledger.effects")
			clients := startClients(t, db)
			clients.more()
			fault.begin()
			clients.fails()
			fault.end()
			clients.more()
			clients.finish(away, tooLate)
		})
	}
}

// TestConnectionsAreCutAtTheCommit: a client is never told that a write failed
// for good which is there, and its request sent again is the same write.
func TestConnectionsAreCutAtTheCommit(t *testing.T) {
	t.Parallel()
	for _, when := range []pgtest.Moment{pgtest.BeforeCommit, pgtest.AfterCommit} {
		proxy := pgtest.NewProxy(t, pgtest.Database(t))
		db := openLedger(t, proxy.URL(), 4)
		must.OK(t, db.Write(t.Context(), request("before")))
		done := proxy.CutAtCommit(when)
		err := db.Write(t.Context(), request("cut"))
		<-done
		statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
		must.True(t, errs.WriteUnknown(err))
		there := []string{"before"}
		if when == pgtest.AfterCommit {
			there = append(there, "cut")
		}
		must.Equal(t, effects(t, db), there)
		must.OK(t, db.Write(t.Context(), request("cut")))
		must.Equal(t, effects(t, db), []string{"before", "cut"})

		clients := startClients(t, db)
		for range 5 {
			clients.more()
			<-proxy.CutAtCommit(when)
		}
		clients.more()
		clients.also("before", "cut")
		clients.finish(away, tooLate) // a slow machine may be late
	}
}

// TestOutOfConnections: who has none is told so, and gets one when there is one.
func TestOutOfConnections(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	must.OK(t, db.Write(t.Context(), request("before")))
	c.Execute("onrecord", "ALTER ROLE service CONNECTION LIMIT 0")
	c.Execute("onrecord", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'service'")
	err := db.Read(t.Context(), func(conn recorddb.Conn) error { return conn.Query("SELECT 1", nil) })
	statustest.Check(t, err, codes.Unavailable, "STORAGE_BUSY", "")
	statustest.Check(t, db.Check(t.Context()), codes.Unavailable, "STORAGE_BUSY", "")
	clients := startClients(t, db)
	clients.fails()
	c.Execute("onrecord", "ALTER ROLE service CONNECTION LIMIT -1")
	clients.more()
	clients.also("before")
	clients.finish(busy, tooLate)
}

// TestFullDisk: the write that finds no room fails, plainly; the others do not. The check
// says what the last write found, but not for ever.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	var later atomic.Int64
	db := must.Get(pgdb.Open(t.Context(), with(t, c.DatabaseOf("service"), "pool_max_conns", "4"), ledger, pgdb.Options{
		Migrate: true, Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) },
	}))(t)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	makeRoom := c.Fill("ledger.large")
	large := func(tx recorddb.Tx) error {
		return tx.Exec("INSERT INTO large (id) VALUES (?)", "a")
	}
	err := db.Write(t.Context(), large)
	statustest.Check(t, err, codes.ResourceExhausted, "STORAGE_FULL", "")
	must.False(t, errs.WriteUnknown(err))
	err = db.Check(t.Context())
	statustest.Check(t, err, codes.ResourceExhausted, "STORAGE_FULL", "")
	must.True(t, health.Serves(err), "it is ready to be read from")
	must.OK(t, db.Write(t.Context(), request("small")))
	must.OK(t, db.Check(t.Context()))
	must.Err(t, db.Write(t.Context(), large))
	must.Err(t, db.Check(t.Context()))
	later.Store(int64(time.Minute))
	must.OK(t, db.Check(t.Context()))
	makeRoom()
	must.OK(t, db.Write(t.Context(), large))
	must.Equal(t, effects(t, db), []string{"small"})
}

// TestFullDiskWithinABatch: of writes that are committed together the last one counts.
func TestFullDiskWithinABatch(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := open(t, c.DatabaseOf("service"), pgdb.Options{})
	defer c.Fill("notes.labels")()
	large := func(tx recorddb.Tx) error { return tx.Insert(intoLabels, "a", "large") }
	results := group(t, db, large, insert("small"))
	must.Equal(t, errs.ReasonOf(results[0]), "STORAGE_FULL")
	must.OK(t, results[1])
	must.OK(t, db.Check(t.Context()))
}

// TestReadOnlyServer: one that takes no writes, such as a standby before it is
// promoted, is read from and says that it is not written to, until it is again.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	clients := startClients(t, db)
	clients.more()
	c.Execute("onrecord", "ALTER SYSTEM SET default_transaction_read_only = on")
	c.Execute("onrecord", "SELECT pg_reload_conf()")
	clients.fails()
	must.True(t, len(effects(t, db)) > 0, "it is still read from")
	err := db.Check(t.Context())
	statustest.Check(t, err, codes.Unavailable, "STORAGE_READ_ONLY", "")
	must.True(t, health.Serves(err), "it is ready to be read from")
	c.Execute("onrecord", "ALTER SYSTEM RESET default_transaction_read_only")
	c.Execute("onrecord", "SELECT pg_reload_conf()")
	clients.more()
	clients.finish(readOnly, tooLate)
	must.OK(t, db.Check(t.Context()))
}

// TestWhoWaitsIsToldForWhat: time that is up is no answer to who could do something about
// the reason.
func TestWhoWaitsIsToldForWhat(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	writer := open(t, url, pgdb.Options{})
	told := func(at, want string) {
		t.Helper()
		db := open(t, at, pgdb.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := db.Write(ctx, insert("a"))
		statustest.Check(t, err, codes.Unavailable, want, "")
		must.False(t, errs.WriteUnknown(err))
		_, said := errs.RetryDelay(errs.ToStatus(err))
		must.True(t, said, "clients try again until time is up")
	}
	told(with(t, url, "default_transaction_read_only", "on"), "STORAGE_READ_ONLY")
	busy := hold(t, writer, "b")
	told(url, "STORAGE_BUSY")
	must.OK(t, busy.done())
	must.Equal(t, notes(t.Context(), t, writer), []string{"b"})
}

// TestAPrivilegeIsMissing: that is the operator's to mend, and no fault of the program.
func TestAPrivilegeIsMissing(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	c.Execute("onrecord", "REVOKE INSERT ON ledger.requests FROM service")
	err := db.Write(t.Context(), request("a"))
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.False(t, errs.WriteUnknown(err))
	c.Execute("onrecord", "REVOKE USAGE ON SCHEMA ledger FROM service")
	statustest.Check(t, db.Check(t.Context()), codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	c.Execute("onrecord", "GRANT USAGE ON SCHEMA ledger TO service")
	c.Execute("onrecord", "GRANT INSERT ON ledger.requests TO service")
	must.OK(t, db.Write(t.Context(), request("a")))
	must.OK(t, db.Check(t.Context()))
}

// TestServerIsGone: without anybody to wait for, the answer says what is wrong.
func TestServerIsGone(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	db := openLedger(t, c.DatabaseOf("service"), 4)
	c.Stop()
	read := db.Read(t.Context(), func(conn recorddb.Conn) error { return conn.Query("SELECT 1", nil) })
	statustest.Check(t, read, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	statustest.Check(t, db.Check(t.Context()), codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	_, err := db.Present(t.Context())
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	err = db.Write(t.Context(), request("a"))
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.False(t, errs.WriteUnknown(err))
	c.Start()
	must.OK(t, db.Write(t.Context(), request("a")))
}

// TestFailover: the server is gone for good and its standby takes over at the
// same address. It has all that was acknowledged, since the server waited for it.
func TestFailover(t *testing.T) {
	t.Parallel()
	first := pgtest.Cluster(t)
	url := first.DatabaseOf("service")
	second := first.Copy()
	second.StartStandby(first)
	first.Execute("onrecord", "ALTER SYSTEM SET synchronous_standby_names = '*'")
	first.Execute("onrecord", "SELECT pg_reload_conf()")
	address := pgtest.NewProxy(t, url)
	db := openLedger(t, address.URL(), 4)
	clients := startClients(t, db)
	clients.more()
	address.Target(t, second.URL("onrecord"))
	first.Kill()
	clients.fails()
	second.Execute("onrecord", "SELECT pg_promote()")
	clients.more()
	clients.finish(away, readOnly, tooLate)
}

// TestThroughPgBouncer: its clients share server connections, each for the length
// of a transaction only.
func TestThroughPgBouncer(t *testing.T) {
	t.Parallel()
	db := openLedger(t, pgtest.Bouncer(t, pgtest.Database(t)), 8)
	clients := startClients(t, db)
	for range 10 {
		clients.more()
		must.True(t, len(effects(t, db)) > 0, "writes are read")
		must.Get(db.Present(t.Context()))(t)
	}
	clients.finish()
}
