package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var errRefused = errors.New("refused")

func transactions(t *testing.T, open Open) {
	t.Run("an error writes nothing", func(t *testing.T) { errorsUndo(t, open(t)) })
	t.Run("trying writes nothing", func(t *testing.T) { tryingUndoes(t, open(t)) })
	t.Run("record times are unique and settle", func(t *testing.T) { recordTimes(t, open(t)) })
	t.Run("one time names an unchanged record", func(t *testing.T) { writtenTimes(t, open(t)) })
	t.Run("waiting ends with a write", func(t *testing.T) {
		st, n := open(t), 0
		awaits(t, st, func() { n++; putFigure(t, st, figure(t, fmt.Sprintf("f%d", n), "2020", "1", nil)) })
	})
	t.Run("what stood at a time stays", func(t *testing.T) { snapshots(t, open(t)) })
	t.Run("an ended context does nothing", func(t *testing.T) { endedContexts(t, open(t)) })
}

func errorsUndo(t *testing.T, st store.Store) {
	err := st.Write(t.Context(), func(w store.Writer) error {
		m := metric("m", "M")
		m.Meta = m.First(w.RecordTime())
		must.OK(t, w.PutMetric(m, caller))
		_, found, err := w.Metric("m", store.Newest)
		must.OK(t, err)
		must.True(t, found, "a writer reads its own writes")
		return errRefused
	})
	must.ErrorIs(t, err, errRefused)
	absent(t, st)
}

func tryingUndoes(t *testing.T, st store.Store) {
	put := func(w store.Writer) error {
		m := metric("m", "M")
		m.Meta = m.First(w.RecordTime())
		return w.PutMetric(m, caller)
	}
	must.OK(t, st.Try(t.Context(), put))
	absent(t, st)
	must.ErrorIs(t, st.Try(t.Context(), func(store.Writer) error { return errRefused }), errRefused)
	write(t, st, func(w store.Writer) error {
		must.OK(t, w.Try(put))
		_, found, err := w.Metric("m", store.Newest)
		must.OK(t, err)
		must.False(t, found)
		must.ErrorIs(t, w.Try(func(store.Writer) error { return errRefused }), errRefused)
		return put(w)
	})
	read(t, st, func(r store.Reader) {
		_, found, err := r.Metric("m", store.Newest)
		must.OK(t, err)
		must.True(t, found)
	})
}

func writtenTimes(t *testing.T, st store.Store) {
	put := func(id string) {
		write(t, st, func(w store.Writer) error {
			m := metric(id, id)
			m.Meta = m.First(w.RecordTime())
			return w.PutMetric(m, caller)
		})
	}
	put("m")
	at := written(t, st)
	must.Equal(t, written(t, st), at)
	read(t, st, func(r store.Reader) {
		_, found, err := r.Metric("m", at)
		must.OK(t, err)
		must.True(t, found, "a write is missing at the time of the newest")
	})
	put("n")
	must.True(t, at < written(t, st), "the record has changed, and its time has not")
}

func recordTimes(t *testing.T, st store.Store) {
	const writes = 20
	var times, settled [writes]recordtime.Time
	var failures [writes]error
	var wg sync.WaitGroup
	for i := range writes {
		f := figure(t, fmt.Sprintf("f%d", i), "2020", "1", nil)
		wg.Go(func() {
			failures[i] = st.Write(t.Context(), func(w store.Writer) error {
				times[i], f.Meta = w.RecordTime(), f.First(w.RecordTime())
				return w.PutFigure(f, caller)
			})
			settled[i] = st.Settled()
		})
	}
	wg.Wait()
	must.OK(t, errors.Join(failures[:]...))
	seen := map[recordtime.Time]bool{}
	for i, at := range times {
		must.True(t, at <= settled[i], "an acknowledged write is settled")
		seen[at] = true
	}
	must.Equal(t, len(seen), writes)
}

func snapshots(t *testing.T, st store.Store) {
	at := written(t, st)
	read(t, st, func(r store.Reader) {
		_, err := r.Metrics(store.List{At: at, Order: byName, Limit: 10})
		must.OK(t, err)
		putFigure(t, st, figure(t, "f", "2020", "1", nil))
		_, found, err := r.Figure("f", at)
		must.OK(t, err)
		must.False(t, found)
	})
}

func endedContexts(t *testing.T, st store.Store) {
	must.Err(t, st.Read(ended(t), func(store.Reader) error { return nil }))
	must.Err(t, st.Write(ended(t), func(store.Writer) error { return nil }))
	must.OK(t, st.Check(t.Context()))
}

func absent(t *testing.T, st store.Store) {
	t.Helper()
	read(t, st, func(r store.Reader) {
		_, found, err := r.Metric("m", store.Newest)
		must.OK(t, err)
		must.False(t, found)
	})
}

// written is the time of the newest write.
func written(t testing.TB, st store.Store) recordtime.Time {
	t.Helper()
	present, err := st.Present(t.Context())
	must.OK(t, err)
	must.True(t, present.Written <= present.Settled)
	return present.Written
}

// awaits checks that who waits is told of a write, and that waiting ends.
func awaits(t *testing.T, st store.Store, write func()) {
	t.Helper()
	write()
	first := written(t, st)
	present, err := st.Await(t.Context(), first-1)
	must.OK(t, err)
	must.True(t, present.Written >= first)
	told := make(chan recordtime.Time)
	go func() {
		present, err := st.Await(t.Context(), first)
		if err != nil {
			t.Error(err)
		}
		told <- present.Written
	}()
	write()
	must.True(t, <-told > first)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = st.Await(ctx, recordtime.Forever)
	must.True(t, errs.Is(err, errs.Canceled))
}
