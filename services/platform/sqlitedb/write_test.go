package sqlitedb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// group queues the writes while the writer is busy, so that they share one
// commit, and returns their errors in order.
func group(t *testing.T, db *sqlitedb.DB, writes ...func(recorddb.Tx) error) []error {
	t.Helper()
	busy := make(chan struct{})
	results := make([]error, len(writes))
	var wg sync.WaitGroup
	wg.Go(func() {
		must.OK(t, db.Write(t.Context(), func(recorddb.Tx) error {
			<-busy
			return nil
		}))
	})
	synctest.Wait()
	for i, write := range writes {
		wg.Go(func() { results[i] = db.Write(t.Context(), write) })
		synctest.Wait() // queued in this order
	}
	close(busy)
	wg.Wait()
	return results
}

func TestWritesThatWaitShareOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		var seen [][]string
		write := func(id string) func(recorddb.Tx) error {
			return func(tx recorddb.Tx) error {
				// What is committed does not grow while the group runs; the
				// transaction itself sees the writes before this one.
				must.Equal(t, len(notes(t.Context(), t, db)), 0)
				seen = append(seen, notesOn(t, tx))
				return insert(id)(tx)
			}
		}
		for _, err := range group(t, db, write("a"), write("b"), write("c")) {
			must.OK(t, err)
		}
		must.Equal(t, seen, [][]string{nil, {"a"}, {"a", "b"}})
		must.Equal(t, notes(t.Context(), t, db), []string{"a", "b", "c"})
	})
}

func TestOneFailureOfAGroupUndoesThatOneOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		mine := errors.New("mine")
		after := func(id string, then func() error) func(recorddb.Tx) error {
			return func(tx recorddb.Tx) error {
				must.OK(t, insert(id)(tx))
				return then()
			}
		}
		results := group(t, db,
			insert("a"),
			after("failed", func() error { return mine }),
			after("panicked", func() error { panic("boom") }),
			insert("a"), // again
			after("dry run", func() error { return recorddb.ErrRollback }),
			insert("b"),
		)
		must.OK(t, results[0])
		must.True(t, results[1] == mine, "the closure's error comes back as it is") //nolint:errorlint // the very error
		statustest.Check(t, results[2], codes.Internal, "INTERNAL", "")
		must.False(t, errs.WriteUnknown(results[2]))
		must.True(t, sqlitedb.IsUnique(results[3]))
		must.OK(t, results[4])
		must.OK(t, results[5])
		must.Equal(t, notes(t.Context(), t, db), []string{"a", "b"})
	})
}

// TestAFailureOfTheFirstOfAGroupUndoesThatOneOnly: the first has no savepoint.
func TestAFailureOfTheFirstOfAGroupUndoesThatOneOnly(t *testing.T) {
	for name, then := range map[string]func() error{
		"failing":   func() error { return errors.New("mine") },
		"panicking": func() error { panic("boom") },
		"a dry run": func() error { return recorddb.ErrRollback },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := open(t, tempPath(t), sqlitedb.Options{})
				undone := func(id string) func(recorddb.Tx) error {
					return func(tx recorddb.Tx) error {
						must.OK(t, insert(id)(tx))
						return then()
					}
				}
				results := group(t, db, undone("first"), undone("second"), insert("a"), undone("third"), insert("b"))
				for _, i := range []int{0, 1, 3} {
					must.Equal(t, results[i] == nil, name == "a dry run")
				}
				must.OK(t, results[2])
				must.OK(t, results[4])
				must.Equal(t, notes(t.Context(), t, db), []string{"a", "b"})
			})
		})
	}
}

// TestAWriteThatCannotBeUndoneIsNotCommittedByTheNext: neither in its group nor later.
func TestAWriteThatCannotBeUndoneIsNotCommittedByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		broken := func(id, undo string) func(recorddb.Tx) error {
			return func(tx recorddb.Tx) error {
				must.OK(t, insert(id)(tx))
				must.OK(t, sqlitedb.FailNext(tx, "ROLLBACK"))
				must.OK(t, sqlitedb.FailNext(tx, undo))
				return errors.New("mine")
			}
		}
		results := group(t, db, broken("first", "ROLLBACK"), insert("a"))
		must.Err(t, results[0])
		must.OK(t, results[1])
		must.Equal(t, notes(t.Context(), t, db), []string{"a"})

		results = group(t, db, insert("b"), broken("second", "ROLLBACK TO one_write"), insert("c"))
		statustest.Check(t, results[0], codes.Unavailable, "WRITE_LOST", "")
		must.False(t, errs.WriteUnknown(results[0]))
		must.Err(t, results[1])
		must.OK(t, results[2])
		must.Equal(t, notes(t.Context(), t, db), []string{"a", "c"})
	})
}

func TestAFailedCommitFailsItsGroupAndLeavesTheOutcomeOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		results := group(t, db, insert("a"), func(tx recorddb.Tx) error {
			must.OK(t, tx.Exec("PRAGMA defer_foreign_keys = ON"))
			return tx.Exec("INSERT INTO links (note) VALUES ('nowhere')")
		})
		for _, err := range results {
			statustest.Check(t, err, codes.Unavailable, "WRITE_LOST", "")
			must.True(t, errs.WriteUnknown(err))
		}
		must.False(t, results[0] == results[1], "each caller has an error of its own") //nolint:errorlint // the very error
		add(t.Context(), t, db, "later")
		must.Equal(t, notes(t.Context(), t, db), []string{"later"})
	})
}

func TestALostTransactionFailsTheWritesBeforeItOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		results := group(t, db, insert("a"), func(tx recorddb.Tx) error {
			return tx.Exec("INSERT OR ROLLBACK INTO notes (id, record_time) VALUES ('a', 1)")
		}, insert("b"))
		statustest.Check(t, results[0], codes.Unavailable, "WRITE_LOST", "")
		must.True(t, sqlitedb.IsUnique(results[1]))
		must.OK(t, results[2])
		must.False(t, errs.WriteUnknown(results[0]))
		must.Equal(t, notes(t.Context(), t, db), []string{"b"})
	})
}

func TestAnAnswerNeverRestsOnALostWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		sees := func(then error) func(recorddb.Tx) error {
			return func(tx recorddb.Tx) error {
				must.Equal(t, notesOn(t, tx), []string{"a"})
				return then
			}
		}
		results := group(t, db,
			func(recorddb.Tx) error { return recorddb.ErrRollback }, // sees nothing that is lost
			insert("a"),
			sees(recorddb.ErrRollback),
			sees(errs.New(errs.AlreadyExists, "", "a is there")),
			insert("a"), // again
			func(tx recorddb.Tx) error { // makes the commit fail
				must.OK(t, tx.Exec("PRAGMA defer_foreign_keys = ON"))
				return tx.Exec("INSERT INTO links (note) VALUES ('nowhere')")
			},
		)
		must.OK(t, results[0])
		for i, unknown := range []bool{true, false, false, false, true} {
			statustest.Check(t, results[i+1], codes.Unavailable, "WRITE_LOST", "")
			must.Equal(t, errs.WriteUnknown(results[i+1]), unknown)
		}
	})
}

func TestACallerNeverSeesTheErrorOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		results := group(t, db, insert("a"), func(tx recorddb.Tx) error {
			err := tx.Exec("INSERT OR ROLLBACK INTO notes (id, record_time) VALUES ('a', 1)")
			return errs.New(errs.AlreadyExists, "NAME_TAKEN", "mine").Wrap(err)
		})
		statustest.Check(t, results[0], codes.Unavailable, "WRITE_LOST", "")
		statustest.Check(t, results[1], codes.AlreadyExists, "NAME_TAKEN", "")
	})
}

// TestAClosureThatEndsTheWriter covers t.FailNow inside a closure.
func TestAClosureThatEndsTheWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		results := group(t, db, insert("a"), func(recorddb.Tx) error {
			runtime.Goexit()
			return nil
		}, insert("b"))
		for _, err := range results {
			must.Err(t, err)
			must.False(t, errs.WriteUnknown(err))
		}
		add(t.Context(), t, db, "later")
		must.Equal(t, notes(t.Context(), t, db), []string{"later"})
	})
}

func TestAFullDiskIsSaidAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		limit := func(pages int) func(recorddb.Tx) error {
			return func(tx recorddb.Tx) error { return tx.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)) }
		}
		must.OK(t, db.Write(t.Context(), limit(1))) // as many as there are
		big := func(tx recorddb.Tx) error {
			return tx.Exec("INSERT INTO notes (id, body, record_time) VALUES ('big', ?, 1)", make([]byte, 1<<20))
		}
		results := group(t, db, big, insert("small"))
		statustest.Check(t, results[0], codes.ResourceExhausted, "STORAGE_FULL", "")
		must.False(t, errs.WriteUnknown(results[0]))
		must.OK(t, results[1])

		must.OK(t, db.Write(t.Context(), limit(100_000)))
		must.OK(t, db.Write(t.Context(), big))
		must.Equal(t, notes(t.Context(), t, db), []string{"big", "small"})
	})
}

func TestAWriteGivenUpInTheQueueNeverRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, tempPath(t), sqlitedb.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var given error
		results := group(t, db, func(tx recorddb.Tx) error {
			go func() { given = db.Write(ctx, insert("given up")) }()
			synctest.Wait()
			cancel()
			synctest.Wait()
			return insert("a")(tx)
		})
		must.OK(t, results[0])
		statustest.Check(t, given, codes.Canceled, "CANCELLED", "")
		must.False(t, errs.WriteUnknown(given))
		must.Equal(t, notes(t.Context(), t, db), []string{"a"})

		err := db.Write(ctx, insert("too late"))
		statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	})
}

func TestAnEndedContextStopsTheNextStatement(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(tx recorddb.Tx) error {
		must.OK(t, insert("a")(tx))
		cancel()
		return insert("b")(tx)
	})
	statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	must.False(t, errs.WriteUnknown(err))

	ctx, cancel = context.WithCancel(t.Context())
	must.OK(t, db.Write(ctx, func(tx recorddb.Tx) error {
		defer cancel() // too late to matter
		return insert("c")(tx)
	}))
	must.Equal(t, notes(t.Context(), t, db), []string{"c"})
}

func TestRecordTimesAndSettled(t *testing.T) {
	wall := newClock()
	db := open(t, tempPath(t), sqlitedb.Options{Now: wall.now})
	var times []recordtime.Time
	for i := range 5 { // the wall clock stands still
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			times = append(times, tx.RecordTime())
			must.True(t, db.Settled() < tx.RecordTime(), "settled before the commit")
			return insert(fmt.Sprint(i))(tx)
		}))
		must.True(t, db.Settled() >= times[i], "who is told of a write can read it")
	}
	must.True(t, slices.IsSorted(times))
	must.Equal(t, len(slices.Compact(times)), 5)
}

func TestManyWritersAndReaders(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{Readers: 3})
	const writers, each = 8, 20
	var mu sync.Mutex
	seen := make(map[recordtime.Time]bool)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				at := add(t.Context(), t, db, fmt.Sprintf("%d-%d", w, i))
				mu.Lock()
				seen[at] = true
				mu.Unlock()
			}
		})
		wg.Go(func() {
			for range each {
				settled := db.Settled()
				must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
					count := "SELECT count(*) FROM notes WHERE record_time <= ?"
					first, again := 0, 0
					must.OK(t, conn.Query(count, func(row recorddb.Row) error { first = int(row.Int64(0)); return nil }, settled))
					must.OK(t, conn.Query(count, func(row recorddb.Row) error { again = int(row.Int64(0)); return nil }, settled))
					must.Equal(t, again, first)
					return nil
				}))
			}
		})
	}
	wg.Wait()
	must.Equal(t, len(seen), writers*each)
	must.Equal(t, len(notes(t.Context(), t, db)), writers*each)
}
