package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/recordtest"
)

var errRefused = errors.New("refused")

func transactions(t *testing.T, open Open) {
	t.Run("an error writes nothing", func(t *testing.T) { errorsUndo(t, open(t)) })
	t.Run("trying writes nothing", func(t *testing.T) { tryingUndoes(t, open(t)) })
	t.Run("record times are unique and settle", func(t *testing.T) {
		one := figure(t, "f", "2020", "1", nil)
		recordtest.UniqueTimes(t, open(t), func(w store.Writer, n int) error {
			f := one
			f.ID, f.UID = fmt.Sprintf("f%d", n), fmt.Sprintf("uid-f%d", n)
			f.Meta = f.First(w.RecordTime())
			return w.PutFigure(f, caller)
		})
	})
	t.Run("one time names an unchanged record", func(t *testing.T) { writtenTimes(t, open(t)) })
	t.Run("waiting ends with a write", func(t *testing.T) {
		st, n := open(t), 0
		recordtest.Awaits(t, st, func() { n++; putFigure(t, st, figure(t, fmt.Sprintf("f%d", n), "2020", "1", nil)) })
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
	at := recordtest.Written(t, st)
	must.Equal(t, recordtest.Written(t, st), at)
	read(t, st, func(r store.Reader) {
		_, found, err := r.Metric("m", at)
		must.OK(t, err)
		must.True(t, found, "a write is missing at the time of the newest")
	})
	put("n")
	must.True(t, at < recordtest.Written(t, st), "the record has changed, and its time has not")
}

func snapshots(t *testing.T, st store.Store) {
	at := recordtest.Written(t, st)
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
