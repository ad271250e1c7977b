package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// vintagesAtOneTime checks that of what enters and leaves a vintage in one transaction only the end counts.
func vintagesAtOneTime(t *testing.T, st store.Store) {
	made := map[string]domain.Figure{}
	create := func(w store.Writer, id string) {
		f := figure(t, id, "2020", "1", nil)
		f.Meta = f.First(w.RecordTime())
		must.OK(t, w.PutFigure(f, caller))
		made[id] = f
	}
	retract := func(w store.Writer, id string) {
		f := made[id]
		f.Retraction = &domain.Retraction{Reason: "wrong", Caller: caller}
		f.Meta = f.Next(w.RecordTime())
		must.OK(t, w.PutFigure(f, caller))
	}
	for _, step := range []struct {
		do   func(w store.Writer)
		want int
	}{
		{func(w store.Writer) { create(w, "a"); retract(w, "a") }, 0},
		{func(w store.Writer) { create(w, "b"); retract(w, "b"); create(w, "c") }, 1},
		{func(w store.Writer) { retract(w, "c"); create(w, "d") }, 1},
		{func(w store.Writer) { retract(w, "d"); create(w, "e"); retract(w, "e") }, 0},
		{func(w store.Writer) { create(w, "f"); retract(w, "f") }, 0},
		{func(w store.Writer) {
			create(w, "g")
			must.OK(t, w.Try(func(w store.Writer) error { retract(w, "g"); return nil }))
		}, 1},
		{func(w store.Writer) { retract(w, "g") }, 0},
	} {
		at := write(t, st, func(w store.Writer) error {
			step.do(w)
			return nil
		})
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			for _, r := range []store.Reader{r, r.Public()} {
				must.Equal(t, len(must.Get(r.Vintages(store.Vintages{Metric: "m", At: at, Limit: 10}))(t)), step.want)
			}
			return nil
		}))
	}
}
