package storetest

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var byName = listquery.Order{{Field: "name"}}

func recordTime(t int64) recordtime.Time { return recordtime.Time(t) }

func lists(t *testing.T, open Open) {
	t.Run("pages are the whole list", func(t *testing.T) { wholePages(t, open(t)) })
	t.Run("filters see the state of the time", func(t *testing.T) { filtersInTime(t, open(t)) })
	t.Run("every field can be filtered and ordered", func(t *testing.T) { everyField(t, open(t)) })
}

func wholePages(t *testing.T, st store.Store) {
	periods := []string{"", "2020", "2020-01", "2021", "../2019", "2019/.."}
	times := map[string]recordtime.Time{}
	for i := range 40 {
		id := string(rune('a'+i%26)) + string(rune('a'+i/26))
		times[id] = putFigure(t, st, figure(t, id, periods[i%len(periods)], "1", nil))
	}
	at := st.Settled()
	for _, id := range []string{"aa", "ba", "za"} {
		retractFigure(t, st, id)
	}
	putFigure(t, st, figure(t, "later", "2020", "1", nil))
	rapid.Check(t, func(rt *rapid.T) {
		order, err := listquery.ParseOrder(domain.FigureFields, rapid.SampledFrom([]string{
			"", "name", "name desc", "create_time", "update_time desc", "time_period", "time_period desc, create_time",
		}).Draw(rt, "order"))
		must.OK(rt, err)
		all := pages(rt, st, store.List{At: at, Order: order, Limit: 1000})
		must.Equal(rt, len(all), 40)
		must.Equal(rt, pages(rt, st, store.List{At: at, Order: order, Limit: rapid.IntRange(1, 50).Draw(rt, "limit")}), all)
	})
	now := pages(t, st, store.List{At: st.Settled(), Order: byName, Limit: 7})
	must.Equal(t, len(now), 38)
	must.False(t, slices.Contains(now, "aa"))
	must.Equal(t, len(pages(t, st, store.List{At: st.Settled(), Order: byName, Limit: 7, ShowDeleted: true})), 41)
	must.Equal(t, len(pages(t, st, store.List{At: times["aa"], Order: byName, Limit: 7})), 1)
}

func filtersInTime(t *testing.T, st store.Store) {
	first := putFigure(t, st, figure(t, "f", "2020", "5", map[string]string{"A": "1"}))
	write(t, st, func(w store.Writer) error {
		f, _, err := w.Figure("f", store.Newest)
		must.OK(t, err)
		f.Origin, f.Meta = &domain.Origin{Producer: "other"}, f.Next(w.RecordTime())
		return w.PutFigure(f, caller)
	})
	filter, err := listquery.ParseFilter(domain.FigureFields, `origin.producer = "p" AND dimensions.A = "1" AND normalized.value >= "5.0"`)
	must.OK(t, err)
	must.Equal(t, pages(t, st, store.List{At: first, Filter: filter, Order: byName, Limit: 5}), []string{"f"})
	must.Equal(t, len(pages(t, st, store.List{At: st.Settled(), Filter: filter, Order: byName, Limit: 5})), 0)
}

func everyField(t *testing.T, st store.Store) {
	f := full(t)
	f.EmbargoEnd = recordtime.FromTime(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	putFigure(t, st, f)
	write(t, st, func(w store.Writer) error {
		m := metric("m", "M")
		m.Meta = m.First(w.RecordTime())
		return w.PutMetric(m, caller)
	})
	read(t, st, func(r store.Reader) {
		for _, field := range domain.FigureFields.Fields {
			filter, err := listquery.ParseFilter(domain.FigureFields, field.Name+":*")
			must.OK(t, err)
			rows, err := r.Figures(store.List{At: store.Newest, Filter: filter, Order: byName, Limit: 2})
			must.OK(t, err)
			must.Equal(t, len(rows), 1)
		}
		for _, field := range domain.MetricFields.Fields {
			filter, err := listquery.ParseFilter(domain.MetricFields, field.Name+":*")
			must.OK(t, err)
			_, err = r.Metrics(store.List{At: store.Newest, Filter: filter, Order: byName, Limit: 2})
			must.OK(t, err)
		}
	})
}

// pages reads a list page by page.
func pages(t tb, st store.Store, query store.List) (ids []string) {
	ids = []string{}
	for {
		var rows []domain.Figure
		must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
			rows, err = r.Figures(query)
			return err
		}))
		for _, f := range rows {
			ids = append(ids, f.ID)
		}
		if len(rows) < query.Limit {
			return ids
		}
		query.After = nil
		for _, field := range query.Order {
			query.After = append(query.After, rows[len(rows)-1].OrderKey(field.Field))
		}
	}
}
