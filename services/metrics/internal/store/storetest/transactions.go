package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var errRefused = errors.New("refused")

func transactions(t *testing.T, open Open) {
	t.Run("an error writes nothing", func(t *testing.T) { errorsUndo(t, open(t)) })
	t.Run("trying writes nothing", func(t *testing.T) { tryingUndoes(t, open(t)) })
	t.Run("record times are unique and settle", func(t *testing.T) { recordTimes(t, open(t)) })
	t.Run("one time names an unchanged record", func(t *testing.T) { canonicalTimes(t, open(t)) })
	t.Run("a snapshot stays", func(t *testing.T) { snapshots(t, open(t)) })
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

func canonicalTimes(t *testing.T, st store.Store) {
	put := func(id string) {
		write(t, st, func(w store.Writer) error {
			m := metric(id, id)
			m.Meta = m.First(w.RecordTime())
			return w.PutMetric(m, caller)
		})
	}
	put("m")
	at := st.Canonical(st.Settled())
	must.Equal(t, st.Canonical(st.Settled()), at)
	read(t, st, func(r store.Reader) {
		_, found, err := r.Metric("m", at)
		must.OK(t, err)
		must.True(t, found, "the canonical time shows another record")
	})
	put("n")
	must.True(t, at < st.Canonical(st.Settled()), "the record has changed, and its time has not")
	must.Equal(t, st.Canonical(at), at)
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
	read(t, st, func(r store.Reader) {
		_, err := r.Metrics(store.List{At: store.Newest, Order: byName, Limit: 10})
		must.OK(t, err)
		putFigure(t, st, figure(t, "f", "2020", "1", nil))
		_, found, err := r.Figure("f", store.Newest)
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
