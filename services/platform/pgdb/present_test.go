package pgdb_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestPresentWhileAnotherReplicaWrites(t *testing.T) {
	url := pgtest.Database(t)
	one, two := open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})
	first := add(t.Context(), t, one, "a")
	before := present(t, two)
	must.Equal(t, before.Written, first)
	must.True(t, before.Settled > first)
	must.Equal(t, two.Settled(), before.Settled)

	busy := hold(t, one, "b")
	during := present(t, two)
	must.Equal(t, during, recordtime.Present{Written: first, Settled: busy.at - 1})
	must.True(t, busy.at > before.Settled, "a time that was settled was given to a write")
	must.OK(t, busy.done())
	after := present(t, two)
	must.Equal(t, after.Written, busy.at)
	must.True(t, after.Settled >= busy.at)
	must.Equal(t, notes(t.Context(), t, two), []string{"a", "b"})
}

// Two services in one database do not wait for each other.
func TestSchemasAreApart(t *testing.T) {
	url := pgtest.Database(t)
	one := open(t, url, pgdb.Options{})
	other := must.Get(pgdb.Open(t.Context(), url, pgdb.Schema{Name: "others", Migrations: schema.Migrations},
		pgdb.Options{Migrate: true}))(t)
	defer other.Close()
	busy := hold(t, one, "a")
	at := add(t.Context(), t, other, "b")
	now := present(t, other)
	must.Equal(t, now.Written, at)
	must.True(t, now.Settled > at)
	must.OK(t, busy.done())
	must.Equal(t, notes(t.Context(), t, other), []string{"b"})
}

func TestAwait(t *testing.T) {
	url := pgtest.Database(t)
	one, two := open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})
	first := add(t.Context(), t, one, "a")
	now := must.Get(two.Await(t.Context(), first-1))(t) // news already
	must.Equal(t, now.Written, first)

	awaited := make(chan recordtime.Present, 4)
	for _, db := range []*pgdb.DB{one, two, two} {
		go func() {
			now, err := db.Await(context.Background(), first)
			must.OK(t, err)
			awaited <- now
		}()
	}
	second := add(t.Context(), t, one, "b")
	for range 3 {
		must.True(t, (<-awaited).Written >= second)
	}
	ended, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		_, err := two.Await(ended, second)
		result <- err
	}()
	cancel()
	statustest.Check(t, <-result, codes.Canceled, "CANCELLED", "")
	go func() {
		_, err := two.Await(context.Background(), second)
		result <- err
	}()
	must.OK(t, two.Close())
	statustest.Check(t, <-result, codes.Unavailable, "DATABASE_CLOSED", "")
}

// Many who ask at once, some of whom give up, each know of what was acknowledged
// before they asked.
func TestPresentOfManyAskers(t *testing.T) {
	db := openNew(t)
	var wg sync.WaitGroup
	for asker := range 32 {
		wg.Go(func() {
			for i := range 10 {
				if asker < 4 {
					at := add(t.Context(), t, db, fmt.Sprint(asker, " ", i))
					must.True(t, present(t, db).Written >= at)
					continue
				}
				ctx, cancel := context.WithCancel(t.Context())
				if i%3 == 0 {
					go cancel()
				}
				if _, err := db.Present(ctx); err != nil {
					statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
					must.Err(t, ctx.Err())
				}
				cancel()
			}
		})
	}
	wg.Wait()
}

// TestSettledDoesNotGoBack: what one replica said is settled, another one that is asked
// later does not take back, however many write and ask at the same time: a caller may
// read at that time wherever its call goes.
func TestSettledDoesNotGoBack(t *testing.T) {
	url := pgtest.Database(t)
	dbs := []*pgdb.DB{open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})}
	var writers, askers sync.WaitGroup
	var told atomic.Int64
	var stop atomic.Bool
	for i := range 2 * len(dbs) {
		writers.Go(func() {
			for n := range 40 {
				add(t.Context(), t, dbs[i%len(dbs)], fmt.Sprint(i, " ", n))
			}
		})
		askers.Go(func() {
			for !stop.Load() {
				before := told.Load()
				settled := int64(present(t, dbs[i%len(dbs)]).Settled)
				if settled < before {
					t.Errorf("settled went back by %d µs", before-settled)
					return
				}
				for last := before; last < settled && !told.CompareAndSwap(last, settled); last = told.Load() {
				}
			}
		})
	}
	writers.Wait()
	stop.Store(true)
	askers.Wait()
}

// model is what a test knows of two replicas and what it was told.
type model struct {
	dbs     []*pgdb.DB
	busy    *held
	written int
	last    recordtime.Time
	settled recordtime.Time
	// seen is what a settled time showed when it was first read.
	seen map[recordtime.Time][]string
}

func (m *model) at(t *rapid.T, at recordtime.Time) (ids []string) {
	db := rapid.SampledFrom(m.dbs).Draw(t, "reader")
	must.OK(t, db.Read(context.Background(), func(conn recorddb.Conn) error {
		return conn.Query("SELECT id FROM notes WHERE record_time <= ? ORDER BY record_time", func(row recorddb.Row) error {
			ids = append(ids, row.Text(0))
			return nil
		}, at)
	}))
	return ids
}

func (m *model) present(t *rapid.T) {
	now := present(t, rapid.SampledFrom(m.dbs).Draw(t, "asked"))
	must.True(t, now.Written >= m.last, "an acknowledged write is missing")
	must.True(t, now.Settled >= now.Written)
	m.settled = max(m.settled, now.Settled)
	if m.busy != nil {
		must.True(t, now.Settled < m.busy.at)
	}
	for _, at := range []recordtime.Time{now.Written, now.Settled} {
		if _, known := m.seen[at]; !known {
			m.seen[at] = m.at(t, at)
		}
	}
	must.Equal(t, m.seen[now.Written], m.seen[now.Settled])
}

func (m *model) write(t *rapid.T) {
	if m.busy != nil {
		return
	}
	m.written++
	at := add(context.Background(), t, rapid.SampledFrom(m.dbs).Draw(t, "writer"), fmt.Sprint(m.written))
	must.True(t, at > m.settled, "a write got the settled time %d", at)
	m.last = at
}

func TestPropertyWhatIsSettledNeverChanges(t *testing.T) {
	url := pgtest.Database(t)
	dbs := []*pgdb.DB{open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})}
	m := &model{dbs: dbs, seen: make(map[recordtime.Time][]string)}
	rapid.Check(t, func(r *rapid.T) {
		r.Repeat(map[string]func(*rapid.T){
			"write":   m.write,
			"present": m.present,
			"hold": func(r *rapid.T) {
				if m.busy == nil {
					m.written++
					m.busy = hold(t, rapid.SampledFrom(m.dbs).Draw(r, "holder"), fmt.Sprint(m.written))
					must.True(r, m.busy.at > m.settled)
				}
			},
			"let go": func(r *rapid.T) {
				if m.busy != nil {
					must.OK(r, m.busy.done())
					m.last, m.busy = m.busy.at, nil
				}
			},
			"read again": func(r *rapid.T) {
				for at, ids := range m.seen {
					must.Equal(r, m.at(r, at), ids)
					break
				}
			},
		})
		for at, ids := range m.seen {
			must.True(r, slices.Equal(m.at(r, at), ids), "the record at %d has changed", at)
		}
		clear(m.seen)
	})
	if m.busy != nil {
		must.OK(t, m.busy.done())
	}
}
