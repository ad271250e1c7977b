// Package recordtest checks what the record of every service promises of its times, and of
// what it keeps about writes. What is on record is for the service to say.
package recordtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Written is the time of the newest write.
func Written(t testing.TB, record recorddb.Engine) recordtime.Time {
	t.Helper()
	present, err := record.Present(t.Context())
	must.OK(t, err)
	must.True(t, present.Written <= present.Settled)
	return present.Written
}

// Awaits checks that who waits is told of a write, and that waiting ends.
func Awaits(t *testing.T, record recorddb.Engine, write func()) {
	t.Helper()
	write()
	first := Written(t, record)
	present, err := record.Await(t.Context(), first-1)
	must.OK(t, err)
	must.True(t, present.Written >= first)
	told := make(chan recordtime.Time)
	go func() {
		present, err := record.Await(t.Context(), first)
		if err != nil {
			t.Error(err)
		}
		told <- present.Written
	}()
	write()
	must.True(t, <-told > first)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = record.Await(ctx, recordtime.Forever)
	must.True(t, errs.Is(err, errs.Canceled))
}

// UniqueTimes checks that writes that are made at once, the n-th by write, have record times
// of their own, which are settled once they are acknowledged.
func UniqueTimes[R any, W recordwrite.Writer](t *testing.T, record recorddb.Record[R, W], write func(w W, n int) error) {
	t.Helper()
	const writes = 20
	var times, settled [writes]recordtime.Time
	var failures [writes]error
	var all sync.WaitGroup
	for i := range writes {
		all.Go(func() {
			failures[i] = record.Write(t.Context(), func(w W) error {
				times[i] = w.RecordTime()
				return write(w, i)
			})
			settled[i] = record.Settled()
		})
	}
	all.Wait()
	must.OK(t, errors.Join(failures[:]...))
	seen := map[recordtime.Time]bool{}
	for i, at := range times {
		must.True(t, at <= settled[i], "an acknowledged write is settled")
		seen[at] = true
	}
	must.Equal(t, len(seen), writes)
}
