package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// areas is how many series Fill puts on record.
const areas = 50

// Days is how many points each series has.
const Days = 200

// Facts is how many figures Fill puts on record.
const Facts = areas * Days

// Fill puts series of daily figures on record, which have words by the name of their metric.
func Fill(t testing.TB, st store.Store) {
	t.Helper()
	putMetric(t, st, "m", "Exports of goods")
	for area := range areas {
		FillAreas(t, st, area, 1)
	}
}

// FillAreas puts one series of Days figures for each area from the first on
// record, in one transaction.
func FillAreas(t testing.TB, st store.Store, first, count int) {
	t.Helper()
	write(t, st, func(w store.Writer) error {
		figures := make([]domain.Figure, 0, count*Days)
		for area := first; area < first+count; area++ {
			for day := range Days {
				f := figure(t, fmt.Sprintf("f-%d-%d", area, day), fmt.Sprintf("2020-%02d-%02d", day/28+1, day%28+1), "1.5",
					map[string]string{"REF_AREA": fmt.Sprintf("A%d", area), "FLOW": "TOTAL"})
				f.Meta = f.First(w.RecordTime())
				figures = append(figures, f)
			}
		}
		return w.PutFigures(figures, caller)
	})
}

// Bench measures the hot paths of an engine over 50 series of 200 points.
func Bench(b *testing.B, open Open) {
	st := open(b)
	Fill(b, st)
	at := st.Settled()
	reading := func(name string, fn func(r store.Reader, i int) error) {
		for _, as := range []struct {
			whom string
			see  func(store.Reader) store.Reader
		}{{"", func(r store.Reader) store.Reader { return r }}, {", public", store.Reader.Public}} {
			b.Run(name+as.whom, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					must.OK(b, st.Read(b.Context(), func(r store.Reader) error { return fn(as.see(r), i) }))
				}
			})
		}
	}
	reading("get", func(r store.Reader, i int) error {
		_, _, err := r.Figure(fmt.Sprintf("f-%d-%d", i%areas, i%Days), at)
		return err
	})
	reading("series of 200", func(r store.Reader, i int) error {
		dimensions := map[string]string{"REF_AREA": fmt.Sprintf("A%d", i%areas)}
		points := PointsOf(b, r, store.SeriesQuery{Metric: "m", At: at, Dimensions: dimensions, Frequency: "A"}, nil, Days+1)
		must.Equal(b, len(points), Days)
		return nil
	})
	order, err := listquery.ParseOrder(domain.FigureFields, "")
	must.OK(b, err)
	filter, err := listquery.ParseFilter(domain.FigureFields, `metric = "metrics/m"`)
	must.OK(b, err)
	reading("list of 20", func(r store.Reader, _ int) error {
		_, err := r.Figures(store.List{At: at, Filter: filter, Order: order, Limit: 21})
		return err
	})
	words := must.Get(searchtext.ParseQuery("exports goods"))(b).Stemmed("")
	reading("search, all match", func(r store.Reader, _ int) error {
		found, err := r.SearchFigures(store.Search{At: at, Query: words, Limit: 21, Counted: recordsearch.CountLimit})
		must.Equal(b, len(found.Results), 21)
		return err
	})
	reading("count by metric", func(r store.Reader, _ int) error {
		counts, err := r.CountFigures(store.Count{At: at, GroupBy: "metric", Limit: 10})
		must.Equal(b, counts.Total >= Facts, true)
		return err
	})
	b.Run("durable create", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			putFigure(b, st, figure(b, fmt.Sprintf("new-%d-%d", b.N, i), "2021", "1", map[string]string{"REF_AREA": "NEW"}))
		}
	})
}
