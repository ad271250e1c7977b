package storetest

import (
	"context"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func changes(t *testing.T, open Open) {
	t.Run("EveryKind", func(t *testing.T) { everyKind(t, open(t)) })
	t.Run("WhileWriting", func(t *testing.T) { changesWhileWriting(t, open(t)) })
}

// everyKind: what one transaction wrote stays together, kinds in their order; replaced revisions and tombstones are changes.
func everyKind(t *testing.T, st store.Store) {
	var m domain.Metric
	b, a := figure(t, "b", "2020", "1", nil), figure(t, "a", "2020", "2", nil)
	var revised domain.Figure
	first := write(t, st, func(w store.Writer) error {
		m = metric("m", "Metric")
		m.Meta = m.First(w.RecordTime())
		b.Meta, a.Meta = b.First(w.RecordTime()), a.First(w.RecordTime())
		revised = b
		revised.Meta, revised.Comment = revised.Next(w.RecordTime()), "c"
		for _, put := range []error{w.PutFigure(b, caller), w.PutFigure(revised, caller), w.PutFigure(a, "other"), w.PutMetric(m, caller)} {
			must.OK(t, put)
		}
		return nil
	})
	gone := a
	last := write(t, st, func(w store.Writer) error {
		gone.Meta = gone.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		return w.PutFigure(gone, caller)
	})
	place := func(at recordtime.Time, kind int, id string, revision int64) changefeed.Place {
		return changefeed.Place{Time: at, Kind: kind, ID: id, Revision: revision}
	}
	want := []store.Change{
		{Place: place(first, store.MetricChange, "m", 1), Caller: caller, Metric: &m},
		{Place: place(first, store.FigureChange, "a", 1), Caller: "other", Figure: &a},
		{Place: place(first, store.FigureChange, "b", 1), Caller: caller, Figure: &b},
		{Place: place(first, store.FigureChange, "b", 2), Caller: caller, Figure: &revised},
		{Place: place(last, store.FigureChange, "a", 2), Caller: caller, Figure: &gone},
	}
	read(t, st, func(r store.Reader) {
		read := func(query store.Changes) []store.Change { return must.Get(r.Changes(query))(t) }
		must.Equal(t, read(store.Changes{UpTo: last, Limit: 100}), want)
		for i, change := range want {
			must.Equal(t, read(store.Changes{After: change.Place, UpTo: last, Limit: 2}), want[min(i+1, len(want)):min(i+3, len(want))])
		}
		must.Equal(t, len(read(store.Changes{UpTo: last - 1, Limit: 100})), len(want)-1)
		must.Equal(t, len(read(store.Changes{UpTo: first - 1, Limit: 100})), 0)
		must.Equal(t, read(store.Changes{After: changefeed.Through(first), UpTo: last, Limit: 100}), want[len(want)-1:])
		must.Equal(t, len(read(store.Changes{After: changefeed.Through(last), UpTo: last + 1, Limit: 100})), 0)
	})
	write(t, st, func(w store.Writer) error {
		m.Meta = m.Next(w.RecordTime())
		must.OK(t, w.PutMetric(m, caller))
		got, err := w.Changes(store.Changes{After: changefeed.Through(last), UpTo: store.Newest, Limit: 100})
		must.Equal(t, got, []store.Change{{Place: place(w.RecordTime(), store.MetricChange, "m", 2), Caller: caller, Metric: &m}})
		return err
	})
}

// changesWhileWriting: pages of any size, read while others write, give what one read gives in the end.
func changesWhileWriting(t *testing.T, st store.Store) {
	write(t, st, func(w store.Writer) error {
		m := metric("m", "Metric")
		m.Meta = m.First(w.RecordTime())
		return w.PutMetric(m, caller)
	})
	count, one := 0, figure(t, "", "2020", "1", nil)
	rapid.Check(t, func(rt *rapid.T) {
		present := must.Get(st.Present(rt.Context()))(rt)
		begin := changefeed.Through(present.Written)
		query := store.Changes{After: begin, Limit: rapid.IntRange(1, 5).Draw(rt, "limit")}
		var got []store.Change
		for writes := rapid.IntRange(1, 5).Draw(rt, "writes"); ; writes-- {
			if writes > 0 {
				writeSome(rt, st, one, &count)
			}
			query.UpTo = must.Get(st.Present(rt.Context()))(rt).Settled
			page := changesOf(rt, st, query)
			got = append(got, page...)
			if len(page) == 0 && writes <= 0 {
				break
			}
			if len(page) > 0 {
				query.After = page[len(page)-1].Place
			}
		}
		must.Equal(rt, got, changesOf(rt, st, store.Changes{After: begin, UpTo: query.UpTo, Limit: 1000}))
	})
}

// writeSome puts some new figures on record, each in one to three revisions.
func writeSome(rt *rapid.T, st store.Store, one domain.Figure, count *int) {
	revisions := rapid.SliceOfN(rapid.IntRange(1, 3), 1, 4).Draw(rt, "revisions")
	must.OK(rt, st.Write(context.Background(), func(w store.Writer) error {
		for i, n := range revisions {
			f := one
			f.ID = "f" + strconv.Itoa(*count+i)
			f.Meta = f.First(w.RecordTime())
			for range n {
				if err := w.PutFigure(f, caller); err != nil {
					return err
				}
				f.Meta = f.Next(w.RecordTime())
			}
		}
		return nil
	}))
	*count += len(revisions)
}

func changesOf(t tb, st store.Store, query store.Changes) (page []store.Change) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
		page, err = r.Changes(query)
		return err
	}))
	return page
}
