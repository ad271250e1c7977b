package pgdb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestWritesThatWaitShareOneCommit(t *testing.T) {
	db := openNew(t)
	var seen [][]string
	write := func(id string) func(recorddb.Tx) error {
		return func(tx recorddb.Tx) error {
			// What is committed does not grow while the group runs; the
			// transaction itself sees the writes before this one.
			must.Equal(t, notes(t.Context(), t, db), []string{"busy"})
			seen = append(seen, notesOn(t, tx))
			return insert(id)(tx)
		}
	}
	for _, err := range group(t, db, write("a"), write("b"), write("c")) {
		must.OK(t, err)
	}
	must.Equal(t, seen, [][]string{{"busy"}, {"busy", "a"}, {"busy", "a", "b"}})
	must.Equal(t, notes(t.Context(), t, db), []string{"busy", "a", "b", "c"})
}

func TestOneFailureOfAGroupUndoesThatOneOnly(t *testing.T) {
	db := openNew(t)
	mine := errors.New("mine")
	after := func(id string, then func(recorddb.Tx) error) func(recorddb.Tx) error {
		return func(tx recorddb.Tx) error {
			must.OK(t, insert(id)(tx))
			_ = notesOn(t, tx) // the row is on the server
			return then(tx)
		}
	}
	results := group(t, db,
		insert("a"),
		after("failed", func(recorddb.Tx) error { return mine }),
		after("panicked", func(recorddb.Tx) error { panic("boom") }),
		insert("a"), // again
		after("dry run", func(recorddb.Tx) error { return recorddb.ErrRollback }),
		after("passed over", func(tx recorddb.Tx) error {
			_ = tx.Query("SELECT nothing FROM notes", nil)
			return nil
		}),
		insert("b"),
		func(tx recorddb.Tx) error { return tx.Exec("SELECT nothing FROM notes") },
		func(tx recorddb.Tx) error { return tx.ExecOne("UPDATE notes SET starred = 1 WHERE id = ?", "none") },
		insert("c"),
	)
	for _, i := range []int{0, 4, 6, 9} {
		must.OK(t, results[i])
	}
	must.ErrorIs(t, results[1], mine)
	statustest.Check(t, results[2], codes.Internal, "INTERNAL", "")
	must.True(t, pgdb.IsUnique(results[3]), results[3])
	must.Contains(t, results[5].Error(), "nothing")
	must.Contains(t, results[7].Error(), "nothing")
	must.Contains(t, results[8].Error(), "0 rows changed instead of one")
	must.Equal(t, notes(t.Context(), t, db), []string{"busy", "a", "b", "c"})
}

func TestADryRunSaysWhatWouldFail(t *testing.T) {
	db := openNew(t)
	add(t.Context(), t, db, "a")
	err := db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, insert("a")(tx))
		return recorddb.ErrRollback
	})
	must.True(t, pgdb.IsUnique(err), err)
	must.False(t, pgdb.IsUnique(nil))
}

func TestAClosureThatEndsTheWriterIsAnswered(t *testing.T) {
	db := openNew(t)
	results := group(t, db, insert("a"), func(recorddb.Tx) error {
		runtime.Goexit()
		return nil
	}, insert("b"))
	for _, err := range results {
		must.Err(t, err)
		must.False(t, errs.WriteUnknown(err), err)
	}
	add(t.Context(), t, db, "c")
	must.Equal(t, notes(t.Context(), t, db), []string{"busy", "c"})
}

func TestManyWritersEachHaveTheirOwnTime(t *testing.T) {
	url := pgtest.Database(t)
	replicas := []*pgdb.DB{open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})}
	const writers, writes = 8, 10
	var mu sync.Mutex
	var order []recordtime.Time // as the transactions ran
	var wg sync.WaitGroup
	for w := range writers {
		db := replicas[w%len(replicas)]
		wg.Go(func() {
			for i := range writes {
				at := add(t.Context(), t, db, fmt.Sprintf("%d-%d", w, i))
				mu.Lock()
				order = append(order, at)
				mu.Unlock()
				for _, other := range replicas {
					must.True(t, at <= present(t, other).Written)
				}
			}
		})
	}
	wg.Wait()
	slices.Sort(order)
	must.Equal(t, len(slices.Compact(order)), writers*writes)
	must.Equal(t, len(notes(t.Context(), t, replicas[0])), writers*writes)
}

func TestAWriteSeesTheWritesOfOtherReplicas(t *testing.T) {
	url := pgtest.Database(t)
	one, two := open(t, url, pgdb.Options{}), open(t, url, pgdb.Options{})
	busy := hold(t, one, "a")
	second := make(chan recordtime.Time)
	go func() {
		var at recordtime.Time
		must.OK(t, two.Write(context.Background(), func(tx recorddb.Tx) error {
			at = tx.RecordTime()
			must.Equal(t, notesOn(t, tx), []string{"a"})
			return insert("b")(tx)
		}))
		second <- at
	}()
	must.OK(t, busy.done())
	must.True(t, <-second > busy.at)
}

func TestRowsOfATransaction(t *testing.T) {
	db := openNew(t)
	const rows = 100 // enough for COPY
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		for i := range rows {
			must.OK(t, tx.Insert(intoLabels, "a", fmt.Sprint(i)))
		}
		count, err := tx.ExecCount("UPDATE labels SET note = ? WHERE note = ?", "b", "a")
		must.Equal(t, count, rows)
		must.OK(t, tx.Insert(intoLabels, "a", "last"))
		must.OK(t, tx.ExecOne("DELETE FROM labels WHERE note = ?", "a"))
		must.OK(t, tx.Insert(intoLabels, "a", "last"))
		return err
	}))
	var count int64
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		_, err := conn.QueryOne("SELECT count(*) FROM labels", func(row recorddb.Row) error {
			count = row.Int64(0)
			return nil
		})
		return err
	}))
	must.Equal(t, count, int64(rows+1))
	err := db.Write(t.Context(), func(tx recorddb.Tx) error { return tx.Insert(intoLabels, "a") })
	must.Contains(t, err.Error(), "1 values for 2 columns")
	err = db.Write(t.Context(), func(tx recorddb.Tx) error {
		for range rows {
			must.OK(t, tx.Insert(intoLabels, "twice", "twice"))
		}
		return nil
	})
	must.True(t, pgdb.IsUnique(err), err)
}

func TestTryUndoesOnlyWhatItDid(t *testing.T) {
	db := openNew(t)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, insert("a")(tx))
		err := tx.Try(func() error { return insert("a")(tx) })
		must.True(t, pgdb.IsUnique(err), err)
		must.OK(t, tx.Try(func() error {
			must.OK(t, insert("tried")(tx))
			must.Equal(t, notesOn(t, tx), []string{"a", "tried"})
			return nil
		}))
		return insert("b")(tx)
	}))
	must.Equal(t, notes(t.Context(), t, db), []string{"a", "b"})
}

func TestAContextThatEnds(t *testing.T) {
	db := openNew(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	statustest.Check(t, db.Write(ended, insert("a")), codes.Canceled, "CANCELLED", "")
	statustest.Check(t, db.Read(ended, func(recorddb.Conn) error { return nil }), codes.Canceled, "CANCELLED", "")

	// While another write runs.
	busy := hold(t, db, "busy")
	waiting, cancel := context.WithCancel(t.Context())
	queued := &watchedContext{Context: waiting, waits: make(chan struct{})}
	result := make(chan error)
	go func() { result <- db.Write(queued, insert("waits")) }()
	<-queued.waits
	cancel()
	err := <-result
	statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	must.False(t, errs.WriteUnknown(err), err)
	must.OK(t, busy.done())
	must.Equal(t, notes(t.Context(), t, db), []string{"busy"})
}

func TestAStatementEndsWithTheContext(t *testing.T) {
	db := openNew(t)
	const sleep = "SELECT pg_sleep(3600)"
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := db.Read(short, func(conn recorddb.Conn) error { return conn.Query(sleep, nil) })
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")

	// The transaction is lost with it, so the write before it runs once more.
	busy := hold(t, db, "busy")
	results := make(chan error, 2)
	runs := 0
	first := &watchedContext{Context: t.Context(), waits: make(chan struct{})}
	go func() {
		results <- db.Write(first, func(tx recorddb.Tx) error {
			runs++
			return insert("a")(tx)
		})
	}()
	<-first.waits
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	second := &watchedContext{Context: ctx, waits: make(chan struct{})}
	go func() {
		results <- db.Write(second, func(tx recorddb.Tx) error {
			must.OK(t, insert("sleeps")(tx))
			return tx.Query(sleep, nil)
		})
	}()
	<-second.waits
	must.OK(t, busy.done())
	err = <-results
	statustest.Check(t, err, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "")
	must.False(t, errs.WriteUnknown(err), err)
	must.OK(t, <-results)
	must.Equal(t, runs, 2)
	must.Equal(t, notes(t.Context(), t, db), []string{"busy", "a"})
}

func TestAContextThatEndsBetweenClosureAndCommit(t *testing.T) {
	db := openNew(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	left := make(chan error, 1)
	busy := hold(t, db, "busy")
	first := &watchedContext{Context: ctx, waits: make(chan struct{})}
	go func() { left <- db.Write(first, insert("d")) }()
	<-first.waits
	second := &watchedContext{Context: t.Context(), waits: make(chan struct{})}
	outcome, answer := make(chan error, 1), make(chan error, 1)
	go func() {
		answer <- db.Write(second, func(tx recorddb.Tx) error {
			cancel()
			outcome <- <-left
			return insert("e")(tx)
		})
	}()
	<-second.waits
	must.OK(t, busy.done())
	err := <-outcome
	statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	must.True(t, errs.WriteUnknown(err), err)
	must.OK(t, <-answer)
	must.Equal(t, notes(t.Context(), t, db), []string{"busy", "d", "e"})
}
