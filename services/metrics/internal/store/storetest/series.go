package storetest

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func series(t *testing.T, open Open) {
	t.Run("a point comes back as it was put", func(t *testing.T) { wholePoints(t, open(t)) })
	t.Run("points are in order, page by page", func(t *testing.T) { pointOrder(t, open(t)) })
	t.Run("a revision changes its point from then on", func(t *testing.T) { changedPoint(t, open(t)) })
	t.Run("series are counted at the time", func(t *testing.T) { seriesCounts(t, open(t)) })
	t.Run("more series than are read at once", func(t *testing.T) { manySeries(t, open(t)) })
}

func wholePoints(t *testing.T, st store.Store) {
	f := full(t)
	at := putFigure(t, st, f)
	f.Meta = f.First(at)
	got := points(t, st, store.SeriesQuery{Metric: "m", At: at})
	must.Equal(t, len(got), 1)
	must.Equal(t, got[0].Observation, f.Observation())
	must.Equal(t, got[0].Place, store.Place{
		SeriesPlace: store.SeriesPlace{Dimensions: `{"FLOW":"TOTAL","REF_AREA":"US"}`, Frequency: "A"}, Start: f.Period.Start, Figure: "full",
	})
}

func changedPoint(t *testing.T, st store.Store) {
	f := full(t)
	created := putFigure(t, st, f)
	revise := func(edit func(*domain.Figure)) recordtime.Time {
		return write(t, st, func(w store.Writer) error {
			next, _, err := w.Figure(f.ID, store.Newest)
			must.OK(t, err)
			edit(&next)
			next.Meta = next.Next(w.RecordTime())
			return w.PutFigure(next, caller)
		})
	}
	around := revise(func(f *domain.Figure) { f.Comment = "around it" })
	span := domain.Span{Start: 1, End: 2, SHA256: "hash", State: domain.Anchored}
	changed := revise(func(f *domain.Figure) { f.Period.Printed = &domain.Printed{Text: "last year", Span: &span} })
	retracted := retractFigure(t, st, f.ID)
	for at, want := range map[recordtime.Time]*domain.Printed{
		created: f.Period.Printed, changed - 1: f.Period.Printed, changed: {Text: "last year", Span: &span},
	} {
		got := points(t, st, store.SeriesQuery{Metric: "m", At: at})
		must.Equal(t, len(got), 1)
		must.Equal(t, got[0].Observation.Period.Printed, want)
		read(t, st, func(r store.Reader) {
			all, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: at}, store.SeriesPlace{}, 5)
			must.OK(t, err)
			must.Equal(t, len(all), 1)
			must.Equal(t, all[0].Count, 1)
		})
	}
	for at, revision := range map[recordtime.Time]int64{around - 1: 1, around: 2, changed: 3} {
		got := points(t, st, store.SeriesQuery{Metric: "m", At: at})[0].Observation
		must.Equal(t, got.Revision, revision)
		must.Equal(t, got.CreateTime, created)
		must.Equal(t, got.UpdateTime <= at, true)
	}
	must.Equal(t, len(points(t, st, store.SeriesQuery{Metric: "m", At: retracted})), 0)
}

func pointOrder(t *testing.T, st store.Store) {
	times := fillSeries(t, st)
	retracted := retractFigure(t, st, "MX-IN-2012")
	rapid.Check(t, func(rt *rapid.T) {
		query := store.SeriesQuery{Metric: "m", At: rapid.SampledFrom([]recordtime.Time{times[0], times[20], times[len(times)-1], retracted}).Draw(rt, "at")}
		query.Dimensions = rapid.SampledFrom([]map[string]string{
			nil, {"AREA": "MX"}, {"AREA": "CA", "FLOW": "OUT"}, {"FLOW": "IN"}, {"AREA": "XX"},
		}).Draw(rt, "dimensions")
		query.Frequency = rapid.SampledFrom([]string{"", "A", "Q"}).Draw(rt, "frequency")
		var window *domain.Window
		if rapid.Bool().Draw(rt, "windowed") {
			p, err := domain.ParsePeriod(rapid.SampledFrom([]string{"2011/2013", "2012", "../2011", "2014-06/.."}).Draw(rt, "window"))
			must.OK(rt, err)
			window = &domain.Window{Start: p.Start, End: p.End}
		}
		want := expected(rt, st, query, window)
		for _, limit := range []int{1000, rapid.IntRange(1, 9).Draw(rt, "limit")} {
			must.OK(rt, st.Read(rt.Context(), func(r store.Reader) error {
				must.Equal(rt, names(PointsOf(rt, r, query, window, limit)), want)
				return nil
			}))
		}
	})
}

func seriesCounts(t *testing.T, st store.Store) {
	times := fillSeries(t, st)
	retractFigure(t, st, "undated")
	read(t, st, func(r store.Reader) {
		all, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: times[len(times)-1]}, store.SeriesPlace{}, 10)
		must.OK(t, err)
		must.Equal(t, len(all), 5)
		must.Equal(t, all[0].Key, domain.SeriesKey{Metric: "m", Dimensions: map[string]string{"AREA": "CA", "FLOW": "IN"}, Frequency: "A"})
		must.Equal(t, all[0].Count, 5)
		must.Equal(t, all[0].First.EDTF+" "+all[0].Last.EDTF, "2010 2014")
		must.Equal(t, all[4].Count, 1)
		must.False(t, all[4].First.Dated())
		rest, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: times[len(times)-1]}, store.SeriesPlace{Dimensions: `{"AREA":"CA","FLOW":"OUT"}`, Frequency: "A"}, 2)
		must.OK(t, err)
		must.Equal(t, rest, all[2:4])
		now, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: store.Newest}, store.SeriesPlace{}, 10)
		must.OK(t, err)
		must.Equal(t, len(now), 4)
		first, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: times[0]}, store.SeriesPlace{}, 10)
		must.OK(t, err)
		must.Equal(t, len(first), 1)
		must.Equal(t, first[0].Count, 1)
		for at, want := range map[recordtime.Time]bool{times[0] - 1: false, times[0]: true, store.Newest: true} {
			has, err := r.HasFigures("m", at)
			must.OK(t, err)
			must.Equal(t, has, want)
		}
	})
}

func manySeries(t *testing.T, st store.Store) {
	for i := range 150 {
		putFigure(t, st, figure(t, fmt.Sprintf("f%03d", i), "2020", "1", map[string]string{"AREA": fmt.Sprintf("A%03d", i)}))
	}
	got := points(t, st, store.SeriesQuery{Metric: "m", At: store.Newest})
	must.Equal(t, len(got), 150)
	read(t, st, func(r store.Reader) {
		all, err := r.SeriesOf(store.SeriesQuery{Metric: "m", At: store.Newest}, store.SeriesPlace{}, 1000)
		must.OK(t, err)
		must.Equal(t, len(all), 150)
	})
}

// fillSeries puts four yearly series of five years on record, and one figure without a date, and returns when each was put.
func fillSeries(t testing.TB, st store.Store) (times []recordtime.Time) {
	for _, area := range []string{"MX", "CA"} {
		for _, flow := range []string{"IN", "OUT"} {
			for year := 2010; year < 2015; year++ {
				f := figure(t, fmt.Sprintf("%s-%s-%d", area, flow, year), fmt.Sprint(year), "1", map[string]string{"AREA": area, "FLOW": flow})
				times = append(times, putFigure(t, st, f))
			}
		}
	}
	undated := figure(t, "undated", "", "1", map[string]string{"AREA": "ZZ"})
	undated.Frequency = "Q"
	return append(times, putFigure(t, st, undated))
}

// expected answers a query from the list of all figures.
func expected(t tb, st store.Store, query store.SeriesQuery, window *domain.Window) (want []string) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		all, err := r.SeriesOf(store.SeriesQuery{Metric: query.Metric, At: query.At}, store.SeriesPlace{}, 1000)
		must.OK(t, err)
		figures, err := r.Figures(store.List{At: query.At, Order: byName, Limit: 1000})
		must.OK(t, err)
		for _, s := range all {
			for _, f := range figures { // named so that their order is the time order
				matches := f.Series().Text() == s.Key.Text() && (query.Frequency == "" || query.Frequency == f.Frequency)
				for dimension, code := range query.Dimensions {
					matches = matches && f.Dimensions[dimension] == code
				}
				if window != nil {
					matches = matches && f.Period.Dated() && f.Period.Start < window.End && f.Period.End > window.Start
				}
				if matches {
					want = append(want, f.ID)
				}
			}
		}
		return nil
	}))
	return want
}

func points(t tb, st store.Store, query store.SeriesQuery) (points []store.Point) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		points = PointsOf(t, r, query, nil, 1000)
		return nil
	}))
	return points
}

// PointsOf reads the points of the series that match a query and are in a window, in pages of limit series and limit points.
func PointsOf(t must.TB, r store.Reader, query store.SeriesQuery, window *domain.Window, limit int) (points []store.Point) {
	for from, more := (store.SeriesPlace{}), true; more; {
		keys, err := r.SeriesKeys(query, from, limit)
		must.OK(t, err)
		must.True(t, len(keys) <= limit)
		for _, from = range keys {
			of := store.SeriesPoints{Metric: query.Metric, Series: from, At: query.At, Window: window, Limit: limit}
			for more := true; more; {
				page, err := r.ObservationsOf(of)
				must.OK(t, err)
				must.True(t, len(page) <= limit)
				if more = len(page) == limit; more {
					of.After = &page[limit-1].Place
				}
				points = append(points, page...)
			}
		}
		more = len(keys) == limit
	}
	return points
}

func names(points []store.Point) (ids []string) {
	for _, p := range points {
		ids = append(ids, p.Observation.Figure)
	}
	return ids
}
